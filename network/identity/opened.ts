import { canonical } from '#domain/canonical.ts'
import type { Document, Signed } from '#domain/documents.ts'
import type { Hash } from '#domain/values.ts'
import { sha256 } from '../hash.ts'
import { inContext } from './purposes.ts'

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
      const text = textOf({ author, body })
      const known = text === null ? undefined : byId.get(idOf(text))
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

/** The id of a document: SHA-256 of what its author signs, purpose included. */
export function idOf(message: Uint8Array | string): Hash {
  return sha256(inContext('document', message))
}

function textOf(content: unknown): string | null {
  try {
    return canonical(content)
  } catch {
    return null
  }
}
