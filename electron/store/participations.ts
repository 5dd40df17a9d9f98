import type { Hash } from '#domain/values.ts'
import type { Reader, Writer } from './database.ts'

/** Who holds a study's rounds here: a person, or our trainer, which refused the shared model until a person decides. */
export type Hold = 'person' | 'model-refused'

const holds: readonly (Hold | null)[] = [null, 'person', 'model-refused']

/** Who holds a study's rounds here for now; null where they go on. */
export function holdOf(db: Reader, study: Hash): Hold | null {
  const found = db.get<{ paused: number }>('SELECT paused FROM participations WHERE study = ?', study)
  return holds[found?.paused ?? 0] ?? null
}

/** Whether this institution holds a study's rounds for now. */
export function isPaused(db: Reader, study: Hash): boolean {
  return holdOf(db, study) !== null
}

export function setHold(db: Writer, study: Hash, hold: Hold | null): void {
  const sql = `INSERT INTO participations (study, paused) VALUES (?, ?)
    ON CONFLICT (study) DO UPDATE SET paused = excluded.paused`
  db.run(sql, study, holds.indexOf(hold))
}
