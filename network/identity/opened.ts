import { canonical } from '#domain/canonical.ts'
import type { Document, Signed } from '#domain/documents.ts'
import type { Hash } from '#domain/values.ts'
import { sha256 } from '../hash.ts'

/** Bytes of remembered documents, as they were signed: those of many rounds. Beyond it all are opened anew. */
const MAX_BYTES = 16 * 1024 * 1024

/**
 * Documents whose schema and signature were found right. Several peers bring the same one, and in a rehearsal many institutions
 * share a process: what was signed and checked once is not checked again.
 */
export function createOpened() {
  const byId = new Map<Hash, Document>()
  let held = 0

  return {
    /** The document that this very content with this very signature gave before, or null. Never throws. */
    find(input: unknown): Document | null {
      if (byId.size === 0 || !isSealed(input)) return null
      const { author, body, signature } = input
      const known = byId.get(idOf({ author, body }))
      return known && known.signature === signature ? known : null
    },
    /** Remembers a document that took so many bytes to sign. Returns it. */
    keep(document: Document, bytes: number): Document {
      if (held + bytes > MAX_BYTES) {
        byId.clear()
        held = 0
      }
      held += bytes
      byId.set(document.id, document)
      return document
    },
  }
}

/** The three fields of a signed document and no others, whatever is in them. */
function isSealed(input: unknown): input is Record<keyof Signed, unknown> {
  if (typeof input !== 'object' || input === null || Object.keys(input).length !== 3) return false
  return 'author' in input && 'body' in input && 'signature' in input
}

function idOf(content: unknown): Hash {
  try {
    return sha256(canonical(content))
  } catch {
    return ''
  }
}
