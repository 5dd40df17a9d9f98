import type { Dialect } from '#domain/importing.ts'
import { ordersOf } from './dates.ts'
import { textsOf } from './cells.ts'
import { createFraming } from './framing.ts'
import type { Marks } from './marks.ts'
import { formatsOf } from './numbers.ts'
import { isMissing } from './words.ts'

const DELIMITERS = [',', ';', '\t', '|', '^', '~', ':', ' '] as const
const MAX_RECORDS = 200
const MAX_PREAMBLE = 20
const NONE: ReadonlySet<string> = new Set()
/** Excel's own line that names the delimiter. */
const SEP = /^sep=([,;|^~:\t ])\r?\n/i

type Wish = { readonly [Name in keyof Dialect]?: Dialect[Name] | undefined }
type Records = readonly (readonly string[])[]

/** Reads a file's dialect from its first text. `whole` says that it is all of it; what a person wished stays. */
export function sniff(text: string, whole: boolean, wish: Wish = {}): Dialect {
  const named = SEP.exec(text)?.[1]
  const quote = wish.quote ?? quoteOf(text)
  const { delimiter, escape, records } = cut(text, whole, quote, wish.delimiter ?? named, wish.escape)
  const skip = wish.skip ?? (named ? 1 : preambleOf(records))
  const table = records.slice(skip)
  const header = wish.header ?? hasHeader(table)
  return {
    ...{ delimiter, quote, escape, header, skip },
    rowNames: wish.rowNames ?? (header && namesRows(table)),
    ...habitsOf(wish),
  }
}

/** What only a person says. */
function habitsOf({ decimal = null, thousands = null, dateOrder = null, short = 'refuse' }: Wish) {
  return { decimal, thousands, dateOrder, short }
}

/** The delimiter and the way of quotes by which a text falls best into records, and these records. */
function cut(
  text: string,
  whole: boolean,
  quote: Dialect['quote'],
  wished: string | undefined,
  wishedEscape: Dialect['escape'] | undefined,
) {
  const delimiters = DELIMITERS.filter((one) => wished === undefined || one === wished)
  const tried = delimiters
    .flatMap((delimiter) => escapesOf(text, wishedEscape).map((escape) => ({ delimiter, escape })))
    .map(({ delimiter, escape }) => {
      const { records, refused } = recordsOf(text, { delimiter, quote, escape }, whole)
      return { delimiter, escape, records, fit: fit(records, refused, delimiter) }
    })
  const best = tried.toSorted((a, b) => b.fit - a.fit)[0]
  if (best && (best.fit > 0 || delimiters.length === 1)) return best
  const [delimiter, escape] = [loneDelimiter(text), best?.escape ?? 'double'] as const
  return { delimiter, escape, records: recordsOf(text, { delimiter, quote, escape }, whole).records }
}

/** Both ways of writing a quote inside quotes are tried only where a backslash stands before one. */
function escapesOf(text: string, wished: Dialect['escape'] | undefined): readonly Dialect['escape'][] {
  if (wished) return [wished]
  return text.includes('\\"') ? ['double', 'backslash'] : ['double']
}

/** In a file of one column a comma may be a decimal one. */
function loneDelimiter(text: string): ',' | ';' {
  return /^[^\r\n]*[\r\n]+(?:\s*[+-]?\d+,\d+\s*[\r\n]+)+/.test(text) ? ';' : ','
}

/** A single quote only where cells are wrapped in it and none in a double one. */
function quoteOf(text: string): Dialect['quote'] {
  const wrapped = (quote: string) =>
    text.match(new RegExp(`(?:^|[,;\\t|^~\\n])${quote}[^${quote}\\n]*${quote}(?=[,;\\t|^~\\r\\n]|$)`, 'g'))
  return !wrapped('"') && (wrapped("'")?.length ?? 0) > 1 ? "'" : '"'
}

function recordsOf(text: string, marks: Marks, whole: boolean): { records: string[][]; refused: number } {
  const records: string[][] = []
  let refused = 0
  const framing = createFraming(marks, {
    record(found) {
      const cells = textsOf(found)
      if (cells.length > 1 || (cells[0] ?? '').trim() !== '') records.push(cells)
    },
    refused: () => void (refused += 1),
  })
  // In pieces, so that a long head is not read to its end for two hundred records.
  for (let at = 0; at < text.length && records.length < MAX_RECORDS; at += 65_536)
    framing.push(text.slice(at, at + 65_536))
  if (whole && records.length < MAX_RECORDS) framing.end()
  // A quote may hold the whole head: then its records are those that begin in it.
  if (!whole && records.length < 2) framing.end()
  return { records: records.slice(0, MAX_RECORDS), refused: Math.min(refused, MAX_RECORDS) }
}

/** The number of cells that most records have; of equals the larger. */
function widthOf(records: Records): number {
  const counts = new Map<number, number>()
  for (const { length } of records) counts.set(length, (counts.get(length) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0
}

/** How well records agree on more than one field: the share like most, then how many fields. 0 for no fit. */
function fit(all: Records, refused: number, delimiter: string): number {
  const titles = preambleOf(all)
  const records = all.slice(titles)
  const width = widthOf(records)
  if (width < 2 || (delimiter === ',' && isOneColumnOfCommas(all))) return 0
  const alike = records.filter((one) => Math.abs(one.length - width) <= (one.at(-1) === '' ? 1 : 0)).length
  // Blanks and colons also stand within texts and times: they have to fit every line, and no other delimiter.
  const isRare = delimiter === ' ' || delimiter === ':'
  // Where quotes do not fit, the delimiter is another one.
  const share = alike / (records.length + refused)
  if (isRare && share < 1) return 0
  const doubt = (titles > 0 ? 0.2 : 0) + (share < 0.3 ? 0.3 : 0)
  return Math.max(1e-9, (share - doubt + Math.min(width, 1000) / 1e6) * (isRare ? 0.4 : 1))
}

/** A header of one word over numbers such as 1,5. */
function isOneColumnOfCommas([first, ...rest]: Records): boolean {
  return (
    first?.length === 1 && rest.length > 0 && rest.every((one) => one.length === 2 && one.every(isDigits))
  )
}

function isDigits(cell: string): boolean {
  return /^\s*[+-]?\d+\s*$/.test(cell)
}

/** How many records at the top are titles: shorter than nearly all that follow. */
function preambleOf(records: Records): number {
  const width = widthOf(records)
  if (width < 2) return 0
  const start = records.slice(0, MAX_PREAMBLE).findIndex((one) => one.length >= width - 1 && one.length > 1)
  if (start <= 0 || start >= records.length) return 0
  const rest = records.slice(start)
  return rest.length > 1 && rest.filter((one) => one.length === width).length / rest.length >= 0.8 ? start : 0
}

/** A header that is one cell short of all rows. */
function namesRows([header = [], ...rest]: Records): boolean {
  return (
    rest.length > 0 &&
    header.length > 0 &&
    rest.every((one) => one.length === header.length + 1 && one.at(-1) !== '')
  )
}

/**
 * The first record is a header unless its cells look like those below it: numbers over numbers, or a text that comes
 * again in its own column. A lone record is one unless it holds a number.
 */
export function hasHeader(records: Records): boolean {
  const [first = [], ...rest] = records
  const isNumber = (text: string | undefined) => {
    const cell = (text ?? '').trim()
    return formatsOf(cell) !== 0 || ordersOf(cell) !== 0
  }
  if (rest.length === 0) return !first.some(isNumber)
  const shift = namesRows(records) ? 1 : 0
  let votes = 0
  for (const [position, name] of first.entries()) {
    const below = rest
      .map((record) => (record[position + shift] ?? '').trim())
      .filter((cell) => !isMissing(cell, NONE))
    if (below.length === 0 || isMissing(name.trim(), NONE)) continue
    votes += voteOf(name.trim(), below, isNumber)
  }
  return votes >= 0
}

function voteOf(name: string, below: readonly string[], isNumber: (text: string) => boolean): number {
  const numeric = below.filter(isNumber).length / below.length
  if (isNumber(name)) return numeric > 0.5 ? -1 : 0
  if (numeric > 0.9) return 1
  return below.includes(name) ? -1 : 0
}
