import { createHash } from 'node:crypto'
import type { Hash } from '#domain/values.ts'
import type { Reader, Writer } from './database.ts'
import type { RowPart } from './row-sets.ts'

/** What a choice uses of one column in its rows: ascending keys of row and value, each once, at a level. */
export interface RowValues {
  readonly part: RowPart
  readonly level: string
  readonly keys: Float64Array
}

/** Keeps what a choice uses of a column; the same values of the same rows are kept once. */
export function putRowValues(db: Writer, choice: Hash, { part, level, keys }: RowValues): void {
  const bytes = new Uint8Array(keys.buffer, keys.byteOffset, keys.byteLength)
  const name = createHash('sha256').update(`${part}/${level}/`).update(bytes).digest('hex')
  const sql =
    'INSERT INTO row_values (name, part, level, keys) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING'
  db.run(sql, name, part, level, bytes)
  const use = `INSERT INTO row_value_uses (choice, part, row_values)
    SELECT ?, ?, id FROM row_values WHERE name = ? ON CONFLICT DO NOTHING`
  db.run(use, choice, part, name)
}

/** All that was used at a level by choices whose sums may have been opened. */
export function listRowValues(db: Reader, level: string): RowValues[] {
  const sql = 'SELECT part, level, keys FROM row_values WHERE level = ? ORDER BY id'
  return db.all<{ part: RowPart; level: string; keys: Uint8Array }>(sql, level).map((row) => ({
    ...row,
    keys: new Float64Array(Uint8Array.from(row.keys).buffer),
  }))
}

/** Forgets what a choice uses, and what no other choice does. */
export function removeRowValues(db: Writer, choice: Hash): void {
  db.run('DELETE FROM row_value_uses WHERE choice = ?', choice)
  db.run('DELETE FROM row_values WHERE id NOT IN (SELECT row_values FROM row_value_uses)')
}
