import { createHash } from 'node:crypto'
import type { Hash } from '#domain/values.ts'
import type { Reader, Writer } from './database.ts'
import { putRowValues, removeRowValues, type RowValues } from './row-values.ts'

export type RowPart = 'train' | 'held-out'

/** How the rows of a table are told apart, as a set of them was made. */
export interface RowsAbout {
  /** The columns that the study reads. */
  readonly used: readonly string[]
  /** All columns of the table. */
  readonly all: readonly string[]
  /** The column that says which patient a row is of; null where none does. */
  readonly patient: string | null
}

/** The rows that a choice of data puts into sums. */
export interface RowChoice {
  readonly choice: Hash
  readonly part: RowPart
  readonly study: Hash
  readonly dataset: string
  readonly version: number
  readonly about: RowsAbout
  /** Numbers of its rows in the table, ascending. */
  readonly members: Uint32Array
  /** Names the patients (the rows, where nothing says whose they are): the same in every study that uses just these. */
  readonly patients: Hash
  /** The patients of the first sum that these are nearly those of, or their own. */
  readonly family: Hash
  /** Rows that were left out: new ones that wait for more, and those that hide which others are missing. */
  readonly waiting: number
  readonly covering: number
  /** Rows left out because the study makes something else of few values of a column. */
  readonly differing: number
  /** Rows left out because they may have been in sums that this home does not know. */
  readonly apart: number
  /** Fixed before all rows that were here were set apart: summed no more. */
  readonly stopped: boolean
  /** Null where no sum may have them: none, or too few. */
  readonly rowSet: number | null
}

interface Row extends Omit<RowChoice, 'about' | 'members' | 'stopped'> {
  readonly stopped: number
  readonly about: string
  /** A bit for each row of the table, lowest first. */
  readonly members: Uint8Array
}

const FIELDS = `choice, part, study, dataset, version, about, members, patients, ifnull(family, patients) AS family,
  waiting, covering, differing, apart, stopped, row_set AS rowSet`

/** What rows a choice was fixed to; null where it was not yet. */
export function getRowChoice(db: Reader, choice: Hash, part: RowPart): RowChoice | null {
  const row = db.get<Row>(`SELECT ${FIELDS} FROM row_choices WHERE choice = ? AND part = ?`, choice, part)
  return row ? toChoice(row) : null
}

/** A choice for each set of rows that may be in an opened sum, the newest where several use the same set. */
export function listRowSets(db: Reader): (RowChoice & { readonly rowSet: number })[] {
  const sql = `SELECT ${FIELDS} FROM row_choices WHERE rowid IN
    (SELECT max(rowid) FROM row_choices WHERE row_set IS NOT NULL GROUP BY row_set) ORDER BY row_set`
  return db.all<Row & { rowSet: number }>(sql).map((row) => ({ ...toChoice(row), rowSet: row.rowSet }))
}

/** Fixes the rows of a choice for good. `levels` are the keys of its rows, ascending, each once; `values` what it uses of them. */
export function putRowChoice(
  db: Writer,
  choice: Omit<RowChoice, 'rowSet' | 'stopped'>,
  levels: ReadonlyMap<string, Float64Array>,
  values: readonly RowValues[],
): void {
  db.together(() => {
    const rowSet = [...levels.values()].every((keys) => keys.length === 0)
      ? null
      : putRowSet(db, choice.part, levels)
    const sql = `INSERT INTO row_choices (choice, part, study, dataset, version, about, members, patients, family,
      waiting, covering, differing, apart, row_set) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (choice, part) DO NOTHING`
    const { study, dataset, version, about, members, patients, family, part } = choice
    const place = [choice.choice, part, study, dataset, version] as const
    const left = [choice.waiting, choice.covering, choice.differing, choice.apart] as const
    db.run(sql, ...place, JSON.stringify(about), bitsOf(members), patients, family, ...left, rowSet)
    for (const one of values) putRowValues(db, choice.choice, one)
  })
}

/** The id of a set with these keys; a set that is there already is not kept twice. */
function putRowSet(db: Writer, part: RowPart, levels: ReadonlyMap<string, Float64Array>): number {
  const hash = createHash('sha256').update(part)
  for (const [level, keys] of levels) hash.update(`/${level}/`).update(bytesOf(keys))
  const name = hash.digest('hex')
  const known = db.get<{ id: number }>('SELECT id FROM row_sets WHERE name = ?', name)
  if (known) return known.id
  const { lastId } = db.run('INSERT INTO row_sets (name, part) VALUES (?, ?)', name, part)
  for (const [level, keys] of levels) putRowKeys(db, lastId, level, keys)
  return lastId
}

/** Keeps the keys of a set at a further level. */
export function putRowKeys(db: Writer, rowSet: number, level: string, keys: Float64Array): void {
  const sql = 'INSERT INTO row_keys (row_set, level, keys) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'
  db.run(sql, rowSet, level, bytesOf(keys))
}

/** The keys of a set at a level, ascending; null where they were not worked out. */
export function getRowKeys(db: Reader, rowSet: number, level: string): Float64Array | null {
  const sql = 'SELECT keys FROM row_keys WHERE row_set = ? AND level = ?'
  const row = db.get<{ keys: Uint8Array }>(sql, rowSet, level)
  return row ? new Float64Array(Uint8Array.from(row.keys).buffer) : null
}

/** Forgets a choice whose rows were in no sum, and its set where no other choice has it. */
export function removeRowChoice(db: Writer, choice: Hash): void {
  db.together(() => {
    db.run('DELETE FROM row_choices WHERE choice = ?', choice)
    removeRowValues(db, choice)
    db.run('DELETE FROM row_sets WHERE id NOT IN (SELECT row_set FROM row_choices WHERE row_set IS NOT NULL)')
  })
}

/** The choices that rows were fixed for, with their studies. */
export function listRowChoices(db: Reader): { choice: Hash; study: Hash }[] {
  return db.all('SELECT DISTINCT choice, study FROM row_choices')
}

/** Whether a commitment of one of these authors, all keys of ours, to data of this choice is among our documents. */
export function hasCommitted(db: Reader, authors: readonly string[], study: Hash, choice: Hash): boolean {
  const sql = `SELECT 1 FROM documents WHERE study = ? AND kind = 'commitment'
    AND author IN (SELECT value FROM json_each(?)) AND json_extract(body, '$.dataset') = ? LIMIT 1`
  return db.get(sql, study, JSON.stringify(authors), choice) !== undefined
}

/**
 * Sums that these authors, all keys of ours, committed to, of rows that nothing here knows: this database is older than its own
 * documents. Not those of data that were approved until `madeUpFor`, where rows were set apart for them then.
 */
export function listLostSums(
  db: Reader,
  authors: readonly string[],
  madeUpFor: number | null,
): { study: Hash; choice: Hash }[] {
  const sql = `SELECT DISTINCT study, json_extract(body, '$.dataset') AS choice FROM documents AS d
    WHERE kind = 'commitment' AND author IN (SELECT value FROM json_each(?)) AND json_extract(d.body, '$.dataset') NOT IN
      (SELECT choice FROM row_choices UNION SELECT choice FROM rows_before)
      AND NOT EXISTS (SELECT 1 FROM documents AS c WHERE c.study = d.study AND c.kind = 'consent' AND c.author = d.author
        AND json_extract(c.body, '$.grant.dataset') = json_extract(d.body, '$.dataset') AND json_extract(c.body, '$.decidedAt') <= ?)
    ORDER BY round`
  return db.all(sql, JSON.stringify(authors), madeUpFor)
}

/** Notes a choice that was summed once and whose rows nobody here can know. */
export function putRowsBefore(db: Writer, choice: Hash): void {
  db.run('INSERT INTO rows_before (choice) VALUES (?) ON CONFLICT DO NOTHING', choice)
}

function toChoice(row: Row): RowChoice {
  // The cast: putRowChoice wrote it.
  const about = JSON.parse(row.about) as RowsAbout
  return { ...row, about, members: rowsIn(row.members), stopped: row.stopped === 1 }
}

function bitsOf(rows: Uint32Array): Uint8Array {
  const bits = new Uint8Array(Math.floor((rows.at(-1) ?? -1) / 8) + 1)
  for (const row of rows) bits[row >>> 3] = (bits[row >>> 3] ?? 0) | (1 << (row & 7))
  return bits
}

function rowsIn(bits: Uint8Array): Uint32Array {
  const rows: number[] = []
  for (const [place, byte] of bits.entries())
    for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1) rows.push(place * 8 + bit)
  return Uint32Array.from(rows)
}

function bytesOf(keys: Float64Array): Uint8Array {
  return new Uint8Array(keys.buffer, keys.byteOffset, keys.byteLength)
}
