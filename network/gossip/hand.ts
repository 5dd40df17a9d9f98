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

/** Under which study and hash bytes are held: what came in one study goes on in no other. */
const keyOf = (study: Hash, hash: Hash) => `${study}/${hash}`

/** Contributions that are small enough to travel with the commitments that name them, by their hash. In memory only: a round takes what it needs into the shelf. */
export function createHand({ me, shelf, mayLeave }: HandPorts) {
  const held = new Map<string, Uint8Array>()
  let total = 0
  let readLast: string | null = null

  function keep(bytes: Uint8Array, key: string): void {
    if (held.has(key)) return
    held.set(key, bytes)
    total += bytes.length
    for (const [oldest, dropped] of held) {
      if (total <= MAX_HELD_BYTES) break
      held.delete(oldest)
      total -= dropped.length
    }
  }

  /** Our own contribution is read from the shelf once, large or small. */
  function bytesOf(author: InstitutionId, study: Hash, hash: Hash): Uint8Array | null {
    const key = keyOf(study, hash)
    if (author === me && readLast !== key) {
      readLast = key
      const own = shelf.has(hash, study) ? shelf.get(hash) : null
      if (own && own.length <= MAX_ATTACHED_BYTES) keep(own, key)
    }
    return held.get(key) ?? null
  }

  return {
    /** Keeps bytes that came with the documents of one study. They are known by what they are, not by what was said of them. */
    keep: (bytes: Uint8Array, study: Hash): void => keep(bytes, keyOf(study, sha256(bytes))),
    /** Bytes with this hash that came with a document of this study, or null. */
    get: (hash: Hash, study: Hash): Uint8Array | null => held.get(keyOf(study, hash)) ?? null,
    /** What travels with a document to a member: its contribution, where it is small, here, and may leave. Asked for each member anew. */
    goesWith({ author, body }: Document, to: InstitutionId): Uint8Array | null {
      if (body.kind !== 'commitment') return null
      const bytes = bytesOf(author, body.study, body.contribution)
      return bytes && mayLeave(body.study, body.contribution, to) === null ? bytes : null
    },
  }
}

export type Hand = ReturnType<typeof createHand>
