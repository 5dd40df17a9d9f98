import type { RejectedRow } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import type { Dialect } from '#domain/importing.ts'
import { type Cells, isEmptyAt, putCell, textAt, textsOf } from './cells.ts'
import type { FramingListener } from './framing.ts'
import type { Counts } from './messages.ts'
import { nameColumns, type NameNote } from './names.ts'

/** Who takes what stands in a file. */
export interface Taker {
  columns(names: readonly string[]): unknown
  /** A row's cells, good until the next. */
  row(cells: Cells): void
}

/** Records on their way to rows: counted, checked, and listed by line where they are not taken. */
export interface Records extends FramingListener {
  counts(): Counts
  rejected(): RejectedRow[]
  notes(): readonly NameNote[]
}

/** How records become a table. */
export type Table = Pick<Dialect, 'header' | 'rowNames' | 'skip' | 'short'>

const MAX_COLUMNS = 20_000
const MAX_ROWS = 100_000_000
const MAX_LISTED = 1000

/** Throws 'too-large' while records come when a limit is passed. */
export function createRecords({ header, rowNames, skip, short }: Table, taker: Taker): Records {
  let width: number | null = null
  let [rows, rejectedCount, skipped] = [0, 0, 0]
  const listed: RejectedRow[] = []
  let notes: readonly NameNote[] = []

  function refused(line: number, reason: string) {
    rejectedCount += 1
    if (listed.length < MAX_LISTED) listed.push({ line, reason })
  }
  function open(first: readonly string[]) {
    const names = header ? (rowNames ? ['', ...first] : first) : first.map(() => '')
    width = names.length
    if (width > MAX_COLUMNS) {
      const reason = `The file has ${width} columns; at most ${MAX_COLUMNS} can be imported`
      throw new AppError('too-large', reason)
    }
    const named = nameColumns(names)
    if (header) notes = named.notes
    taker.columns(named.names)
  }
  function take(cells: Cells, line: number, wide: number) {
    if (short === 'fill') while (cells.count < wide) putCell(cells, 0, 0)
    const trailing = cells.count === wide + 1 && isEmptyAt(cells, wide)
    if (cells.count !== wide && !trailing)
      return refused(line, `the line has ${cells.count} cells instead of ${wide}`)
    rows += 1
    if (rows > MAX_ROWS) throw new AppError('too-large', `At most ${MAX_ROWS} rows can be imported`)
    taker.row(cells)
  }
  function record(cells: Cells, line: number) {
    // A line without anything on it is no row.
    if (cells.count === 1 && textAt(cells, 0).trim() === '') return
    if (skipped < skip) {
      skipped += 1
      return
    }
    if (width !== null) return take(cells, line, width)
    open(textsOf(cells))
    if (!header && width !== null) take(cells, line, width)
  }
  return {
    record,
    refused,
    counts: () => ({ rows, rejected: rejectedCount }),
    rejected: () => listed,
    notes: () => notes,
  }
}
