import { readFile } from 'node:fs/promises'
import { protocol, type Session } from 'electron'
import { mediaTypeOf, pageHeaders } from '#contract/pages.ts'
import { SCHEME } from './origin.ts'
import { fileFor } from './page-file.ts'

/** The engine comes by a port, not by an address. */
const headers = pageHeaders()

/** Makes our scheme one with an origin of its own. Before the app is ready. */
export function declareScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true }
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges }])
}

/** Serves the built pages from a folder, and nothing that is not under it. */
export function servePages(session: Session, folder: string): void {
  session.protocol.handle(SCHEME, async ({ method, url }) => {
    const file = method === 'GET' ? fileFor(folder, url) : null
    if (file === null) return new Response('Not here.', { status: method === 'GET' ? 404 : 405, headers })
    try {
      const type = mediaTypeOf(file)
      // A copy in a buffer of its own is what a Response takes, whatever pool the file was read into.
      const body = new Uint8Array(await readFile(file))
      return new Response(body, { headers: { ...headers, 'Content-Type': type } })
    } catch {
      return new Response('Not here.', { status: 404, headers })
    }
  })
}
