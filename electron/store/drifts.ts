import type { Hash } from '#domain/values.ts'
import type { Reader, Writer } from './database.ts'

/** Keeps how the data that a study uses here (named by their key) compare with all members'. One for each study. */
export function putDrift(db: Writer, study: Hash, ofData: string, lines: readonly object[]): void {
  const sql = `INSERT INTO drifts (study, of_data, lines) VALUES (?, ?, ?)
    ON CONFLICT (study) DO UPDATE SET of_data = excluded.of_data, lines = excluded.lines`
  db.run(sql, study, ofData, JSON.stringify(lines))
}

/** The comparison of just these data, or null. The caller parses it with its schema. */
export function getDrift(db: Reader, study: Hash, ofData: string): unknown {
  const sql = 'SELECT lines FROM drifts WHERE study = ? AND of_data = ?'
  const row = db.get<{ lines: string }>(sql, study, ofData)
  return row ? JSON.parse(row.lines) : null
}
