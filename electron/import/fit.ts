import { kindOf, reachOf } from './cell-kinds.ts'
import { type Rectangle, type Rows, usualLength } from './rectangle.ts'

/** A text cut into records in one way, without comments and rules. */
export interface Cut {
  readonly delimiter: string
  readonly quote: string
  readonly records: Rows
  /** Lines in which quotes do not fit. */
  readonly refused: number
}

/** Letters, figures and what stands between them in words, dates, units and codes. */
const PLAIN = /^[\p{L}\p{M}\p{N} \-_./\\+%°&@#*()'’?!:<>=[\]µ²³–]*$/u
/** Files with these between cells put quotes around texts; with tabs or bars many know no quotes. */
const QUOTED = new Set([',', ';', ' ', ':'])
/** So much less is believed that a file with such a delimiter knows no quotes, although none fits. */
const UNQUOTED = 0.5
/** Blanks and colons also stand within texts and times: they have to fit every line, and no other delimiter. */
const RARE = new Set([' ', ':'])
const MAX_LOOKED_AT = 4000

/**
 * How well a text falls into a table: the share of records with as many cells as the table has, by how many of its cells are
 * things that one knows (numbers, days, plain words), as CleverCSV weighs patterns by types (van den Burg, Nazábal and Sutton,
 * Data Mining and Knowledge Discovery 2019). 0 where it is none of more than one column.
 */
export function fitOf(cut: Cut, rectangle: Rectangle, isOneColumn: boolean): number {
  const { skip, width, header, rowNames } = rectangle
  const table = cut.records.slice(skip)
  if (width < 2 || isOneColumn || table.length === 0) return 0
  const alike = table.filter((one, at) => fits(one, width, header && at === 0 && rowNames)).length
  const share = alike / (table.length + cut.refused)
  if (isUnlikely(cut, rectangle, share)) return 0
  const titles = skip > 0 ? (header ? 0.1 : 0.4) : 0
  const doubt = titles + (share < 0.3 ? 0.3 : 0)
  const known = 0.5 + 0.5 * knownShare(table, cut.delimiter)
  return Math.max(1e-9, (share * known - doubt + Math.min(width, 1000) / 1e6) * trustIn(cut))
}

function trustIn({ delimiter, quote }: Cut): number {
  return (RARE.has(delimiter) ? 0.4 : 1) * (quote === '' && QUOTED.has(delimiter) ? UNQUOTED : 1)
}

/** Whether rare delimiters do not fit every line, or a file without quotes has cells in quotes. */
function isUnlikely(cut: Cut, rectangle: Rectangle, share: number): boolean {
  const { delimiter, quote, records } = cut
  if (RARE.has(delimiter) && (share < 1 || rectangle.skip > 0 || isProse(cut, rectangle))) return true
  return quote === '' && (RARE.has(delimiter) || records.some((one) => one.some(isWrapped)))
}

function fits(one: readonly string[], width: number, isShort: boolean): boolean {
  if (one.length === width || (isShort && one.length === width - 1)) return true
  return one.length > width ? reachOf(one) <= width : one.length === width - 1 && one.at(-1) === ''
}

/** A cell that still has the quotes around it. */
function isWrapped(cell: string): boolean {
  const text = cell.trim()
  return text.length > 1 && text.startsWith('"') && text.endsWith('"')
}

/** The share of cells that are something known. */
function knownShare(table: Rows, delimiter: string): number {
  let [known, all] = [0, 0]
  for (const one of table) {
    for (const cell of one) {
      if (all >= MAX_LOOKED_AT) return known / all
      all += 1
      known += weightOf(cell, delimiter)
    }
  }
  return known / Math.max(1, all)
}

function weightOf(cell: string, delimiter: string): number {
  if (kindOf(cell) !== 'word') return 1
  // A line that quotes hold together although it would fall into cells.
  if (cell.includes('\n') && cell.includes(delimiter)) return 0.6
  return PLAIN.test(cell) ? 1 : /^[\s"]|["]$/.test(cell) ? 0.7 : 0.8
}

/** Words and times between blanks or colons: no table of more than one column. */
function isProse({ delimiter, records }: Cut, { width, header, rowNames }: Rectangle): boolean {
  const body = records.slice(header ? 1 : 0)
  const joined = body.every((one) => kindOf(one.join(delimiter)) === 'time')
  if (joined && body.length > 0) return true
  const isTyped = Array.from({ length: width }, (_, column) => column).some((column) =>
    body.every((one) => ['number', 'time', 'empty'].includes(kindOf(one[column] ?? ''))),
  )
  if (delimiter === ':') return rowNames || (!header && width < 3) || records[0]?.length !== width
  return !isTyped
}

/** Whether the lines of a text are one column under any delimiter: a name over numbers or times that hold the delimiter. */
export function isOneColumn(lines: readonly string[], { delimiter, records }: Cut): boolean {
  const [first = [], ...rest] = records
  if (reachOf(first) !== 1 || rest.length === 0) return false
  if (rest.every((one) => one.length === 2 && one.every((cell) => /^\s*[+-]?\d+\s*$/.test(cell)))) return true
  const below = lines.slice(1)
  const typed = below.filter((line) => ['number', 'time', 'empty'].includes(kindOf(line))).length
  if (typed >= 0.9 * below.length && rest.some((one) => one.length > 1)) return true
  // Words that hold the delimiter under a name that does not.
  const isPlain = !lines.some((line) => line.includes('"')) && delimiter !== '\t'
  const width = usualLength(rest)
  const words = rest.every((one) => one.every((cell) => kindOf(cell) === 'word' || cell.trim() === ''))
  return isPlain && width === 2 && words
}
