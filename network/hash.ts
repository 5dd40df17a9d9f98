import { createHash } from 'node:crypto'
import type { Hash } from '#domain/values.ts'

/** SHA-256 of raw bytes, or of a text in UTF-8, as 64 hex digits; by the machine's own library, for bytes by the megabyte. */
export function sha256(data: Uint8Array | string): Hash {
  return createHash('sha256').update(data).digest('hex')
}
