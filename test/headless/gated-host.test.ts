import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { connect } from '#contract/connect.ts'
import { startGated, type GatedHost } from '#headless/gated-host.ts'
import { filesOf } from '#headless/home.ts'
import { overSocket } from '#headless/socket.ts'

const PASSPHRASE = 'quiet birds at dusk'
let home = ''
let host: GatedHost | null = null
beforeEach(() => {
  home = path.join(mkdtempSync(path.join(tmpdir(), 'murmuration gated ')), 'home')
})
afterEach(async () => {
  await host?.close()
  host = null
  rmSync(path.dirname(home), { recursive: true, force: true })
})

const code = (name: string) => expect.objectContaining({ code: name })
const start = async (passphrase: string | null = null) =>
  (host = await startGated({ home, listen: ['/ip4/127.0.0.1/tcp/0'], uiPort: 0, passphrase }))

/** A page of a browser that came by a link. */
async function browse(link: string) {
  const reply = await fetch(link)
  const cookie = reply.headers.get('set-cookie')?.split(';')[0] ?? ''
  const { host: at, origin } = new URL(link)
  const secret = /url=\/#session=([\w-]+)/.exec(await reply.text())?.[1] ?? ''
  const protocols = ['murmuration', `session.${secret}`]
  const socket = new WebSocket(`ws://${at}/contract`, protocols, { headers: { cookie, origin } })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return connect(overSocket(socket, 1e8), (ms, call) => {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  })
}

test('the first run happens in the page, and so does unlocking after a restart', async () => {
  const page = await browse((await start()).makeLink())
  await expect(page.call('gate.state', null)).resolves.toMatchObject({ stage: 'fresh', keychain: 'none' })
  await expect(page.call('institution.get', null)).rejects.toEqual(code('locked'))
  const key = { by: 'passphrase' as const, passphrase: PASSPHRASE }
  const { recoveryWords, ask } = await page.call('gate.create', { name: 'Alder', key })
  expect(existsSync(home)).toBe(false)
  await page.call('gate.confirm', { words: ask.map((at) => recoveryWords[at - 1]!) })
  await expect(page.call('institution.get', null)).resolves.toMatchObject({ name: 'Alder' })
  expect(JSON.parse(readFileSync(filesOf(home).running, 'utf8'))).toMatchObject({ pid: process.pid })
  await host!.close()
  expect(existsSync(filesOf(home).running)).toBe(false)

  const again = await browse((await start()).makeLink())
  await expect(again.call('studies.list', null)).rejects.toEqual(code('locked'))
  await expect(again.call('gate.unlock', { passphrase: 'loud birds at dawn' })).rejects.toEqual(
    code('wrong-passphrase'),
  )
  await again.call('gate.unlock', { passphrase: PASSPHRASE })
  await expect(again.call('studies.list', null)).resolves.toEqual([])
  await host!.close()

  const known = await browse((await start(PASSPHRASE)).makeLink())
  await expect(known.call('gate.state', null)).resolves.toMatchObject({ stage: 'open' })
  await host!.close()

  rmSync(filesOf(home).database)
  host = null
  await expect(start(PASSPHRASE)).rejects.toEqual(code('database-damaged'))
  expect(existsSync(filesOf(home).database)).toBe(false)
}, 60_000)

test('who forgot the passphrase opens a copied home with the recovery words, and sets a new one', async () => {
  const page = await browse((await start()).makeLink())
  const key = { by: 'passphrase' as const, passphrase: PASSPHRASE }
  const { recoveryWords, ask } = await page.call('gate.create', { name: 'Alder', key })
  await page.call('gate.confirm', { words: ask.map((at) => recoveryWords[at - 1]!) })
  const { id } = await page.call('institution.get', null)
  await host!.close()

  const original = home
  home = path.join(path.dirname(home), 'copied to a new computer')
  cpSync(original, home, { recursive: true })
  const there = await browse((await start()).makeLink())
  const fresh = { by: 'passphrase' as const, passphrase: 'loud birds at dawn' }
  const wrong = recoveryWords.toReversed().join(' ')
  await expect(there.call('gate.recover', { words: wrong, key: fresh })).rejects.toEqual(
    code('wrong-passphrase'),
  )
  await there.call('gate.recover', { words: recoveryWords.join(' '), key: fresh })
  await expect(there.call('institution.get', null)).resolves.toMatchObject({ id, name: 'Alder' })
  expect(statSync(home).mode & 0o777).toBe(0o700)
  await host!.close()
  host = null
  await expect(start(PASSPHRASE)).rejects.toEqual(code('wrong-passphrase'))
  const again = await browse((await start(fresh.passphrase)).makeLink())
  await expect(again.call('institution.get', null)).resolves.toMatchObject({ id })
}, 90_000)

test('a link that was used gives a second tab a sentence and no page', async () => {
  const link = (await start()).makeLink()
  await browse(link)
  const second = await fetch(link, { redirect: 'manual' })
  expect(second.status).toBe(403)
  await expect(second.text()).resolves.toContain('This link has been used')
})
