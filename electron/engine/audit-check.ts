import { setImmediate } from 'node:timers/promises'
import type { Output } from '#contract/calls.ts'
import { type AuditEntry, CHECKPOINT, EMPTY_LOG, headAfter } from '#domain/audit.ts'
import type { InstitutionId } from '#domain/values.ts'
import { isSignedCheckpoint } from '#network/identity/checkpoints.ts'
import { isWhole } from '#network/identity/documents.ts'
import { auditHead, listAudit } from '#store/audit.ts'
import type { Reader } from '#store/database.ts'
import { listDocuments } from '#store/library.ts'

/** Entries, or documents, that are read before others get a turn. */
const PAGE = 500

/** Entries of the log in their order, page by page, with a breath after each. */
export async function* auditPages(db: Reader): AsyncGenerator<AuditEntry[]> {
  for (let from = 1; ; from += PAGE) {
    const page = listAudit(db, from, PAGE)
    yield page
    if (page.length < PAGE) return
    await setImmediate()
  }
}

/** Recomputes the log from its beginning with its signatures by these keys of ours, and opens all documents: which is the first that does not fit. */
export async function verifyAll(db: Reader, keys: readonly InstitutionId[]): Promise<Output<'audit.verify'>> {
  const documents = await verifyDocuments(db)
  let before = EMPTY_LOG
  let signed = 0
  for await (const page of auditPages(db)) {
    for (const entry of page) {
      const next = headAfter(before, entry)
      const isSeal = entry.action === CHECKPOINT && entry.by === undefined
      if (!next || (isSeal && !(keys.includes(entry.object) && isSignedCheckpoint(entry)))) {
        const { entries } = auditHead(db)
        return { ok: false, entries, firstBad: before.entries + 1, signed, ...documents }
      }
      before = next
      if (isSeal) signed = entry.seq
    }
  }
  return { ok: true, entries: before.entries, firstBad: null, signed, ...documents }
}

/** Opens every document that is stored: its id, its schema and its author's signature. */
async function verifyDocuments(db: Reader) {
  let documents = 0
  let badDocuments = 0
  for (let after = 0; ;) {
    const page = listDocuments(db, after, PAGE)
    documents += page.length
    badDocuments += page.filter(({ document }) => !document || !isWhole(document)).length
    if (page.length < PAGE) return { documents, badDocuments }
    after = page.at(-1)?.row ?? after
    await setImmediate()
  }
}
