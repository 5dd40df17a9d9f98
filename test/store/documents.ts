import { hashOf } from '#domain/canonical.ts'
import type { Document } from '#domain/documents.ts'

/** A document as the store sees it: with the right id, and a signature of the right shape that nobody here checks. */
export function aDocument(body: Document['body'], author = `12D3KooW${'A'.repeat(44)}`): Document {
  return { id: hashOf({ author, body }), author, body, signature: 's'.repeat(86) }
}

export function aNote(study: string, text: string): Document {
  return aDocument({ kind: 'note', study, answers: null, text, writtenAt: 1 })
}
