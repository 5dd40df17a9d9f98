import { utf8 } from '@scure/base'
import { AppError } from '#domain/errors.ts'

const TAG = '$bytes'

/**
 * One message as one binary frame: the length of a JSON text (4 bytes, big-endian), the text, then the byte arrays that
 * the text names by {"$bytes": length} in order.
 */
export function encodeFrame(message: unknown): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = []
  const text = JSON.stringify(message, (_key, value: unknown) => {
    if (value instanceof Uint8Array) {
      parts.push(value)
      return { [TAG]: value.length }
    }
    return value
  })
  return join(utf8.decode(text), parts)
}

function join(text: Uint8Array, parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, part) => sum + part.length, 4 + text.length)
  const frame = new Uint8Array(size)
  new DataView(frame.buffer).setUint32(0, text.length)
  frame.set(text, 4)
  let at = 4 + text.length
  for (const part of parts) {
    frame.set(part, at)
    at += part.length
  }
  return frame
}

/** Reads a frame of at most `limit` bytes. Throws AppError 'too-large' or 'bad-request'; never reads past the frame. */
export function decodeFrame(frame: Uint8Array, limit: number): unknown {
  if (frame.length > limit) throw new AppError('too-large', `A frame of ${frame.length} bytes`)
  if (frame.length < 4) throw new AppError('bad-request', 'A frame without a length')
  const size = new DataView(frame.buffer, frame.byteOffset).getUint32(0)
  if (4 + size > frame.length) throw new AppError('bad-request', 'A frame that ends before its text')
  const text = frame.subarray(4, 4 + size)
  try {
    return revive(text, frame.subarray(4 + size))
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('bad-request', 'A frame whose text is not JSON')
  }
}

function revive(text: Uint8Array, rest: Uint8Array): unknown {
  let at = 0
  const message: unknown = JSON.parse(utf8.encode(text), (_key, value: unknown) => {
    const length = taggedLength(value)
    if (length === null) return value
    if (length > rest.length - at) throw new AppError('bad-request', 'A frame that ends before its bytes')
    at += length
    return rest.slice(at - length, at)
  })
  if (at !== rest.length) throw new AppError('bad-request', 'A frame with bytes that its text does not name')
  return message
}

function taggedLength(value: unknown): number | null {
  if (value === null || typeof value !== 'object' || !(TAG in value)) return null
  const length = value[TAG]
  const whole = typeof length === 'number' && Number.isSafeInteger(length) && length >= 0
  if (!whole || Object.keys(value).length !== 1)
    throw new AppError('bad-request', 'A frame with a bad byte tag')
  return length
}
