import { hashOf } from '#domain/canonical.ts'
import type { Hash } from '#domain/values.ts'
import type { Reader, Writer } from './database.ts'

/** One entry of the audit log. `detailHash` is of a detail kept elsewhere: never a patient value. */
export interface AuditEntry {
  readonly seq: number
  readonly prevHash: Hash
  readonly time: number
  readonly actor: string
  readonly action: string
  readonly object: string
  readonly outcome: string
  readonly detailHash: Hash
  /** hashOf all fields above. */
  readonly hash: Hash
}

/** What happened, before it has its place in the chain. `detail` is anything that JSON can hold; only its hash is kept. */
export interface Happening {
  readonly time: number
  readonly actor: string
  readonly action: string
  readonly object: string
  readonly outcome: string
  readonly detail?: unknown
}

/** The head of an empty log. */
export const GENESIS: Hash = '0'.repeat(64)

const COLUMNS = `seq, prev_hash AS prevHash, time, actor, action, object, outcome, detail_hash AS detailHash, hash`
const MAX_PAGE = 1000

/** Appends to the log, in the caller's transaction where there is one. */
export function appendAudit(db: Writer, { detail = null, ...happening }: Happening): AuditEntry {
  return db.together(() => {
    const last = lastEntry(db)
    const content = {
      seq: (last?.seq ?? 0) + 1,
      prevHash: last?.hash ?? GENESIS,
      ...happening,
      detailHash: hashOf(detail),
    }
    const entry = { ...content, hash: hashOf(content) }
    db.run(
      `INSERT INTO audit (seq, prev_hash, time, actor, action, object, outcome, detail_hash, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      entry.seq,
      entry.prevHash,
      entry.time,
      entry.actor,
      entry.action,
      entry.object,
      entry.outcome,
      entry.detailHash,
      entry.hash,
    )
    return entry
  })
}

/** Hash of the newest entry: names the whole log before it. */
export function auditHead(db: Reader): Hash {
  return lastEntry(db)?.hash ?? GENESIS
}

/** How many entries the log has. */
export function auditLength(db: Reader): number {
  return lastEntry(db)?.seq ?? 0
}

/** Entries from a number on, oldest first, at most `limit`. */
export function listAudit(db: Reader, from: number, limit: number): AuditEntry[] {
  return db.all<AuditEntry>(`SELECT ${COLUMNS} FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?`, from, limit)
}

/** Who did something to an object, each once, in the order of their first time. */
export function objectActors(db: Reader, action: string, object: string): string[] {
  const sql = 'SELECT actor FROM audit WHERE action = ? AND object = ? GROUP BY actor ORDER BY min(seq)'
  return db.all<{ actor: string }>(sql, action, object).map((row) => row.actor)
}

/** Recomputes the chain. Returns its head and length, or the number of the first entry that does not fit. */
export function verifyAudit(db: Reader): { head: Hash; entries: number } | { brokenAt: number } {
  let head = GENESIS
  let seq = 0
  for (;;) {
    const page = listAudit(db, seq + 1, MAX_PAGE)
    for (const { hash, ...content } of page) {
      seq += 1
      if (content.seq !== seq || content.prevHash !== head || hashOf(content) !== hash)
        return { brokenAt: seq }
      head = hash
    }
    if (page.length < MAX_PAGE) return { head, entries: seq }
  }
}

function lastEntry(db: Reader): AuditEntry | undefined {
  return db.get<AuditEntry>(`SELECT ${COLUMNS} FROM audit ORDER BY seq DESC LIMIT 1`)
}
