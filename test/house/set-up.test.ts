import { appendFileSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { withLock } from '#build/lock.mjs'
import { root } from '#build/place.mjs'
import { runQuietly } from '#build/run.mjs'
import { holdsLockfile, isInstalled, setUp } from '#build/setup.mjs'
import { awkwardFolder, plant } from './house.ts'

const lockfile = (version: string, optional = false) =>
  JSON.stringify(
    { packages: { '': {}, 'node_modules/a': { version, integrity: `sha512-${version}`, optional } } },
    null,
    2,
  )

function aHome(text = lockfile('1.0.0')) {
  const home = awkwardFolder()
  plant(home, { 'package-lock.json': text })
  const installs: string[] = []
  const install = async (folder: string) => {
    mkdirSync(path.join(folder, 'node_modules'), { recursive: true })
    installs.push(folder)
  }
  return { home, install, installs }
}

test('packages are installed once, and again when the lockfile changes', async () => {
  const { home, install, installs } = aHome()
  expect(await setUp(home, install)).toBe(process.execPath)
  await setUp(home, install)
  expect(installs).toEqual([home])

  plant(home, { 'package-lock.json': lockfile('1.0.1') })
  await setUp(home, install)
  expect(installs).toEqual([home, home])
})

test('other line endings are not another lockfile', async () => {
  const { home, install } = aHome()
  await setUp(home, install)
  plant(home, { 'package-lock.json': lockfile('1.0.0').replaceAll('\n', '\r\n') })
  expect(isInstalled(home)).toBe(true)
})

test('packages that another machine installed do not count', async () => {
  const { home, install } = aHome()
  await setUp(home, install)
  const stamp = path.join(home, 'node_modules', '.installed-from')
  writeFileSync(stamp, readFileSync(stamp, 'utf8').replace(process.platform, 'plan9'))
  expect(isInstalled(home)).toBe(false)
})

test('what npm itself installed from this lockfile is taken as it is', async () => {
  const { home, install, installs } = aHome()
  plant(home, { 'node_modules/.package-lock.json': lockfile('1.0.0') })
  await setUp(home, install)
  expect(installs).toEqual([])
})

test('only a package for other machines may be missing', () => {
  const { home } = aHome()
  plant(home, { 'node_modules/.package-lock.json': lockfile('0.9.0') })
  expect(holdsLockfile(home)).toBe(false)
  plant(home, { 'node_modules/.package-lock.json': '{"packages":{}}' })
  expect(holdsLockfile(home)).toBe(false)
  plant(home, { 'package-lock.json': lockfile('1.0.0', true) })
  expect(holdsLockfile(home)).toBe(true)
})

test('a failed installation leaves no stamp and no lock behind', async () => {
  const { home, install, installs } = aHome()
  await expect(setUp(home, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network')
  expect(isInstalled(home)).toBe(false)
  await setUp(home, install)
  expect(installs).toEqual([home])
})

test('without a registry nothing is started, and the sentence says what to do', async () => {
  const { home } = aHome()
  plant(home, { 'package.json': '{ "name": "a-house", "dependencies": { "a": "1.0.0" } }' })
  const program = path.join(home, 'set-up.mjs')
  const module = (name: string) => JSON.stringify(pathToFileURL(path.join(root, 'build', name)).href)
  plant(home, {
    'set-up.mjs': `
      const { main } = await import(${module('place.mjs')})
      const { setUp } = await import(${module('setup.mjs')})
      await main(() => setUp(process.argv[2]).then(() => 0))`,
  })
  const env = {
    ...process.env,
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_cache: path.join(home, 'cache'),
    npm_config_noproxy: '127.0.0.1',
  }
  const { code, output } = await runQuietly(process.execPath, [program, home], { env })
  expect(code).toBe(1)
  expect(output).toContain('The npm registry does not answer; trying with what npm has kept')
  expect(output).toContain('The packages could not be installed, so nothing was started. npm said:')
  expect(output).toContain('npm config set proxy, https-proxy, cafile')
})

test('two commands that start at once install once', async () => {
  const { home } = aHome()
  const program = path.join(home, 'set-up.mjs')
  const setup = JSON.stringify(pathToFileURL(path.join(root, 'build', 'setup.mjs')).href)
  plant(home, {
    'set-up.mjs': `
      import { appendFileSync, mkdirSync } from 'node:fs'
      const { setUp } = await import(${setup})
      const home = process.argv[2]
      await setUp(home, async () => {
        appendFileSync(home + '/installs', 'x')
        await new Promise((done) => setTimeout(done, 400))
        mkdirSync(home + '/node_modules', { recursive: true })
      })`,
  })
  const ends = await Promise.all([1, 2, 3].map(() => runQuietly(process.execPath, [program, home])))
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0])
  expect(readFileSync(path.join(home, 'installs'), 'utf8')).toBe('x')
})

test('the lock of a process that died is taken over', async () => {
  const { pid } = await import('node:child_process').then(({ spawnSync }) =>
    spawnSync(process.execPath, ['-e', '']),
  )
  const file = path.join(awkwardFolder(), 'some.lock')
  writeFileSync(file, `${pid} gone`)
  expect(await withLock(file, () => Promise.resolve('done'))).toBe('done')
})

test('a lock that its owner has not touched for long is taken over', async () => {
  const file = path.join(awkwardFolder(), 'some.lock')
  writeFileSync(file, `${process.pid} stuck`)
  utimesSync(file, new Date(0), new Date(0))
  expect(await withLock(file, () => Promise.resolve('done'))).toBe('done')
})

test('a lock in use is waited for', async () => {
  const file = path.join(awkwardFolder(), 'some.lock')
  const log = `${file}.log`
  const work = (name: string) => async () => {
    appendFileSync(log, `${name} in, `)
    await new Promise((done) => setTimeout(done, 100))
    appendFileSync(log, `${name} out, `)
  }
  await Promise.all([withLock(file, work('a')), withLock(file, work('b'))])
  expect(readFileSync(log, 'utf8')).toBe('a in, a out, b in, b out, ')
})
