import type { Document } from '#domain/documents.ts'
import { BATCH_BYTES, MAX_IDS } from '../protocols/documents.ts'

/** The first documents that fit into one message: at least one, and about a MiB. */
export function firstThatFit(documents: Iterable<Document>): Document[] {
  const batch: Document[] = []
  let bytes = 0
  for (const document of documents) {
    bytes += sizeOf(document)
    if (batch.length > 0 && (bytes > BATCH_BYTES || batch.length >= MAX_IDS)) break
    batch.push(document)
  }
  return batch
}

/** About as many bytes as a document takes on the wire and on disk. */
export function sizeOf(document: Document): number {
  return JSON.stringify(document.body).length + 200
}
