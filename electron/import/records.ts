import type { RejectedRow } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import { isBroken, type CsvRecord } from './csv.ts'
import type { Dialect } from './dialect.ts'
import type { Counts } from './messages.ts'
import { nameColumns, type NameNote } from './names.ts'

/** Who takes what stands in a file. */
interface Taker {
  columns(names: readonly string[]): void
  row(cells: readonly string[]): void
}

/** Records on their way to rows: counted, checked, and listed by line where they are not taken. */
export interface Records {
  record(record: CsvRecord): void
  refused(line: number, reason: string): void
  counts(): Counts
  rejected(): RejectedRow[]
  notes(): NameNote[]
  /** Throws 'too-large' when a limit was passed. Thrown here, because a reader's listener must not. */
  check(): void
}

const MAX_COLUMNS = 20_000
const MAX_ROWS = 100_000_000
const MAX_LISTED = 1000

export function createRecords({ header, quote }: Dialect, isUtf8: () => boolean, taker: Taker): Records {
  let width: number | null = null
  let rows = 0
  let rejectedCount = 0
  let failure: AppError | null = null
  const listed: RejectedRow[] = []
  const notes: NameNote[] = []

  function refused(line: number, reason: string) {
    rejectedCount += 1
    if (listed.length < MAX_LISTED) listed.push({ line, reason })
  }
  function open(first: readonly string[]) {
    width = first.length
    if (width > MAX_COLUMNS) {
      failure = new AppError(
        'too-large',
        `The file has ${width} columns; at most ${MAX_COLUMNS} can be imported`,
      )
      return
    }
    const named = nameColumns(header ? first : first.map(() => ''))
    if (header) notes.push(...named.notes)
    taker.columns(named.names)
  }
  function garbled(cells: readonly string[]): string | null {
    if (cells.some((cell) => isBroken(cell, quote)))
      return 'a quote closes in the middle of a cell, or not at all'
    return isUtf8() && cells.some((cell) => cell.includes('\uFFFD')) ? 'the line is not valid UTF-8' : null
  }
  function take(cells: readonly string[], line: number) {
    const reason = wrong(cells, width ?? 0) ?? garbled(cells)
    if (reason) return refused(line, reason)
    rows += 1
    if (rows > MAX_ROWS) failure = new AppError('too-large', `At most ${MAX_ROWS} rows can be imported`)
    else taker.row(cells)
  }
  function record({ record: cells, info }: CsvRecord) {
    if (failure || isBlank(cells)) return
    const isHeader = width === null && header
    if (width === null) open(cells)
    if (!isHeader && !failure) take(cells, info.lines - linesWithin(cells))
  }
  return {
    record,
    refused,
    counts: () => ({ rows, rejected: rejectedCount }),
    rejected: () => listed,
    notes: () => notes,
    check() {
      if (failure) throw failure
    },
  }
}

/** A line without anything on it is no row. */
function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && (cells[0] ?? '').trim() === ''
}

/** Why a record does not fit its table, or null. A delimiter too many at the very end is forgiven. */
function wrong(cells: readonly string[], width: number): string | null {
  const trailing = cells.length === width + 1 && cells.at(-1) === ''
  return cells.length === width || trailing ? null : `the line has ${cells.length} cells instead of ${width}`
}

/** Line breaks inside a record's cells: a record ends that many lines after it starts. */
function linesWithin(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0)
}
