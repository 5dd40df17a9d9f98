import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { main, Plain } from './place.mjs'

const ANSWER_LIMIT_MS = 20_000

// Fetches one file: node --use-env-proxy download.mjs URL FILE. A process of its own, as Node reads
// the proxy and the certificates of its environment when it starts.
await main(async () => {
  const [url = '', file = ''] = process.argv.slice(2)
  const silence = new AbortController()
  const limit = setTimeout(() => silence.abort(), ANSWER_LIMIT_MS)
  const response = await fetch(url, { signal: silence.signal }).catch((/** @type {Error} */ error) => {
    throw new Plain(
      `It did not answer: ${error.cause instanceof Error ? error.cause.message : error.message}`,
    )
  })
  clearTimeout(limit)
  if (!response.ok || !response.body) throw new Plain(`It answered with status ${response.status}.`)
  await pipeline(Readable.fromWeb(response.body), createWriteStream(file))
  return 0
})
