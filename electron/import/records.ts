import type { RejectedRow } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import type { Dialect, LeftOut, Stray } from '#domain/importing.ts'
import { type Cells, createTextCells, isEmptyAt, putCell, textAt, textsOf } from './cells.ts'
import { bare, reachOf } from './cell-kinds.ts'
import type { ColumnsPlan, KnownColumn } from './columns.ts'
import type { FramingListener } from './framing.ts'
import { unitOf } from './header-units.ts'
import { createLeftOut } from './left-out.ts'
import type { Counts } from './messages.ts'
import { joinedNames, nameColumns, type NameNote } from './names.ts'
import { createStrayLook, type StrayLook } from './stray.ts'

/** Who takes what stands in a file. */
export interface Taker {
  /** The columns, and the units that a line below their names gives them. */
  columns(names: readonly string[], known: NonNullable<ColumnsPlan['known']>): unknown
  /** A row's cells, good until the next. */
  row(cells: Cells): void
}

/** Records on their way to rows: counted, checked, and listed by line where they are not taken. */
export interface Records extends FramingListener {
  /** No record comes any more. */
  end(): void
  counts(): Counts
  rejected(): RejectedRow[]
  leftOut(): LeftOut[]
  notes(): readonly NameNote[]
}

/** How records become a table. */
export interface Table extends Pick<
  Dialect,
  'header' | 'headerRows' | 'below' | 'rowNames' | 'skip' | 'short' | 'comment' | 'take'
> {
  /** Cells of a row, where that is known; null for as many as the header or the first row has. */
  readonly width: number | null
}

const MAX_COLUMNS = 20_000
const MAX_ROWS = 100_000_000
const MAX_LISTED = 1000
/** Lines that are held back because they may stand at the end: more of them are rows. */
const MAX_HELD = 10_000

interface Held {
  readonly kind: Stray
  readonly line: number
  readonly lines: number
  readonly texts: readonly string[]
}

interface HeadLine {
  readonly texts: readonly string[]
  readonly line: number
  readonly lines: number
}

/** Throws 'too-large' while records come when a limit is passed. */
export function createRecords(table: Table, taker: Taker): Records {
  const { header, rowNames, skip, comment } = table
  const heads = header ? table.headerRows + table.below : 0
  let skipped = 0
  const rows = createRows(table, taker)
  const left = createLeftOut()
  const head: HeadLine[] = []
  const noHeader = createStrayLook(null, 0, table.take)
  let notes: readonly NameNote[] = []
  let body: ReturnType<typeof createBody> | null = null

  function open(given: readonly string[], names: readonly string[] | null) {
    const whole = header ? (rowNames ? ['', ...given] : given) : given.map(() => '')
    const width = Math.max(1, table.width ?? whole.length)
    const fitted = Array.from({ length: width }, (_, at) => whole[at] ?? '')
    if (width > MAX_COLUMNS) throw tooWide(width)
    for (const { texts, line } of head.slice(0, table.headerRows))
      if (reachOf(texts) > width)
        rows.refuse(line, `the header has ${reachOf(texts)} cells instead of ${width}`)
    const named = nameColumns(fitted)
    if (header) notes = named.notes
    taker.columns(named.names, unitsOf(head.slice(table.headerRows), named.names, left))
    return createBody({ names, width, take: table.take }, rows, left)
  }
  function openHead() {
    const lines = head.slice(0, table.headerRows).map(({ texts }) => texts)
    return open(joinedNames(lines), lines[0] ?? [])
  }
  /** What stands before the rows. */
  function top(cells: Cells, line: number, lines: number) {
    if (skipped < skip) {
      skipped += 1
      return left.add('titles', line, lines)
    }
    const within = noHeader.within(cells)
    if (within) return left.add(within, line, lines)
    if (header) head.push({ texts: textsOf(cells), line, lines })
    else (body = open(textsOf(cells), null)).add(cells, line, lines)
    if (header && head.length === heads) body = openHead()
  }
  function record(cells: Cells, line: number, lines = 1) {
    // A line without anything on it is no row.
    if (cells.count === 1 && textAt(cells, 0).trim() === '') return
    if (comment !== '' && isComment(cells, comment)) return left.add('comments', line, lines)
    if (body) body.add(cells, line, lines)
    else top(cells, line, lines)
  }
  return {
    record,
    refused: rows.refuse,
    end() {
      if (!body && head.length > 0) body = openHead()
      body?.end()
    },
    counts: rows.counts,
    rejected: rows.rejected,
    leftOut: () => left.list(),
    notes: () => notes,
  }
}

function tooWide(width: number) {
  return new AppError('too-large', `The file has ${width} columns; at most ${MAX_COLUMNS} can be imported`)
}

interface Below {
  /** The names that the header gives its columns; null without a header. */
  readonly names: readonly string[] | null
  readonly width: number
  readonly take: readonly Stray[]
}

/** What stands below the header: rows, and lines among and behind them that are none. */
function createBody(
  { names, width, take }: Below,
  rows: ReturnType<typeof createRows>,
  left: ReturnType<typeof createLeftOut>,
) {
  let held: Held[] = []
  let stray: StrayLook = createStrayLook(names, width, take)
  const cellsOf = createTextCells()

  /** What was held back is followed by a row: it was a row itself, and words of totals within the table are values. */
  function release() {
    const before = held
    held = []
    if (before.some(({ kind }) => kind === 'totals'))
      stray = createStrayLook(names, width, [...take, 'totals'])
    for (const { texts, line, lines } of before) rows.take(cellsOf(texts), line, lines, width)
  }
  return {
    add(cells: Cells, line: number, lines: number) {
      const within = stray.within(cells)
      if (within) return left.add(within, line, lines)
      const kind = stray.atEnd(cells)
      if (kind && held.length < MAX_HELD) return void held.push({ kind, line, lines, texts: textsOf(cells) })
      if (held.length > 0) release()
      rows.take(cells, line, lines, width)
    },
    end() {
      // A table of nothing but sums and statistics is one of them.
      if (rows.counts().rows === 0 && held.some(({ kind }) => kind !== 'blanks')) release()
      for (const { kind, line, lines } of held.splice(0)) left.add(kind, line, lines)
    },
  }
}

/** The units that lines below the header name; what else stands there is left out as well. */
function unitsOf(
  below: readonly HeadLine[],
  columns: readonly string[],
  left: ReturnType<typeof createLeftOut>,
) {
  const units = new Map<string, KnownColumn>()
  for (const { texts, line, lines } of below) {
    const before = units.size
    for (const [at, text] of texts.entries()) {
      const unit = unitOf(bare(text))
      const name = columns[at]
      if (unit !== null && name !== undefined)
        units.set(name, { unit, isNumber: false, isKeyed: false, remarks: [] })
    }
    left.add(units.size > before ? 'units' : 'below', line, lines)
  }
  return units
}

/** Counts rows and hands them on; what has another number of cells is listed instead. */
function createRows({ short }: Pick<Table, 'short'>, taker: Taker) {
  let [rows, rejected] = [0, 0]
  const listed: RejectedRow[] = []
  function refuse(line: number, reason: string) {
    rejected += 1
    if (listed.length < MAX_LISTED) listed.push({ line, reason })
  }
  function take(cells: Cells, line: number, lines: number, wide: number) {
    if (short === 'fill') while (cells.count < wide) putCell(cells, 0, 0)
    if (cells.count < wide || (cells.count > wide && !isEmptyFrom(cells, wide)))
      return refuse(line, reasonOf(cells.count, wide, line, lines))
    rows += 1
    if (rows > MAX_ROWS) throw new AppError('too-large', `At most ${MAX_ROWS} rows can be imported`)
    taker.row(cells)
  }
  return { take, refuse, counts: (): Counts => ({ rows, rejected }), rejected: () => listed }
}

function reasonOf(count: number, wide: number, line: number, lines: number): string {
  const what =
    lines > 1 ? `the lines to ${line + lines - 1}, which quotes hold together, have` : 'the line has'
  return `${what} ${count} cells instead of ${wide}`
}

function isComment(cells: Cells, mark: string): boolean {
  const from = cells.from[0] ?? 0
  if (from < 0) return textAt(cells, 0).startsWith(mark)
  return cells.codes[from] === mark.charCodeAt(0) && cells.text.startsWith(mark, from)
}

function isEmptyFrom(cells: Cells, from: number): boolean {
  for (let at = from; at < cells.count; at += 1)
    if (!isEmptyAt(cells, at) && textAt(cells, at).trim() !== '') return false
  return true
}
