import { setImmediate } from 'node:timers/promises'
import type { Output } from '#contract/calls.ts'
import type { FileView } from '#contract/papers.ts'
import type { AuditEntry } from '#contract/views.ts'
import { MAX_ANSWER_BYTES } from '#contract/wire.ts'
import { hashOf } from '#domain/canonical.ts'
import { AppError } from '#domain/errors.ts'
import { auditHead, auditLength, GENESIS, listAudit } from '#store/audit.ts'
import type { Ports } from './ports.ts'

/** Entries that are read before others get a turn. */
const PAGE = 500
/** No entry of the log is larger than this as JSON. */
const LARGEST_ENTRY_BYTES = 1024

/** The log of what this institution did and decided. It only grows. */
export function createAudit({ db, signer, name }: Pick<Ports, 'db' | 'signer' | 'name'>) {
  /** Entries in their order, page by page, with a breath after each. */
  async function* pages(): AsyncGenerator<AuditEntry[]> {
    for (let from = 1; ; from += PAGE) {
      const page = listAudit(db, from, PAGE)
      yield page
      if (page.length < PAGE) return
      await setImmediate()
    }
  }

  function head(): Output<'audit.head'> {
    const seq = auditLength(db)
    return { seq, hash: seq === 0 ? null : auditHead(db) }
  }

  /** Recomputes the chain from its beginning: which entries fit, and which is the first that does not. */
  async function verify(): Promise<Output<'audit.verify'>> {
    let before = GENESIS
    let seq = 0
    for await (const page of pages()) {
      for (const { hash, ...content } of page) {
        seq += 1
        const fits = content.seq === seq && content.prevHash === before && hashOf(content) === hash
        if (!fits) return { ok: false, entries: head().seq, firstBad: seq }
        before = hash
      }
    }
    return { ok: true, entries: seq, firstBad: null }
  }

  /** The file that `murmuration verify` checks without a home. */
  async function exportLog(): Promise<FileView> {
    const { seq, hash } = head()
    if (seq * LARGEST_ENTRY_BYTES > MAX_ANSWER_BYTES) {
      throw new AppError('too-large', `${seq} entries: the command line writes them to a file`)
    }
    const entries: AuditEntry[] = []
    for await (const page of pages()) entries.push(...page.filter((one) => one.seq <= seq))
    const log = { format: 1, institution: { id: signer.id, name }, head: hash ?? GENESIS, entries }
    const bytes = new TextEncoder().encode(`${JSON.stringify(log, null, 1)}\n`)
    return { name: 'audit-log.json', mime: 'application/json', bytes }
  }

  return {
    list: ({ from, limit }: { from: number; limit: number }): AuditEntry[] => listAudit(db, from, limit),
    head,
    verify,
    exportLog,
  }
}
