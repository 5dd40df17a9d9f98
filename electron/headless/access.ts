import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const TOKEN_BYTES = 32
const MAX_LINKS = 8

/** Who may talk to the engine: browsers that came by a one-time link, and programs that can read the home. */
export interface Access {
  /** For programs of this account: it is in engine.json while the engine runs. */
  readonly token: string
  /** A new link's token, good for one use. */
  makeLink(): string
  /** The session that a link's token opens, or null when it was used or never given. */
  useLink(token: string): string | null
  hasSession(request: IncomingMessage): boolean
  /** Whether a request carries the token of programs. */
  isProgram(request: IncomingMessage): boolean
}

/** Tokens for one run of the engine; nothing of them is written anywhere but `token` by its caller. */
export function createAccess(cookie: () => string): Access {
  const token = newToken()
  const links = new Set<string>()
  const sessions = new Set<string>()

  function makeLink(): string {
    const link = newToken()
    links.add(link)
    const [oldest] = links
    if (links.size > MAX_LINKS && oldest !== undefined) links.delete(oldest)
    return link
  }

  function useLink(given: string): string | null {
    const link = [...links].find((one) => same(one, given))
    if (link === undefined) return null
    links.delete(link)
    const session = newToken()
    sessions.add(session)
    return session
  }

  return {
    token,
    makeLink,
    useLink,
    hasSession(request) {
      const given = cookiesOf(request).get(cookie())
      return given !== undefined && [...sessions].some((session) => same(session, given))
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

function cookiesOf({ headers }: IncomingMessage): Map<string, string> {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  return new Map(pairs.map(([name = '', value = '']) => [name, value]))
}
