import { AppError } from '#domain/errors.ts'
import { kindOf } from './cell-kinds.ts'
import { type Cells, createCells, textAt } from './cells.ts'
import { createCodes } from './codes.ts'
import { CR, LF, type Marks } from './marks.ts'
import { createRecordReader, type Found } from './record-reader.ts'

/** Who hears of records as they are found. */
export interface FramingListener {
  /** A record's cells, good until the next, the line that it begins on (1 = first line), and how many lines it takes (1). */
  record(cells: Cells, line: number, lines?: number): void
  /** A line that cannot be read. */
  refused(line: number, reason: string): void
}

export interface Framing {
  /** Takes the next characters of the file. */
  push(text: string): void
  end(): void
}

const MAX_RECORD = 4 * 1024 * 1024
const TOO_LONG = 'A line is longer than 4 million characters; perhaps a quote is missing'
const MIDDLE = 'a quote closes in the middle of a cell, or not at all'
const SWALLOWED = 'quotes hold several lines together of which each looks like a row'
const INVALID = 'the line is not valid in the encoding of the file'

/**
 * Cuts text into records and cells (RFC 4180, with any line end and delimiter). Where a quote does not fit, only the line on
 * which the record began is refused: what an unclosed quote had swallowed is read again, line by line.
 */
export function createFraming(marks: Marks, listener: FramingListener): Framing {
  const read = createRecordReader(marks)
  const cells = createCells()
  const codesOf = createCodes()
  let rest = ''
  let line = 1
  /** Up to here the text is read again after a quote that did not fit: quotes inside cells are not believed. */
  let doubtful = 0

  function skipLine(text: string, from: number): number {
    const end = lineEnd(text, from)
    listener.refused(line, MIDDLE)
    line += 1
    return end
  }
  function refuseAll(lines: number) {
    for (let at = 0; at < lines; at += 1) listener.refused(line + at, SWALLOWED)
  }
  function tell(text: string, from: number, { end, lines }: Found) {
    const doubted = from < doubtful && marks.quote !== '' && isDoubtful(text.slice(from, end), marks.quote)
    if (doubted) listener.refused(line, MIDDLE)
    else if (text.slice(from, end).includes('\uFFFD')) listener.refused(line, INVALID)
    else if (lines > 1 && areRows(text.slice(from, end), cells, marks.delimiter)) refuseAll(lines)
    else listener.record(cells, line, lines)
  }
  function run(text: string, last: boolean): number {
    let at = 0
    const piece = { text, codes: codesOf(text) }
    const invalid = text.includes('\uFFFD')
    while (at < text.length) {
      const found = read(piece, at, last, cells)
      if (found.state === 'open' && text.length - at <= MAX_RECORD) break
      if (found.state === 'whole') {
        if (invalid || at < doubtful || found.lines > 1) tell(text, at, found)
        else listener.record(cells, line, found.lines)
        line += found.lines
        at = found.end
        continue
      }
      if (lineEnd(text, at) < 0) throw new AppError('file-unreadable', TOO_LONG)
      doubtful = Math.max(doubtful, found.end)
      at = skipLine(text, at)
    }
    return at
  }
  function take(text: string, last: boolean) {
    const all = rest === '' ? text : rest + text
    const at = run(all, last)
    rest = all.slice(at)
    doubtful = Math.max(0, doubtful - at)
  }
  return { push: (text) => take(text, false), end: () => take('', true) }
}

/**
 * Whether each line that quotes hold together falls into as many cells as all of them, of the same kinds at both ends: then a
 * quote that was never meant as one swallowed rows.
 */
function areRows(text: string, cells: Cells, delimiter: string): boolean {
  const lines = text
    .split(/\r\n|\r|\n/)
    .filter((one) => one !== '')
    .map((one) => one.split(delimiter))
  const kinds = [textAt(cells, 0), textAt(cells, cells.count - 1)].map(kindOf)
  if (cells.count < 3 || kinds.every((kind) => kind === 'word')) return false
  return lines.every(
    (one) =>
      one.length === cells.count &&
      [one[0] ?? '', one.at(-1) ?? ''].every((cell, at) => kindOf(cell.replaceAll('"', '')) === kinds[at]),
  )
}

/** In text that is read again a quote is believed only around whole cells, so one within a bare cell is doubted. */
function isDoubtful(text: string, quote: string): boolean {
  return text.split(quote).length % 2 === 0
}

/** The place behind the line that `from` stands on, the text's end when it is the last; -1 when it is too long. */
function lineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === LF) return at + 1
    if (code === CR) return text.charCodeAt(at + 1) === LF ? at + 2 : at + 1
    if (at - from > MAX_RECORD) return -1
  }
  return text.length
}
