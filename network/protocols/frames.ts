import type { Stream } from '@libp2p/interface'
import { byteStream } from '@libp2p/utils'
import * as v from 'valibot'

const HEADER_BYTES = 4

/** Messages on a stream: each a length (4 bytes, big-endian) and so many bytes. */
export interface Frames {
  /**
   * The next message, or null when the other side has finished. Rejects when it is longer than allowed (before
   * anything is allocated) or does not come in time. With `idle`, waiting for its first bytes takes no limit.
   */
  read(limit: {
    readonly within: number
    readonly max?: number
    readonly idle?: boolean
  }): Promise<Uint8Array | null>
  /** Resolves when the stream has taken the bytes. Rejects when it takes longer. */
  readonly write: (bytes: Uint8Array, within: number) => Promise<void>
}

/** Frames of at most `maxBytes` over a stream. The other side may send one frame ahead, not more. */
export function createFrames(stream: Stream, maxBytes: number): Frames {
  const bytes = byteStream(stream, { maxBufferSize: 2 * maxBytes + 65_536 })
  return {
    async read({ within, max = maxBytes, idle = false }) {
      const header = await readOrEnd(idle ? {} : { signal: AbortSignal.timeout(within) })
      if (!header) return null
      const length = new DataView(header.buffer, header.byteOffset).getUint32(0)
      if (length > max) throw new RangeError(`A message of ${length} bytes is longer than allowed`)
      if (length === 0) return new Uint8Array(0)
      const body = await bytes.read({ bytes: length, signal: AbortSignal.timeout(within) })
      return body.subarray()
    },
    async write(body, within) {
      const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length)
      frame.writeUInt32BE(body.length)
      frame.set(body, HEADER_BYTES)
      await bytes.write(frame, { signal: AbortSignal.timeout(within) })
    },
  }

  async function readOrEnd(options: { signal?: AbortSignal }): Promise<Uint8Array | null> {
    try {
      return (await bytes.read({ ...options, bytes: HEADER_BYTES })).subarray()
    } catch (error) {
      if (error instanceof Error && error.name === 'UnexpectedEOFError') return null
      throw error
    }
  }
}

/** A value as JSON in UTF-8. */
export function toJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value), 'utf8')
}

/** Reads JSON of a schema. Throws for anything else. */
export function fromJson<S extends v.GenericSchema>(schema: S, bytes: Uint8Array): v.InferOutput<S> {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  return v.parse(schema, JSON.parse(text), { abortEarly: true })
}
