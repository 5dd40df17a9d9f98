import type { Cell, Column, ColumnValues, Dataset, RejectedRow } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import type { Reader, Writer } from './database.ts'
import {
  discardTable,
  keepTable,
  readCells,
  readFirstCells,
  readChunk,
  readNumbers,
  type TableId,
} from './tables.ts'

/** All that is known of a version but its rejected rows, which have a table of their own. */
type About = Omit<Dataset, 'rejected'>

interface Row {
  id: string
  version: number
  table_id: number
  about: string
}

/** Makes a finished import visible as a dataset version: row, rejected rows and table together. */
export function addDataset(db: Writer, dataset: Dataset, table: TableId): void {
  const { rejected, ...about } = dataset
  const { id, version } = dataset
  db.together(() => {
    keepTable(db, table)
    db.run(
      `INSERT INTO datasets (id, version, table_id, imported_at, content_hash, about) VALUES (?, ?, ?, ?, ?, ?)`,
      id,
      version,
      table,
      dataset.importedAt,
      dataset.contentHash,
      JSON.stringify(about),
    )
    const sql = 'INSERT INTO rejected_rows (dataset, version, position, line, reason) VALUES (?, ?, ?, ?, ?)'
    for (const [position, { line, reason }] of rejected.entries())
      db.run(sql, id, version, position, line, reason)
  })
}

/** The newest version of every dataset, latest import first. */
export function listDatasets(db: Reader): Dataset[] {
  const sql = `SELECT id, version, table_id, about FROM datasets AS d
    WHERE version = (SELECT max(version) FROM datasets WHERE id = d.id) ORDER BY imported_at DESC, id`
  return db.all<Row>(sql).map((row) => toDataset(db, row))
}

/** A dataset's newest version, or the one asked for; null when there is none. */
export function getDataset(db: Reader, id: string, version?: number): Dataset | null {
  const row = findRow(db, id, version)
  return row ? toDataset(db, row) : null
}

/** The number that the next version of a dataset gets. */
export function nextVersion(db: Reader, id: string): number {
  return (findRow(db, id)?.version ?? 0) + 1
}

/** Columns of a dataset version by name: numbers (NaN missing) for numeric types, cells for the others. */
export interface TableReader {
  readonly rows: number
  /** Throws 'column-missing', or 'bad-request' for a column of texts. */
  numbers(column: string): Float64Array
  /** Numbers or texts, null for missing. Throws 'column-missing'. */
  cells(column: string): Cell[]
  /** The first so many of them, without reading the rest. Throws 'column-missing'. */
  firstCells(column: string, most: number): Cell[]
  /** The nth chunk of its rows, all columns in their order; null behind the last. */
  chunk(number: number): ColumnValues[] | null
}

/** Opens the rows of a dataset version. Throws 'not-found'. */
export function readTable(db: Reader, id: string, version?: number): TableReader {
  const row = findRow(db, id, version)
  if (!row) throw new AppError('not-found', `Dataset ${id} is not here`)
  const { columns, rows } = toAbout(row)
  const place = new Map(columns.map((column, position) => [column.name, position]))
  function positionOf(column: string): number {
    const position = place.get(column)
    if (position === undefined)
      throw new AppError('column-missing', `Dataset ${id} has no column "${column}"`)
    return position
  }
  return {
    rows,
    numbers: (column) => readNumbers(db, row.table_id, positionOf(column)),
    cells: (column) => readCells(db, row.table_id, positionOf(column)),
    firstCells: (column, most) => readFirstCells(db, row.table_id, positionOf(column), most),
    chunk: (number) => readChunk(db, row.table_id, number),
  }
}

/** Whether a column's cells are numbers. */
export function isNumeric({ type }: Column): boolean {
  return type === 'integer' || type === 'real' || type === 'boolean'
}

/** Takes all versions of a dataset away from view; `sweepTables` then removes their bytes. False when unknown. */
export function removeDataset(db: Writer, id: string): boolean {
  return db.together(() => {
    const tables = db.all<{ table_id: number }>('SELECT table_id FROM datasets WHERE id = ?', id)
    db.run('DELETE FROM drifts WHERE study IN (SELECT study FROM mappings WHERE dataset = ?)', id)
    // First the version that names the table, then the table.
    db.run('DELETE FROM datasets WHERE id = ?', id)
    for (const row of tables) discardTable(db, row.table_id)
    return tables.length > 0
  })
}

function findRow(db: Reader, id: string, version?: number): Row | undefined {
  const sql = `SELECT id, version, table_id, about FROM datasets WHERE id = ? AND version = coalesce(?, version)
    ORDER BY version DESC LIMIT 1`
  return db.get<Row>(sql, id, version ?? null)
}

function toDataset(db: Reader, row: Row): Dataset {
  const sql = 'SELECT line, reason FROM rejected_rows WHERE dataset = ? AND version = ? ORDER BY position'
  return { ...toAbout(row), rejected: db.all<RejectedRow>(sql, row.id, row.version) }
}

function toAbout({ about }: Row): About {
  // The cast: addDataset wrote a dataset that the importer's report was parsed into.
  return JSON.parse(about) as About
}
