import { setImmediate } from 'node:timers/promises'
import type { Cell, ColumnValues } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import type { NarrowValues } from '#domain/narrow.ts'
import { pack, unpack } from './coding.ts'
import type { Database, Reader, Writer } from './database.ts'

/** A table's cells stand column by column in chunks of rows, so that one column is read without the others. */
export type TableId = number

const SLICE = 8
const PAGES_AT_ONCE = 48

/** Starts a table of an import. Until it is kept it is a draft, and the next opening of the database removes it. */
export function beginTable(db: Writer): TableId {
  return db.run(`INSERT INTO tables (state) VALUES ('draft')`).lastId
}

/** Writes typed columns of a chunk of rows of a draft; the first of them has the position `first` in the table. */
export function writeChunk(
  db: Writer,
  table: TableId,
  chunk: number,
  first: number,
  columns: readonly NarrowValues[],
): void {
  db.loosely(() => {
    const sql = `INSERT INTO chunks (table_id, position, chunk, rows, coding, bytes) VALUES (?, ?, ?, ?, ?, ?)`
    for (const [index, cells] of columns.entries()) {
      const { coding, bytes } = pack(cells)
      db.run(sql, table, first + index, chunk, lengthOf(cells), coding, bytes)
    }
  })
}

/** A draft becomes the table of a dataset version. */
export function keepTable(db: Writer, table: TableId): void {
  const { changes } = db.run(`UPDATE tables SET state = 'kept' WHERE id = ? AND state = 'draft'`, table)
  if (changes !== 1) throw new AppError('not-found', `Table ${table} is no draft`)
}

/** A column as numbers, NaN for missing. Throws 'bad-request' for a column of texts. */
export function readNumbers(db: Reader, table: TableId, position: number): Float64Array {
  const runs = readRuns(db, table, position).map((run) => {
    if (run.kind === 'numbers') return run.values
    throw new AppError('bad-request', `Column ${position} of table ${table} holds texts`)
  })
  const all = new Float64Array(runs.reduce((sum, run) => sum + run.length, 0))
  let start = 0
  for (const run of runs) {
    all.set(run, start)
    start += run.length
  }
  return all
}

/** A column as cells: numbers or texts, null for missing. */
export function readCells(db: Reader, table: TableId, position: number): Cell[] {
  return readRuns(db, table, position).flatMap(cellsOf)
}

/** The first cells of a column, so many or all there are: no chunk behind them is read. */
export function readFirstCells(db: Reader, table: TableId, position: number, most: number): Cell[] {
  const sql = 'SELECT coding, bytes FROM chunks WHERE table_id = ? AND position = ? AND chunk = ?'
  const cells: Cell[] = []
  for (let chunk = 0; cells.length < most; chunk++) {
    const run = db.get<{ coding: string; bytes: Uint8Array }>(sql, table, position, chunk)
    if (!run) break
    cells.push(...firstOf(unpack(run), most - cells.length))
  }
  return cells
}

/** One chunk of rows of a table, all columns in their order; null behind the last. */
export function readChunk(db: Reader, table: TableId, chunk: number): ColumnValues[] | null {
  const sql = 'SELECT coding, bytes FROM chunks WHERE table_id = ? AND position = ? AND chunk = ?'
  const columns: ColumnValues[] = []
  for (;;) {
    const run = db.get<{ coding: string; bytes: Uint8Array }>(sql, table, columns.length, chunk)
    if (!run) return columns.length > 0 ? columns : null
    columns.push(unpack(run))
  }
}

function readRuns(db: Reader, table: TableId, position: number): ColumnValues[] {
  const sql = 'SELECT coding, bytes FROM chunks WHERE table_id = ? AND position = ? ORDER BY chunk'
  return db.all<{ coding: string; bytes: Uint8Array }>(sql, table, position).map(unpack)
}

function cellsOf(run: ColumnValues): Cell[] {
  if (run.kind === 'numbers') return Array.from(run.values, (value) => (Number.isNaN(value) ? null : value))
  return Array.from(run.codes, (code) => run.words[code - 1] ?? null)
}

function firstOf(run: ColumnValues, most: number): Cell[] {
  return cellsOf(
    run.kind === 'numbers'
      ? { ...run, values: run.values.subarray(0, most) }
      : { ...run, codes: run.codes.subarray(0, most) },
  )
}

function lengthOf(cells: NarrowValues): number {
  return cells.kind === 'numbers' ? cells.values.length : cells.codes.length
}

/** Marks a table for removal: from now on nobody sees it. `sweepTables` then removes its bytes. */
export function discardTable(db: Writer, table: TableId): void {
  db.run(`UPDATE tables SET state = 'gone' WHERE id = ?`, table)
}

/** Removes the bytes of discarded tables from the file, in steps that let the event loop turn between them. */
export async function sweepTables(db: Database): Promise<void> {
  while (sweepSlice(db)) await setImmediate()
  while (freePages(db) > 0) {
    db.pragma(`incremental_vacuum(${PAGES_AT_ONCE})`)
    await setImmediate()
  }
  // What the journal still holds of them goes too.
  db.pragma('wal_checkpoint(TRUNCATE)')
}

/** At opening: removes what imports that a crash ended have left, and discarded tables. */
export function sweepEverything(db: Database): void {
  if (db.get(`SELECT 1 FROM sqlite_schema WHERE name = 'tables'`) === undefined) return
  db.run(`UPDATE tables SET state = 'gone' WHERE state = 'draft'`)
  if (db.get(`SELECT 1 FROM tables WHERE state = 'gone'`) === undefined) return
  while (sweepSlice(db));
  db.pragma('incremental_vacuum')
  db.pragma('wal_checkpoint(TRUNCATE)')
}

/** Removes a slice of what is gone. False when nothing is left. */
function sweepSlice(db: Database): boolean {
  return db.together(() => {
    const gone = db.get<{ id: number }>(`SELECT id FROM tables WHERE state = 'gone' LIMIT 1`)
    if (!gone) return false
    const sql = `DELETE FROM chunks WHERE rowid IN (SELECT rowid FROM chunks WHERE table_id = ? LIMIT ${SLICE})`
    if (db.run(sql, gone.id).changes === 0) db.run('DELETE FROM tables WHERE id = ?', gone.id)
    return true
  })
}

function freePages(db: Reader): number {
  return db.get<{ freelist_count: number }>('PRAGMA freelist_count')?.freelist_count ?? 0
}
