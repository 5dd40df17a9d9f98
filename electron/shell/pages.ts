import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { protocol, type Session } from 'electron'
import { SCHEME } from './origin.ts'
import { fileFor } from './page-file.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.json': 'application/json',
}

/** Pages may run our own scripts and reach nothing else: the engine comes by a port, not by an address. */
const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html',
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Cache-Control': 'no-store',
}

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
      const type = types[path.extname(file)] ?? 'application/octet-stream'
      // A copy in a buffer of its own is what a Response takes, whatever pool the file was read into.
      const body = new Uint8Array(await readFile(file))
      return new Response(body, { headers: { ...headers, 'Content-Type': type } })
    } catch {
      return new Response('Not here.', { status: 404, headers })
    }
  })
}
