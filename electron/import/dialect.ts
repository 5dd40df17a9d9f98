import type { Dialect } from '#domain/importing.ts'
import { textsOf } from './cells.ts'
import { fitOf, isOneColumn } from './fit.ts'
import { createFraming } from './framing.ts'
import type { Marks } from './marks.ts'
import { type Rectangle, rectangleOf, tableOf } from './rectangle.ts'

const DELIMITERS = [',', ';', '\t', '|', '^', '~', ':', ' '] as const
const MAX_RECORDS = 200
/** Of a wide table fewer records tell as much. */
const MAX_CELLS = 20_000
const MIN_RECORDS = 24
const MARKS = ['#', '%', '//', '!'] as const
/** Excel's own line that names the delimiter; some programs put quotes around it. */
const SEP = /^(["']?)sep=([,;|^~:\t ])\1(?:\r\n|\r|\n)/i

/** A program that changed the delimiter may have left the old one's name: it fits by so much less. */
const MISNAMED = 0.8

type Wish = { readonly [Name in keyof Dialect]?: Dialect[Name] | undefined }

/** How a file is written, and where the table lies in it. */
export interface Sniffed {
  readonly dialect: Dialect
  /** Cells of a row as far as the beginning of the file tells; null where it tells nothing. */
  readonly width: number | null
  readonly headerInDoubt: boolean
}

/** Reads a file's dialect from its first text. `whole` says that it is all of it; what a person wished stays. */
export function sniff(text: string, whole: boolean, wish: Wish = {}): Sniffed {
  const mark = SEP.exec(text)?.[2]
  const named = DELIMITERS.find((one) => one === mark)
  const told = { ...wish, comment: wish.comment ?? commentOf(text) }
  const best = bestBeside(text, whole, told, named)
  const { delimiter, quote, escape, rectangle } = best
  const { skip, header, headerRows, below, rowNames, width, inDoubt } = rectangle
  return {
    dialect: {
      ...{ delimiter, quote, escape, header, headerRows, below, rowNames, comment: told.comment },
      skip: wish.skip ?? skip + (named === undefined ? 0 : 1),
      ...habitsOf(wish),
    },
    width: width > 0 ? width : null,
    headerInDoubt: inDoubt,
  }
}

/** The best way, beside a line at the top that names a delimiter: which is not believed where another fits so much better. */
function bestBeside(
  text: string,
  whole: boolean,
  wish: Wish,
  named: Dialect['delimiter'] | undefined,
): Found {
  if (named === undefined || wish.delimiter !== undefined)
    return bestOf(text, whole, wish, named !== undefined)
  const asNamed = bestOf(text, whole, { ...wish, delimiter: named }, true)
  const free = bestOf(text, whole, wish, true)
  return asNamed.fit < MISNAMED * free.fit ? free : asNamed
}

/** What only a person says. */
function habitsOf({ decimal = null, thousands = null, dateOrder = null, short = 'refuse', take = [] }: Wish) {
  return { decimal, thousands, dateOrder, short, take: [...take] }
}

interface Found extends Marks {
  readonly fit: number
  readonly delimiter: Dialect['delimiter']
  readonly rectangle: Rectangle
}

/** The delimiter and the way of quotes by which a text falls best into a table, and where that lies. */
function bestOf(text: string, whole: boolean, wish: Wish, hasSep: boolean): Found {
  const delimiters = DELIMITERS.filter((one) => wish.delimiter === undefined || one === wish.delimiter)
  const sheet = {
    ...wish,
    skip: wish.skip === undefined ? undefined : Math.max(0, wish.skip - (hasSep ? 1 : 0)),
  }
  const tried = quotesOf(text, wish.quote)
    .flatMap((quote) => escapesOf(text, wish.escape).map((escape) => ({ quote, escape })))
    .flatMap((marks) => delimiters.map((delimiter) => ({ ...marks, delimiter })))
    .map((marks) => fitted(text, whole, marks, sheet, hasSep))
  const best = tried.toSorted((a, b) => b.fit - a.fit)[0]
  if (best && (best.fit > 0 || delimiters.length === 1)) return best
  const lone = { delimiter: loneDelimiter(text), quote: best?.quote ?? '"', escape: best?.escape ?? 'double' }
  return fitted(text, whole, lone, sheet, hasSep)
}

function fitted(
  text: string,
  whole: boolean,
  marks: Marks & { readonly delimiter: Dialect['delimiter'] },
  wish: Wish,
  hasSep: boolean,
): Found {
  const cut = recordsOf(text, marks, whole)
  const { comment, take } = wish
  const records = tableOf(cut.records.slice(hasSep ? 1 : 0), {
    ...(comment === undefined ? {} : { comment }),
    ...(take === undefined ? {} : { take }),
  })
  const rectangle = rectangleOf(records, wish)
  const found = { delimiter: marks.delimiter, quote: marks.quote, records, refused: cut.refused }
  const lone = wish.delimiter === undefined && isOneColumn(linesOf(text), found)
  return { ...marks, rectangle, fit: fitOf(found, rectangle, lone) }
}

function linesOf(text: string): string[] {
  return text
    .slice(0, 16_384)
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== '')
    .slice(0, MAX_RECORDS)
}

/**
 * The mark of comments: several lines begin with it, at the top or between others, but not most lines, and not the one line that
 * names the columns.
 */
function commentOf(text: string): Dialect['comment'] {
  const lines = linesOf(text)
  const others = (mark: string) => lines.filter((line) => !line.startsWith(mark)).length
  const found = MARKS.find((mark) => lines[0]?.startsWith(mark) && others(mark) * 2 > lines.length)
  const top = found ?? MARKS.find((mark) => lines[0]?.startsWith(mark) && isLeading(lines, mark))
  if (top === undefined) return ''
  return isHeaderOnly(lines, top) ? '' : top
}

/** All lines with the mark stand at the top, over at least two others. */
function isLeading(lines: readonly string[], mark: string): boolean {
  const first = lines.findIndex((line) => !line.startsWith(mark))
  return first > 0 && lines.length - first > 1 && lines.slice(first).every((line) => !line.startsWith(mark))
}

/** The only line with the mark is the first, and it falls into as many parts as the next. */
function isHeaderOnly(lines: readonly string[], mark: string): boolean {
  if (lines.filter((line) => line.startsWith(mark)).length > 1) return false
  const [first = '', second = '', third = second] = lines
  return [',', ';', '\t', '|'].some((delimiter) => {
    const count = (line: string) => line.split(delimiter).length
    return count(first) > 1 && count(first) === count(second) && count(second) === count(third)
  })
}

/** Both ways of writing a quote inside quotes are tried only where a backslash stands before one. */
function escapesOf(text: string, wished: Dialect['escape'] | undefined): readonly Dialect['escape'][] {
  if (wished) return [wished]
  return text.includes('\\"') ? ['double', 'backslash'] : ['double']
}

/** In a file of one column a comma may be a decimal one. */
function loneDelimiter(text: string): ',' | ';' {
  const lines = linesOf(text)
  return lines.some((line) => line.includes(',')) && !lines.some((line) => line.includes(';')) ? ';' : ','
}

/**
 * A single quote only where cells are wrapped in it and none in a double one; none only where double ones begin cells without
 * a partner.
 */
function quotesOf(text: string, wished: Dialect['quote'] | undefined): readonly Dialect['quote'][] {
  if (wished !== undefined) return [wished]
  const wrapped = (quote: string) =>
    text.match(new RegExp(`(?:^|[,;\\t|^~\\n])${quote}[^${quote}\\n]*${quote}(?=[,;\\t|^~\\r\\n]|$)`, 'g'))
  if (!wrapped('"') && (wrapped("'")?.length ?? 0) > 1) return ["'"]
  return /(?:^|[,;\t|^~\r\n])"/.test(text) ? ['"', ''] : ['"']
}

function recordsOf(text: string, marks: Marks, whole: boolean): { records: string[][]; refused: number } {
  const records: string[][] = []
  let [refused, cells] = [0, 0]
  const isEnough = () => records.length >= MAX_RECORDS || (cells > MAX_CELLS && records.length >= MIN_RECORDS)
  const framing = createFraming(marks, {
    record(found) {
      if (isEnough()) return
      cells += found.count
      const texts = textsOf(found)
      if (texts.length > 1 || (texts[0] ?? '').trim() !== '') records.push(texts)
    },
    refused: () => void (refused += 1),
  })
  // In pieces, so that a long head is not read to its end for two hundred records.
  for (let at = 0; at < text.length && !isEnough(); at += 65_536) framing.push(text.slice(at, at + 65_536))
  if (whole && !isEnough()) framing.end()
  // A quote may hold the whole head: then its records are those that begin in it.
  if (!whole && records.length < 2) framing.end()
  return { records, refused: Math.min(refused, MAX_RECORDS) }
}
