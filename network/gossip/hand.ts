import type { Document } from '#domain/documents.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { sha256 } from '../hash.ts'
import type { Shelf } from '../ports.ts'
import { MAX_ATTACHED_BYTES } from '../protocols/documents.ts'

/** What came with documents and has not been fetched yet: beyond it the oldest is dropped, and fetched like larger ones. */
const MAX_HELD_BYTES = 8 * 1024 * 1024

export interface HandPorts {
  readonly me: InstitutionId
  readonly shelf: Shelf
  /** The door: null when these bytes may leave for this member, otherwise why not. */
  readonly mayLeave: (study: Hash, hash: Hash, to: InstitutionId) => string | null
}

/** Contributions that are small enough to travel with the commitments that name them, by their hash. In memory only: a round takes what it needs into the shelf. */
export function createHand({ me, shelf, mayLeave }: HandPorts) {
  const held = new Map<Hash, Uint8Array>()
  let total = 0
  let readLast: Hash | null = null

  function keep(bytes: Uint8Array, hash: Hash = sha256(bytes)): void {
    if (held.has(hash)) return
    held.set(hash, bytes)
    total += bytes.length
    for (const [oldest, dropped] of held) {
      if (total <= MAX_HELD_BYTES) break
      held.delete(oldest)
      total -= dropped.length
    }
  }

  /** Our own contribution is read from the shelf once, large or small. */
  function bytesOf(author: InstitutionId, hash: Hash): Uint8Array | null {
    if (author === me && readLast !== hash) {
      readLast = hash
      const own = shelf.get(hash)
      if (own && own.length <= MAX_ATTACHED_BYTES) keep(own, hash)
    }
    return held.get(hash) ?? null
  }

  return {
    /** Keeps bytes that came with documents. They are known by what they are, not by what was said of them. */
    keep: (bytes: Uint8Array): void => keep(bytes),
    /** Bytes with this hash that came with a document, or null. */
    get: (hash: Hash): Uint8Array | null => held.get(hash) ?? null,
    /** What travels with a document to a member: its contribution, where it is small, here, and may leave. Asked for each member anew. */
    goesWith({ author, body }: Document, to: InstitutionId): Uint8Array | null {
      if (body.kind !== 'commitment') return null
      const bytes = bytesOf(author, body.contribution)
      return bytes && mayLeave(body.study, body.contribution, to) === null ? bytes : null
    },
  }
}

export type Hand = ReturnType<typeof createHand>
