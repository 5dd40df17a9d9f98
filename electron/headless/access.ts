import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const TOKEN_BYTES = 32
const MAX_LINKS = 8

/** What a link opens, once: the pages by a cookie, and the engine by a secret of the page that came by the link. */
export interface Session {
  /** A browser sends it to every port of this machine, so it opens nothing but the built pages, which are no secret. */
  readonly cookie: string
  /** Kept by the page for its own origin, port included, and shown when it connects. */
  readonly secret: string
}

/** Who may talk to the engine: browsers that came by a one-time link, and programs that can read the home. */
export interface Access {
  /** For programs of this account: it is in engine.json while the engine runs. */
  readonly token: string
  /** A new link's token, good for one use. */
  makeLink(): string
  /** The session that a link's token opens, or null when it was used or never given. */
  useLink(token: string): Session | null
  /** Whether a request comes from a browser that a link was used in. */
  hasCookie(request: IncomingMessage): boolean
  /** Whether it comes from the very page that came by a link. */
  isPage(request: IncomingMessage): boolean
  /** Whether a request carries the token of programs. */
  isProgram(request: IncomingMessage): boolean
}

/** Tokens for one run of the engine; nothing of them is written anywhere but `token` by its caller. */
export function createAccess(cookie: () => string): Access {
  const token = newToken()
  const links = new Set<string>()
  const sessions: Session[] = []

  function makeLink(): string {
    const link = newToken()
    links.add(link)
    const [oldest] = links
    if (links.size > MAX_LINKS && oldest !== undefined) links.delete(oldest)
    return link
  }

  function useLink(given: string): Session | null {
    const link = [...links].find((one) => same(one, given))
    if (link === undefined) return null
    links.delete(link)
    const session = { cookie: newToken(), secret: newToken() }
    sessions.push(session)
    return session
  }

  function sessionOf(request: IncomingMessage): Session | undefined {
    const given = cookiesOf(request).get(cookie())
    return given === undefined ? undefined : sessions.find((session) => same(session.cookie, given))
  }

  return {
    token,
    makeLink,
    useLink,
    hasCookie: (request) => sessionOf(request) !== undefined,
    isPage(request) {
      const session = sessionOf(request)
      return (
        session !== undefined && protocolsOf(request).some((one) => same(one, `session.${session.secret}`))
      )
    },
    isProgram: ({ headers }) => same(headers.authorization ?? '', `Bearer ${token}`),
  }
}

/** Whether a request was meant for us: a page on another site that resolves to 127.0.0.1 names another host. */
export function isOurHost({ headers }: IncomingMessage, port: number): boolean {
  return headers.host === `127.0.0.1:${port}` || headers.host === `localhost:${port}`
}

/** Whether a page of ours made this request. Programs have no origin. */
export function isOurOrigin({ headers }: IncomingMessage): boolean {
  return headers.origin === `http://${headers.host}`
}

function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

function same(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}

/** What a page can say when it opens a WebSocket: no header but this one is a page's to choose. */
function protocolsOf({ headers }: IncomingMessage): string[] {
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim())
}

function cookiesOf({ headers }: IncomingMessage): Map<string, string> {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  return new Map(pairs.map(([name = '', value = '']) => [name, value]))
}
