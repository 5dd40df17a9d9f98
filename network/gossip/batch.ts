import type { Document } from '#domain/documents.ts'
import { BATCH_BYTES, MAX_IDS } from '../protocols/documents.ts'

/** The first documents that fit into one message, with what goes with them: at least one, and about a MiB. */
export function firstThatFit(
  documents: Iterable<Document>,
  bytesWith: (document: Document) => number = () => 0,
): Document[] {
  const batch: Document[] = []
  let bytes = 0
  for (const document of documents) {
    bytes += sizeOf(document) + bytesWith(document)
    if (batch.length > 0 && (bytes > BATCH_BYTES || batch.length >= MAX_IDS)) break
    batch.push(document)
  }
  return batch
}

const sizes = new WeakMap<Document['body'], number>()

/** About as many bytes as a document takes on the wire and on disk. Measured once, since it goes to many. */
export function sizeOf({ body }: Document): number {
  const known = sizes.get(body)
  if (known !== undefined) return known
  const size = JSON.stringify(body).length + 200
  sizes.set(body, size)
  return size
}
