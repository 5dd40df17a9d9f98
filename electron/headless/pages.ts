import { createReadStream, type Stats, statSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import path from 'node:path'
import { mediaTypeOf } from '#contract/pages.ts'

/** Sends a built file; any path without a file of its own is the one page, which finds its way by itself. */
export function sendPage(folder: string, url: string, response: ServerResponse): void {
  const file = fileFor(folder, url) ?? fileFor(folder, '/index.html')
  if (!file) return sendSentence(response, 503, 'The pages are not built yet; start with: npm start')
  response.writeHead(200, {
    'Content-Type': mediaTypeOf(file.path),
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

/** Answers with a page that goes on to another of ours by itself. The address is ours: nothing in it is anybody's text. */
export function sendWayOn(to: string, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': mediaTypeOf('open.html') })
  response.end(`<!doctype html><title>Murmuration</title><meta http-equiv="refresh" content="0;url=${to}">`)
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
