import { type AuditEntry, CHECKPOINT, EMPTY_LOG, type Head, headAfter } from '#domain/audit.ts'
import { hashOf } from '#domain/canonical.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Reader, Writer } from './database.ts'

/** What happened, before it has its place in the chain. `detail` is anything that JSON can hold; only its hash is kept. */
export interface Happening {
  readonly time: number
  readonly actor: string
  readonly action: string
  readonly object: string
  readonly outcome: string
  /** The institution whose message caused this; left out where we did or decided something ourselves. */
  readonly by?: InstitutionId
  readonly detail?: unknown
}

interface Row extends Omit<AuditEntry, 'by'> {
  readonly causedBy: InstitutionId | null
}

const COLUMNS = `seq, prev_hash AS prevHash, time, actor, action, object, outcome, caused_by AS causedBy,
  detail_hash AS detailHash, hash`
const MAX_PAGE = 1000

/** Appends to the log, in the caller's transaction where there is one. */
export function appendAudit(db: Writer, { detail = null, ...happening }: Happening): AuditEntry {
  return db.together(() => {
    const { entries, head } = auditHead(db)
    const content = { seq: entries + 1, prevHash: head, ...happening, detailHash: hashOf(detail) }
    const entry = { ...content, hash: hashOf(content) }
    const { seq, prevHash, time, actor, action, object, outcome, by, detailHash, hash } = entry
    db.run(
      `INSERT INTO audit (seq, prev_hash, time, actor, action, object, outcome, detail_hash, hash${by ? ', caused_by' : ''})
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?${by ? ', ?' : ''})`,
      ...[seq, prevHash, time, actor, action, object, outcome, detailHash, hash],
      ...(by ? [by] : []),
    )
    return entry
  })
}

/** How far the log goes. */
export function auditHead(db: Reader): Head {
  const sql = 'SELECT seq AS entries, hash AS head FROM audit ORDER BY seq DESC LIMIT 1'
  return db.get<Head>(sql) ?? EMPTY_LOG
}

/** How many entries stand behind the last checkpoint of a key. */
export function unsignedEntries(db: Reader, key: InstitutionId): number {
  const sql = 'SELECT seq FROM audit WHERE action = ? AND object = ? ORDER BY seq DESC LIMIT 1'
  return auditHead(db).entries - (db.get<{ seq: number }>(sql, CHECKPOINT, key)?.seq ?? 0)
}

/** Entries from a number on, oldest first, at most `limit`. */
export function listAudit(db: Reader, from: number, limit: number): AuditEntry[] {
  const rows = db.all<Row>(`SELECT ${COLUMNS} FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?`, from, limit)
  return rows.map(({ causedBy, ...entry }) => (causedBy === null ? entry : { ...entry, by: causedBy }))
}

/** Who did something to an object, each once, in the order of their first time. */
export function objectActors(db: Reader, action: string, object: string): string[] {
  const sql = 'SELECT actor FROM audit WHERE action = ? AND object = ? GROUP BY actor ORDER BY min(seq)'
  return db.all<{ actor: string }>(sql, action, object).map((row) => row.actor)
}

/** Recomputes the chain. Returns its head, or the number of the first entry that does not fit. */
export function verifyAudit(db: Reader): Head | { brokenAt: number } {
  let head = EMPTY_LOG
  for (;;) {
    const page = listAudit(db, head.entries + 1, MAX_PAGE)
    for (const entry of page) {
      const next = headAfter(head, entry)
      if (!next) return { brokenAt: head.entries + 1 }
      head = next
    }
    if (page.length < MAX_PAGE) return head
  }
}
