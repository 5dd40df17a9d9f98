import type { Stream } from '@libp2p/interface'
import * as v from 'valibot'
import { Count, Hash } from '#domain/values.ts'
import { createFrames, fromJson, toJson } from './frames.ts'
import { closeSoon } from './hello.ts'

export const BLOBS = '/murmuration/blobs/1'

/** No study may need more in one piece: 512 MiB. */
export const MAX_BLOB_BYTES = 512 * 1024 * 1024
const CHUNK_BYTES = 256 * 1024
const MAX_HEADER_BYTES = 4096
/** How long the one who asks may take to do so, and either side for each chunk. */
const QUESTION_MS = 15_000
const CHUNK_MS = 15_000

export const BlobRequest = v.strictObject({ study: Hash, hash: Hash, max: Count(0, MAX_BLOB_BYTES) })
export type BlobRequest = v.InferOutput<typeof BlobRequest>

/** Why bytes do not come: not here (or not for you), too many, or later. */
const Refusal = v.picklist(['unknown', 'too-large', 'busy'])
export type BlobRefusal = v.InferOutput<typeof Refusal>
const Header = v.union([
  v.strictObject({ length: Count(0, MAX_BLOB_BYTES) }),
  v.strictObject({ refused: Refusal }),
])

/** Asks for bytes on a fresh stream, and waits so long for the answer whether they come. Answers why not when refused; rejects when the other side breaks off or sends more than it may. */
export async function requestBlob(
  stream: Stream,
  request: BlobRequest,
  { signal, answerMs }: { readonly signal: AbortSignal; readonly answerMs: number },
): Promise<Uint8Array | BlobRefusal> {
  const stop = () => stream.abort(new Error('No longer wanted'))
  signal.addEventListener('abort', stop)
  try {
    signal.throwIfAborted()
    const frames = createFrames(stream, CHUNK_BYTES)
    await frames.write(toJson(request), answerMs)
    const answer = await frames.read({ within: answerMs, max: MAX_HEADER_BYTES })
    if (!answer) throw new Error('The other side closed')
    const header = fromJson(Header, answer)
    const answered = 'length' in header ? await receive(frames, header.length, request.max) : header.refused
    closeSoon(stream)
    return answered
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function receive(
  frames: ReturnType<typeof createFrames>,
  length: number,
  max: number,
): Promise<Uint8Array> {
  if (length > max) throw new RangeError(`${length} bytes are more than we asked for`)
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length;) {
    const chunk = await frames.read({ within: CHUNK_MS, max: Math.min(CHUNK_BYTES, length - at) })
    if (!chunk?.length) throw new Error('The other side closed')
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

/** What a serving side decides for one request. */
export interface Serving {
  /** The bytes, or why not. Called once for each request. */
  readonly find: (request: BlobRequest) => Uint8Array | BlobRefusal
  /** Asked again before every chunk: false stops in the middle. */
  readonly still: () => boolean
  /** So many bytes went out. */
  readonly sent: (bytes: number) => void
}

/** Serves one request on a stream. */
export async function serveBlob(stream: Stream, { find, still, sent }: Serving): Promise<void> {
  const frames = createFrames(stream, MAX_HEADER_BYTES)
  const question = await frames.read({ within: QUESTION_MS })
  if (!question) throw new Error('No request came')
  const found = find(fromJson(BlobRequest, question))
  if (typeof found === 'string') {
    await frames.write(toJson({ refused: found }), QUESTION_MS)
    return closeSoon(stream)
  }
  await frames.write(toJson({ length: found.length }), QUESTION_MS)
  for (let at = 0; at < found.length; at += CHUNK_BYTES) {
    if (!still()) throw new Error('These bytes may no longer leave')
    const chunk = found.subarray(at, at + CHUNK_BYTES)
    await frames.write(chunk, CHUNK_MS)
    sent(chunk.length)
  }
  closeSoon(stream)
}
