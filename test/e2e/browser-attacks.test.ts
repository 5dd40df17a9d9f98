import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket as Socket } from 'ws'
import { connect } from '#contract/connect.ts'
import { decodeFrame, encodeFrame } from '#contract/frame.ts'
import { MAX_ANSWER_BYTES, MAX_MESSAGE_BYTES } from '#contract/wire.ts'
import { overSocket } from '#headless/socket.ts'
import { tricks } from './baits.ts'
import { handedOver, openPage, startBrowser } from './browser-kit.ts'
import { knock, statusOf } from './knock.ts'
import { openLure } from './lure.ts'
import { attackFrom, openOther } from './other-page.ts'
import { startOwn, type Started } from './own-hospital.ts'
import { passFirstRun } from './steps.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-attacks-'))
const SECONDS = 1000
let browser: Browser
let started: Started
let context: BrowserContext
let page: Page
let lure: Awaited<ReturnType<typeof openLure>>
let origin = ''

beforeAll(async () => {
  browser = await startBrowser()
  ;({ page, context } = await openPage(browser))
  lure = await openLure()
  started = await startOwn(folder)
  origin = `http://127.0.0.1:${started.port}`
}, 240 * SECONDS)
afterAll(async () => {
  await browser?.close()
  await lure?.close()
  await started?.stop()
  rmSync(folder, { recursive: true, force: true })
}, 60 * SECONDS)

const cookie = async () => {
  const [session] = await context.cookies(origin)
  return session ? `${session.name}=${session.value}` : ''
}
/** What our page alone has, for its own port. */
const secret = () => page.evaluate(() => sessionStorage.getItem('session') ?? '')
/** Nothing but the pages of ours got anywhere, and they are still there. */
async function expectHome(): Promise<void> {
  await page.goto(`${origin}/`)
  await page.locator('h1').waitFor()
}

test('the link works once: a second tab and another browser get a sentence', async () => {
  await page.goto(handedOver(folder, started.link))
  await passFirstRun(page, 'Northfield Hospital', 'quiet birds at dusk')
  expect(page.url()).toBe(`${origin}/`)
  const second = await context.newPage()
  expect((await second.goto(started.link))?.status()).toBe(403)
  expect(await second.locator('body').innerText()).toContain('This link has been used')
  await second.close()
  const stranger = await browser.newContext()
  const other = await stranger.newPage()
  for (const address of [started.link, `${origin}/`, `${origin}/index.html`]) {
    expect((await other.goto(address))?.status(), address).toBe(403)
    expect(await other.locator('body').innerText()).toContain('type: murmuration open')
  }
  await stranger.close()
  expect(await context.cookies(origin)).toEqual([
    expect.objectContaining({ httpOnly: true, sameSite: 'Strict' }),
  ])
  expect(await page.evaluate(() => document.cookie)).toBe('')
})

/** What CSP has to stop in a browser, where a link elsewhere is the browser's own business. */
const isOfBrowser = (name: string) => !['a window by script', 'a way by script'].includes(name)

test.each(Object.entries(tricks).filter(([name]) => isOfBrowser(name)))(
  'a click that tries %s leads nowhere',
  async (_name, trick) => {
    await expectHome()
    const seen = lure.visits.length
    const act = await page.evaluateHandle(`(${trick.toString()})`)
    await page.evaluate(
      ([host, given]) => {
        const made = document.createElement('button')
        // The cast: the handle is of the trick above.
        made.addEventListener('click', () => (given as (lure: string) => void)(host))
        made.append('bait')
        made.setAttribute('data-bait', '')
        document.body.prepend(made)
      },
      [lure.host, act] as const,
    )
    await page.locator('[data-bait]').click({ timeout: 5 * SECONDS, noWaitAfter: true, force: true })
    await page.waitForTimeout(250)
    expect(lure.visits.slice(seen)).toEqual([])
    expect(await page.evaluate(() => window.got)).toBeUndefined()
    expect(page.url()).toBe(`${origin}/`)
  },
)

test.each(['form', 'javascript: link', 'link elsewhere'] as const)(
  'a click on a %s tells no one of us',
  async (kind) => {
    await expectHome()
    const seen = lure.visits.length
    await page.evaluate(
      ([what, to]) => {
        const form = Object.assign(document.createElement('form'), { action: `http://${to}/form` })
        const href = what === 'link elsewhere' ? `http://${to}/link` : 'javascript:window.got=1'
        const link = Object.assign(document.createElement('a'), { href })
        const button = document.createElement('button')
        form.append(button)
        const bait = what === 'form' ? button : link
        bait.append('bait')
        bait.setAttribute('data-bait', '')
        document.body.prepend(what === 'form' ? form : link)
      },
      // Another site: a browser keeps no two ports of one host apart when it sends cookies.
      [kind, lure.host.replace('127.0.0.1', 'localhost')] as const,
    )
    await page.locator('[data-bait]').click({ noWaitAfter: true, force: true })
    if (kind === 'link elsewhere') await page.getByText('elsewhere').waitFor()
    else await page.waitForTimeout(400)
    expect(await page.evaluate(() => window.got)).toBeUndefined()
    const visits = lure.visits.slice(seen)
    if (kind !== 'link elsewhere') return expect(visits).toEqual([])
    // A browser follows a link; neither where it stood nor the session goes along.
    expect(visits).toContain('GET /link')
    expect(await page.evaluate(() => [document.referrer, window.opener])).toEqual(['', null])
    const [heard = ''] = lure.heard.filter((one) => one.startsWith('/link'))
    expect(heard).toMatch(/user-agent/i)
    expect(heard).not.toMatch(/referer|cookie/i)
  },
)

test('pages of others, even of this machine, can neither read nor command', async () => {
  await expectHome()
  const other = await openOther()
  const visitor = await context.newPage()
  // 127.0.0.1 on another port is the same site: the cookie is sent along, and the Origin alone tells them apart.
  await visitor.goto(`http://127.0.0.1:${other.port}/`)
  const told = await attackFrom(visitor, `${origin}/`)
  expect(told).toEqual({
    socket: 'refused',
    read: 'refused',
    blind: 'refused',
    post: 'refused',
    framed: 'refused',
  })
  // The other program hears our cookie, and says what it likes: without the page's own secret it opens nothing.
  const heard = other.heard.find((one) => one.includes(`murmuration-${started.port}=`)) ?? ''
  expect(heard).toContain(await cookie())
  const knockAs = (protocols: string[]) => knock(started.port, protocols, { cookie: heard, origin })
  expect(await knockAs([])).toBe(false)
  expect(await knockAs(['murmuration', `session.${heard.split('=').at(-1) ?? ''}`])).toBe(false)
  expect(await knockAs(['murmuration', `session.${await secret()}`])).toBe(true)
  expect(await visitor.evaluate(() => sessionStorage.length)).toBe(0)
  await visitor.close()
  await other.close()
})

test('a second tab of the same browser has no way to the engine, and says so', async () => {
  const second = await context.newPage()
  expect((await second.goto(`${origin}/`))?.status()).toBe(200)
  await second.getByText('This page is not connected to the engine').waitFor()
  expect(await second.locator('body').innerText()).toContain('a link opens one page, once')
  await second.close()
  await page.reload()
  await page.getByRole('heading', { name: /Northfield Hospital$/ }).waitFor()
})

test('another name for this machine, and another origin, are refused although the session is right', async () => {
  const session = await cookie()
  const get = (headers: Record<string, string>) => statusOf(started.port, headers)
  const own = new URL(origin).host
  expect(await get({ host: own, cookie: session })).toBe(200)
  for (const host of [
    'evil.example',
    `evil.example:${started.port}`,
    `127.0.0.1.evil.example:${started.port}`,
  ])
    expect(await get({ host, cookie: session }), host).toBe(421)
  const protocols = ['murmuration', `session.${await secret()}`]
  const knockWith = (headers: Record<string, string>) => knock(started.port, protocols, headers)
  expect(await knockWith({ cookie: session, origin })).toBe(true)
  for (const strange of [
    'null',
    'http://evil.example',
    `https://${own}`,
    'http://127.0.0.1',
    `http://localhost:${started.port}`,
  ])
    expect(await knockWith({ cookie: session, origin: strange }), strange).toBe(false)
  expect(await knockWith({ cookie: session })).toBe(false)
  expect(await knockWith({ origin })).toBe(false)
  expect(await knockWith({ cookie: session, origin, host: 'evil.example' })).toBe(false)
})

test('messages that are too large, unknown or malformed are refused, and the engine goes on', async () => {
  const open = async () => {
    const headers = { cookie: await cookie(), origin }
    const protocols = ['murmuration', `session.${await secret()}`]
    const socket = new Socket(`ws://127.0.0.1:${started.port}/contract`, protocols, { headers })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return socket
  }
  const answerTo = async (message: unknown) => {
    const socket = await open()
    const reply = new Promise<unknown>((resolve) => {
      socket.on(
        'message',
        (data) => data instanceof Uint8Array && resolve(decodeFrame(data, MAX_ANSWER_BYTES)),
      )
      socket.once('close', () => resolve('closed'))
      socket.once('error', () => resolve('closed'))
    })
    socket.send(message instanceof Uint8Array || typeof message === 'string' ? message : encodeFrame(message))
    const told = await reply
    socket.terminate()
    return told
  }
  const bytes = (size: number) => ({ id: 'x', bytes: new Uint8Array(size) })
  expect(await answerTo(new Uint8Array(MAX_MESSAGE_BYTES + 65 * 1024))).toBe('closed')
  expect(await answerTo({ id: 1, call: 'imports.chunk', input: bytes(MAX_MESSAGE_BYTES + 1) })).toMatchObject(
    {
      error: { code: 'too-large' },
    },
  )
  expect(await answerTo({ id: 1, call: 'imports.chunk', input: bytes(1024 * 1024 + 1) })).toMatchObject({
    error: { code: 'bad-request' },
  })
  expect(await answerTo('{"id":1,"call":"studies.list","input":null}')).toBe('closed')
  expect(await answerTo(new Uint8Array([255, 255, 255, 255, 1]))).toBe('closed')
  for (const call of ['nothing', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])
    expect(await answerTo({ id: 1, call, input: null }), call).toMatchObject({
      error: { code: 'bad-request' },
    })
  expect(await answerTo({ id: 1, call: 'studies.list', input: { extra: true } })).toMatchObject({
    error: { code: 'bad-request' },
  })
  const client = connect(overSocket(await open(), MAX_ANSWER_BYTES), (ms, call) => {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  })
  expect(await client.call('studies.list', null)).toEqual([])
  await client.close()
  await expectHome()
})
