import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHome, defaultHome, filesOf, recoverHome, unlockHome, writePrivate } from '#headless/home.ts'
import { KeyFile, recover } from '#headless/keys.ts'
import { takeHome } from '#headless/lock.ts'
import * as v from 'valibot'

let home = ''
beforeEach(() => (home = mkdtempSync(path.join(tmpdir(), 'murmuration home '))))
afterEach(() => rmSync(home, { recursive: true, force: true }))

const code = (expected: string) => expect.objectContaining({ code: expected })

test('a home opens with its passphrase, and with no other', async () => {
  await createHome(home, 'Alder', 'correct horse', false, 1)
  const secrets = await unlockHome(home, 'correct horse')
  expect(secrets.databaseKey).toHaveLength(32)
  expect(secrets.identitySeed).toHaveLength(32)
  expect(secrets.databaseKey).not.toEqual(secrets.identitySeed)
  await expect(unlockHome(home, 'correct horsf')).rejects.toEqual(code('wrong-passphrase'))
  await expect(createHome(home, 'Again', 'correct horse', false, 1)).rejects.toEqual(code('home-exists'))
})

test('only the account itself can read a home, and no secret stands in it in plain', async () => {
  // A folder that a person made beforehand is open to all.
  chmodSync(home, 0o755)
  await createHome(home, 'Alder', 'correct horse', false, 1)
  const { databaseKey } = await unlockHome(home, 'correct horse')
  const text = readFileSync(filesOf(home).keys, 'utf8')
  for (const form of ['base64url', 'hex', 'base64'] as const) {
    expect(text).not.toContain(Buffer.from(databaseKey).toString(form))
  }
  if (process.platform !== 'win32') {
    expect(statSync(home).mode & 0o777).toBe(0o700)
    expect(statSync(filesOf(home).keys).mode & 0o777).toBe(0o600)
  }
})

test('a forgotten passphrase is replaced with the 24 recovery words', async () => {
  const words = await createHome(home, 'Alder', 'soon forgotten', false, 1)
  expect(words.split(' ')).toHaveLength(24)
  const before = await unlockHome(home, 'soon forgotten')
  const keys = v.parse(KeyFile, JSON.parse(readFileSync(filesOf(home).keys, 'utf8')))
  await expect(
    recover(keys, `zoo ${words.slice(words.indexOf(' ') + 1)}`, 'new and long enough'),
  ).rejects.toEqual(code('wrong-passphrase'))
  writePrivate(filesOf(home).keys, await recover(keys, `  ${words.toUpperCase()} `, 'new and long enough'))
  expect(await unlockHome(home, 'new and long enough')).toEqual(before)
  await expect(unlockHome(home, 'soon forgotten')).rejects.toEqual(code('wrong-passphrase'))
})

test('a passphrase that is chosen has twelve characters at least, wherever it is chosen', async () => {
  const short = code('passphrase-short')
  await expect(createHome(home, 'Alder', 'only eleven', false, 1)).rejects.toEqual(short)
  await expect(createHome(home, 'Alder', 'x'.repeat(201), false, 1)).rejects.toEqual(short)
  expect(existsSync(filesOf(home).keys)).toBe(false)
  const words = await createHome(home, 'Alder', 'just twelve.', false, 1)
  await expect(recoverHome(home, words, 'only eleven')).rejects.toEqual(short)
  await unlockHome(home, 'just twelve.')
})

test('a changed key file does not open', async () => {
  await createHome(home, 'Alder', 'correct horse', false, 1)
  const keys = v.parse(KeyFile, JSON.parse(readFileSync(filesOf(home).keys, 'utf8')))
  const box = keys.secrets.box.startsWith('A')
    ? `B${keys.secrets.box.slice(1)}`
    : `A${keys.secrets.box.slice(1)}`
  writePrivate(filesOf(home).keys, { ...keys, secrets: { ...keys.secrets, box } })
  await expect(unlockHome(home, 'correct horse')).rejects.toEqual(code('wrong-passphrase'))
  await expect(unlockHome(path.join(home, 'nowhere'), 'x')).rejects.toEqual(code('home-missing'))
})

test('a home belongs to one process, and is free again when that process was killed', async () => {
  const script = `import { takeHome } from '#headless/lock.ts'; takeHome(process.argv[1]); console.log('taken'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  expect(() => takeHome(home)).toThrow(code('home-in-use'))
  child.kill('SIGKILL')
  await once(child, 'exit')
  const release = takeHome(home)
  expect(() => takeHome(home)).toThrow(code('home-in-use'))
  release()
  expect(existsSync(path.join(home, 'lock'))).toBe(false)
})

test('a lock whose process number belongs to another process by now is stale', () => {
  const other = { pid: process.ppid, started: 'long ago', mark: 'm' }
  writeFileSync(path.join(home, 'lock'), JSON.stringify(other))
  takeHome(home)()
  writeFileSync(path.join(home, 'lock'), 'torn')
  takeHome(home)()
})

test('every operating system has its own place for a home', () => {
  expect(defaultHome({ XDG_DATA_HOME: '/data' }, 'linux')).toBe(path.join('/data', 'murmuration'))
  expect(defaultHome({ LOCALAPPDATA: '/local' }, 'win32')).toBe(path.join('/local', 'Murmuration'))
  expect(defaultHome({ MURMURATION_HOME: '/one' }, 'darwin')).toBe(path.resolve('/one'))
})
