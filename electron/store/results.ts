import type { Hash } from '#domain/values.ts'
import type { Reader, Writer } from './database.ts'

/** Whose figures: our model alone, the shared model on our held-out rows, or all members' from the summed evaluation. */
export type Subject = 'alone' | 'shared' | 'overall'

/** Keeps the figures of a subject in a study; newer ones take their place. */
export function recordResult(db: Writer, study: Hash, subject: Subject, figures: object, at: number): void {
  const sql = `INSERT INTO results (study, subject, figures, recorded_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (study, subject) DO UPDATE SET figures = excluded.figures, recorded_at = excluded.recorded_at`
  db.run(sql, study, subject, JSON.stringify(figures), at)
}

/** The figures of a subject as they were recorded, or null. The caller parses them with its schema. */
export function getResult(db: Reader, study: Hash, subject: Subject): unknown {
  const sql = 'SELECT figures FROM results WHERE study = ? AND subject = ?'
  const row = db.get<{ figures: string }>(sql, study, subject)
  return row ? JSON.parse(row.figures) : null
}
