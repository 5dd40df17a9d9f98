import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { childEnvironment } from '#domain/child-environment.ts'
import { openBrowser } from '#headless/browser.ts'
import { runCommand } from '#headless/demo/hospital.ts'
import { forkTrainer } from '#trainer/fork.ts'

// What another account of this machine, or a library in a child, can see of our processes.

const SECRET = 'a secret that nobody hands on'
const onLinux = process.platform === 'linux'
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'murmuration-processes-'))
  vi.stubEnv('HOME', folder)
  vi.stubEnv('MURMURATION_PASSPHRASE', SECRET)
  vi.stubEnv('SOME_TOKEN', SECRET)
  vi.stubEnv('NODE_OPTIONS', '--no-warnings')
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

/** What Linux says of a process: its arguments, which every account can read, or its variables. */
const said = (pid: number | string, what: 'cmdline' | 'environ') => {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8')
  } catch {
    return '' // it is gone, or another account's
  }
}

const children = () =>
  readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  )

test('a child is told where things are, and no more', () => {
  const own = {
    ...{ PATH: '/bin', Path: 'C:\\', HOME: '/h', LC_ALL: 'C', XDG_DATA_HOME: '/x', SystemRoot: 'C:\\w' },
    ...{ VK_ICD_FILENAMES: '/vk', https_proxy: 'http://me:word@proxy:3128', HTTP_PROXY: 'proxy:3128' },
  }
  const withheld = {
    ...{
      MURMURATION_PASSPHRASE: 'p',
      NODE_OPTIONS: '--require x',
      ELECTRON_RUN_AS_NODE: '1',
      npm_config_x: '1',
    },
    ...{
      LD_PRELOAD: 'x',
      DYLD_INSERT_LIBRARIES: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      GITHUB_TOKEN: 'x',
      empty: undefined,
    },
  }
  expect(childEnvironment({ ...own, ...withheld })).toEqual({ ...own, https_proxy: 'http://proxy:3128' })
})

test.runIf(onLinux)('the process that trains sees no variable of ours', async () => {
  const before = new Set(children())
  const trainer = forkTrainer()
  try {
    const [pid = ''] = children().filter((one) => !before.has(one))
    await vi.waitFor(() => expect(said(pid, 'environ')).toContain('PATH='))
    expect(said(pid, 'environ')).not.toContain(SECRET)
    expect(said(pid, 'environ')).not.toMatch(/MURMURATION|NODE_OPTIONS/)
  } finally {
    trainer.kill()
  }
})

test('a command that a rehearsal runs gets no passphrase but that of the file', async () => {
  const passphraseFile = path.join(folder, 'passphrase')
  writeFileSync(passphraseFile, 'only eleven\n')
  const said = await runCommand({ home: path.join(folder, 'home'), passphraseFile }, ['init', 'Alder'])
  expect(said).toMatchObject({ code: 2, err: expect.stringMatching(/12 to 200 characters/) })
})

test.runIf(onLinux)(
  'the link to the pages is in no argument and no variable, but in a file of this account',
  async () => {
    const link = 'http://127.0.0.1:4180/open?token=the-very-token'
    const browser = path.join(folder, 'browser.mjs')
    const kept = path.join(folder, 'kept.json')
    writeFileSync(
      browser,
      `import { writeFileSync } from 'node:fs'
     writeFileSync(${JSON.stringify(kept)}, JSON.stringify([process.argv, process.env]))
     setTimeout(() => {}, 5000)`,
    )
    const opened = openBrowser(link, [process.execPath, [browser]])
    await vi.waitFor(() => expect(existsSync(kept)).toBe(true), 5000)
    const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    expect(all.filter((pid) => said(pid, 'cmdline').includes('the-very-token'))).toEqual([])
    const told = readFileSync(kept, 'utf8')
    expect(told).not.toContain('the-very-token')
    expect(told).not.toContain(SECRET)
    // What the browser was given leads there, and is shut to everybody else.
    const file = fileURLToPath(/file:\/\/[^"]*open\.html/.exec(told)![0])
    expect(readFileSync(file, 'utf8')).toContain(link)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700)
    expect(await opened).toBe(true)
  },
)

test('where there is no browser, nothing is left behind', async () => {
  expect(await openBrowser('http://127.0.0.1/open?token=x', null)).toBe(false)
  expect(await openBrowser('http://127.0.0.1/open?token=x', ['no-such-program', []])).toBe(false)
  expect(readdirSync(folder)).toEqual([])
})
