import type { Hash } from '#domain/values.ts'
import type { Reader, Writer } from './database.ts'

/** Whether this institution holds a study's rounds for now. */
export function isPaused(db: Reader, study: Hash): boolean {
  return db.get<{ paused: number }>('SELECT paused FROM participations WHERE study = ?', study)?.paused === 1
}

export function setPaused(db: Writer, study: Hash, paused: boolean): void {
  const sql = `INSERT INTO participations (study, paused) VALUES (?, ?)
    ON CONFLICT (study) DO UPDATE SET paused = excluded.paused`
  db.run(sql, study, paused ? 1 : 0)
}
