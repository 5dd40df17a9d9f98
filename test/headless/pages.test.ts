import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { connect } from '#contract/connect.ts'
import { encodeFrame } from '#contract/frame.ts'
import { MAX_ANSWER_BYTES, type Duplex } from '#contract/wire.ts'
import { servePages, type PageServer } from '#headless/page-server.ts'
import { overSocket } from '#headless/socket.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'murmuration-pages-'))
const accepted: Duplex[] = []
let server: PageServer
let origin = ''

beforeAll(async () => {
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Murmuration</title>')
  writeFileSync(path.join(path.dirname(folder), 'outside.txt'), 'not a page')
  server = await servePages(folder, 0, (duplex) => {
    accepted.push(duplex)
    duplex.onMessage((message) => {
      const { id } = message as { id: number } // what `connect` sends
      duplex.send({ id, output: [] })
    })
  })
  origin = `http://127.0.0.1:${server.port}`
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
  rmSync(path.join(path.dirname(folder), 'outside.txt'), { force: true })
})

const enter = async () => {
  const reply = await fetch(server.makeLink())
  const [, secret = ''] = /url=\/#session=([\w-]{43})"/.exec(await reply.text())!
  return { cookie: reply.headers.get('set-cookie')!.split(';')[0]!, secret }
}

/** Asks with any path and headers, as a browser would not let a page do. */
const raw = (url: string, headers: Record<string, string>) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port: server.port, path: url, headers }, (reply) => {
      let body = ''
      reply.setEncoding('utf8').on('data', (text: string) => (body += text))
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, body }))
    })
    asked.on('error', reject).end()
  })

const knock = (headers: Record<string, string>, secret = '', url = '/contract') =>
  new Promise<WebSocket | null>((resolve) => {
    const socket = new WebSocket(
      `ws://127.0.0.1:${server.port}${url}`,
      secret ? ['murmuration', `session.${secret}`] : [],
      { headers },
    )
    socket.once('open', () => resolve(socket))
    socket.once('error', () => resolve(null))
  })

test('a link opens the pages once, in one browser, under strict headers', async () => {
  const link = server.makeLink()
  const first = await fetch(link, { redirect: 'manual' })
  const cookie = first.headers.get('set-cookie')!
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict/)
  const page = await fetch(origin, { headers: { cookie } })
  expect(await page.text()).toContain('Murmuration')
  expect(page.headers.get('content-security-policy')).toMatch(
    /default-src 'none'.*require-trusted-types-for 'script'/,
  )
  expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  const second = await fetch(link, { redirect: 'manual' })
  expect(second.status).toBe(403)
  expect(await second.text()).toMatch(/murmuration open/)
})

test('nobody gets in without a session, by another host name, or out of the folder', async () => {
  const { cookie } = await enter()
  expect((await fetch(origin)).status).toBe(403)
  expect((await fetch(origin, { headers: { cookie: `murmuration-${server.port}=guessed` } })).status).toBe(
    403,
  )
  expect((await raw('/', { host: 'evil.example', cookie })).status).toBe(421)
  for (const url of ['/../outside.txt', '/%2e%2e/outside.txt', '/..%2foutside.txt', '/%00', '/%']) {
    expect((await raw(url, { host: `127.0.0.1:${server.port}`, cookie })).body, url).not.toContain(
      'not a page',
    )
  }
  expect((await fetch(origin, { method: 'POST', headers: { cookie } })).status).toBe(405)
})

test('the contract is for our own pages and for programs with the token, and for nobody else', async () => {
  const { cookie, secret } = await enter()
  const other = await enter()
  const program = { authorization: `Bearer ${server.token}` }
  const refused: Record<string, string>[] = [
    {},
    { cookie },
    { cookie, origin: 'http://evil.example' },
    { cookie, origin: `http://127.0.0.1:${server.port + 1}` },
    { origin },
    { ...program, origin: 'http://evil.example' },
    { authorization: 'Bearer guessed' },
    { cookie, origin, host: 'evil.example' },
  ]
  for (const headers of refused) expect(await knock(headers, secret), JSON.stringify(headers)).toBeNull()
  expect(await knock(program, '', '/other')).toBeNull()
  // A cookie is sent to every port of this machine: alone, or with the secret of another page, it opens nothing.
  for (const strange of ['', 'guessed', other.secret, cookie.split('=')[1]!])
    expect(await knock({ cookie, origin }, strange), strange).toBeNull()
  for (const [headers, own] of [
    [program, ''],
    [{ cookie, origin }, secret],
  ] as const) {
    const socket = await knock(headers, own)
    expect(socket?.protocol).toBe(own ? 'murmuration' : '')
    expect(socket).not.toBeNull()
    const after = (ms: number, call: () => void) => {
      const timer = setTimeout(call, ms)
      return () => clearTimeout(timer)
    }
    const client = connect(overSocket(socket!, MAX_ANSWER_BYTES), after)
    expect(await client.call('peers.list', null)).toEqual([])
    await client.close()
  }
})

test('a frame that is too large, broken or text ends its connection alone', async () => {
  const headers = { authorization: `Bearer ${server.token}` }
  for (const frame of [new Uint8Array(3_000_000), Uint8Array.of(255, 255, 255, 255, 1), 'text']) {
    const socket = (await knock(headers))!
    const ended = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined)
    socket.send(frame)
    await ended
  }
  const socket = (await knock(headers))!
  const answered = new Promise((resolve) => socket.once('message', resolve))
  socket.send(encodeFrame({ id: 1, call: 'peers.list', input: null }))
  await answered
  socket.close()
})

test('a taken port is said to be taken', async () => {
  await expect(servePages(folder, server.port, () => undefined)).rejects.toEqual(
    expect.objectContaining({ code: 'port-taken' }),
  )
})
