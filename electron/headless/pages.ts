import { createReadStream, type Stats, statSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import path from 'node:path'

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
  '.wasm': 'application/wasm',
}

/** Pages may run our own scripts and talk to this engine, and nothing else. Tried with Svelte 5. */
export function headersFor(host: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    `connect-src 'self' ws://${host}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html',
  ]
  return {
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'Cache-Control': 'no-store',
  }
}

/** Sends a built file; any path without a file of its own is the one page, which finds its way by itself. */
export function sendPage(folder: string, url: string, response: ServerResponse): void {
  const file = fileFor(folder, url) ?? fileFor(folder, '/index.html')
  if (!file) return sendSentence(response, 503, 'The pages are not built yet; start with: npm start')
  response.writeHead(200, {
    'Content-Type': types[path.extname(file.path)] ?? 'application/octet-stream',
    'Content-Length': file.stats.size,
  })
  createReadStream(file.path)
    .on('error', () => response.destroy())
    .pipe(response)
}

/** Answers with one sentence as plain text. */
export function sendSentence(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(`${sentence}\n`)
}

function fileFor(folder: string, url: string): { path: string; stats: Stats } | null {
  const wanted = decode(url)
  const file = wanted === null ? null : path.join(folder, wanted)
  if (!file?.startsWith(folder + path.sep)) return null
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats?.isFile() ? { path: file, stats } : null
}

function decode(url: string): string | null {
  try {
    const [place = ''] = url.split('?')
    const decoded = decodeURIComponent(place)
    return decoded.includes('\0') ? null : decoded
  } catch {
    return null
  }
}
