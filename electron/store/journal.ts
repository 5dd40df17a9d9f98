import type { Hash } from '#domain/values.ts'
import type { Database, Reader, Writer } from './database.ts'

/** What happened in a round at this member. The same shape as the network's `JournalEntry`. */
export interface JournalEntry {
  readonly study: Hash
  readonly round: number
  readonly attempt: number
  readonly step: 'accepted' | 'committed' | 'revealed' | 'certified' | 'abandoned' | 'decided'
  readonly detail: string
  readonly at: number
}

/** The network's port `Journal` over the database. */
export function createJournal(db: Database) {
  return {
    read: (study: Hash, round: number) => readJournal(db, study, round),
    write: (entry: JournalEntry) => writeJournal(db, entry),
    together: <T>(work: () => T) => db.together(work),
  }
}

/** Entries of a study's round in the order written. */
function readJournal(db: Reader, study: Hash, round: number): JournalEntry[] {
  const sql = `SELECT study, round, attempt, step, detail, at FROM journal WHERE study = ? AND round = ? ORDER BY seq`
  return db.all<JournalEntry>(sql, study, round)
}

/** Durable when it returns. */
function writeJournal(db: Writer, { study, round, attempt, step, detail, at }: JournalEntry): void {
  const sql = 'INSERT INTO journal (study, round, attempt, step, detail, at) VALUES (?, ?, ?, ?, ?, ?)'
  db.run(sql, study, round, attempt, step, detail, at)
}
