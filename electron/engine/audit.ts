import type { Input, Output } from '#contract/calls.ts'
import type { FileView } from '#contract/papers.ts'
import { MAX_ANSWER_BYTES } from '#contract/wire.ts'
import { type AuditEntry, EMPTY_LOG } from '#domain/audit.ts'
import { AppError } from '#domain/errors.ts'
import { toWire } from '#network/identity/documents.ts'
import { keyHistory } from '#network/identity/key-statements.ts'
import { auditHead, listAudit } from '#store/audit.ts'
import { listOwnKeyStatements } from '#store/key-statements.ts'
import { listCertificates } from '#store/signers.ts'
import { auditPages, verifyAll } from './audit-check.ts'
import type { Ports } from './ports.ts'

/** No entry of the log is larger than this as JSON. */
const LARGEST_ENTRY_BYTES = 1024

type AuditPorts = Pick<Ports, 'db' | 'signer' | 'name' | 'sealLog' | 'announce'>

/** The log of what this institution did and decided. It only grows. */
export function createAudit({ db, signer, name, sealLog, announce }: AuditPorts) {
  function head(): Output<'audit.head'> {
    const { entries, head: hash } = auditHead(db)
    return { seq: entries, hash: entries === 0 ? null : hash }
  }

  /** Signs the log as it stands, and says how far it goes then. */
  function seal(): Output<'audit.head'> {
    const before = auditHead(db).entries
    if (sealLog().entries > before) announce({ event: 'audit.changed' })
    return head()
  }

  /** The file that `murmuration verify` checks without a home. */
  async function exportLog(): Promise<FileView> {
    const { seq, hash } = seal()
    if (seq * LARGEST_ENTRY_BYTES > MAX_ANSWER_BYTES) {
      throw new AppError('too-large', `${seq} entries: the command line writes them to a file`)
    }
    const entries: AuditEntry[] = []
    for await (const page of auditPages(db)) entries.push(...page.filter((one) => one.seq <= seq))
    const [institution, keys] = [{ id: signer.id, name }, listOwnKeyStatements(db)]
    const log = { format: 2, institution, keys, head: hash ?? EMPTY_LOG.head, entries }
    const bytes = new TextEncoder().encode(`${JSON.stringify(log, null, 1)}\n`)
    return { name: 'audit-log.json', mime: 'application/json', bytes }
  }

  /** What we hold of an institution that names how far its own log went. */
  const certificates = ({ id, from, limit }: Input<'audit.certificates'>) =>
    listCertificates(db, id)
      .slice(from, from + limit)
      .map(toWire)

  return {
    certificates,
    list: ({ from, limit }: { from: number; limit: number }): AuditEntry[] => listAudit(db, from, limit),
    head,
    seal,
    verify: () => verifyAll(db, keyHistory(signer.id, listOwnKeyStatements(db))),
    exportLog,
  }
}
