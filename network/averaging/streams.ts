import { createCipheriv, hkdfSync } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { erase } from './erase.ts'
import { add, fromBytes, subtract, type Words } from './fixed-point.ts'

/** Bytes of keystream made at once, and between two turns of the event loop (a few milliseconds). */
const CHUNK_BYTES = 256 * 1024
const TURN_BYTES = 1024 * 1024

/** Counts work, so that long vectors never keep the event loop: one for each call from outside. */
export interface Turns {
  /** Says that so many bytes were worked on; now and then lets others run first. */
  readonly worked: (bytes: number) => Promise<void>
}

export function createTurns(): Turns {
  let since = 0
  return {
    async worked(bytes) {
      since += bytes
      if (since < TURN_BYTES) return
      since = 0
      await setImmediate()
    },
  }
}

/** The key of a mask: HKDF-SHA256 (RFC 5869) of a secret, salted with the attempt's context, for these members alone. */
export function maskKey(
  secret: Uint8Array,
  ctx: Hash,
  purpose: 'pair' | 'own',
  ids: readonly InstitutionId[],
): Uint8Array {
  const info = ['murmuration mask 1', purpose, ...ids].join('\n')
  return new Uint8Array(hkdfSync('sha256', secret, Buffer.from(ctx, 'hex'), info, 32))
}

/**
 * Adds or subtracts a mask: the AES-256-CTR keystream of the key, one stream over the whole vector, so that no two
 * positions share a mask. The key must never serve a second vector; it is erased here.
 */
export async function applyMask(words: Words, key: Uint8Array, sign: 1 | -1, turns: Turns): Promise<void> {
  const apply = sign === 1 ? add : subtract
  const cipher = createCipheriv('aes-256-ctr', key, new Uint8Array(16))
  erase(key)
  const zeros = new Uint8Array(Math.min(CHUNK_BYTES, words.byteLength))
  for (let at = 0; at < words.byteLength; at += CHUNK_BYTES) {
    const stream = cipher.update(zeros.subarray(0, Math.min(CHUNK_BYTES, words.byteLength - at)))
    const mask = fromBytes(stream)
    apply(words, mask, at / 4)
    mask.fill(0)
    erase(stream)
    await turns.worked(stream.length)
  }
}
