import { AppError } from '#domain/errors.ts'
import type { Dialect } from '#domain/importing.ts'

/** Who hears of records as they are found. */
export interface FramingListener {
  /** A record's cells as they are written, and the line that it begins on (1 = first line). */
  record(cells: string[], line: number): void
  /** A line that cannot be read. */
  refused(line: number, reason: string): void
}

export interface Framing {
  /** Takes the next characters of the file. */
  push(text: string): void
  end(): void
}

export type Marks = Pick<Dialect, 'delimiter' | 'quote' | 'escape'>

const MAX_RECORD = 4 * 1024 * 1024
const TOO_LONG = 'A line is longer than 4 million characters; perhaps a quote is missing'
const MIDDLE = 'a quote closes in the middle of a cell, or not at all'
const INVALID = 'the line is not valid in the encoding of the file'
const [LF, CR, SPACE, TAB] = [10, 13, 32, 9]

/** Where a record ended: the place behind it, or that it needs more text, or that a quote in it does not fit. */
interface Found {
  end: number
  lines: number
  state: 'whole' | 'open' | 'broken'
}

/**
 * Cuts text into records and cells (RFC 4180, with any line end and delimiter). Where a quote does not fit, only the line on
 * which the record began is refused: what an unclosed quote had swallowed is read again, line by line.
 */
export function createFraming(marks: Marks, listener: FramingListener): Framing {
  const read = createReader(marks)
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
  function tell(cells: string[], text: string, from: number, end: number) {
    const doubted = from < doubtful && marks.quote !== '' && isDoubtful(text.slice(from, end), marks.quote)
    if (doubted) listener.refused(line, MIDDLE)
    else if (cells.some((cell) => cell.includes('\uFFFD'))) listener.refused(line, INVALID)
    else listener.record(cells, line)
  }
  function run(text: string, last: boolean): number {
    let at = 0
    const invalid = text.includes('\uFFFD')
    while (at < text.length) {
      const cells: string[] = []
      const found = read(text, at, last, cells)
      if (found.state === 'open' && text.length - at <= MAX_RECORD) break
      if (found.state === 'whole') {
        if (invalid || at < doubtful) tell(cells, text, at, found.end)
        else listener.record(cells, line)
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

/** Reads one record from `start` into `cells`. */
function createReader({ delimiter, quote, escape }: Marks) {
  const between = delimiter.charCodeAt(0)
  const mark = quote === '' ? -1 : quote.charCodeAt(0)
  const merges = delimiter === ' '
  const closing = createClosing(quote, escape === 'backslash')
  const found: Found = { end: 0, lines: 1, state: 'whole' }

  function end(at: number, state: Found['state']): Found {
    found.end = at
    found.state = state
    return found
  }
  function skipBlanks(text: string, from: number): number {
    let at = from
    for (;;) {
      const code = text.charCodeAt(at)
      if ((code !== SPACE && code !== TAB) || (code === between && !merges)) return at
      at += 1
    }
  }
  /** Behind a line end at `at`. */
  function over(text: string, at: number, last: boolean): Found {
    if (text.charCodeAt(at) === LF) return end(at + 1, 'whole')
    if (at + 1 >= text.length && !last) return end(at, 'open')
    return end(text.charCodeAt(at + 1) === LF ? at + 2 : at + 1, 'whole')
  }
  /** Reads a cell in quotes that opens at `open`; returns the place behind it, or -1 with the reason in `found`. */
  function quoted(text: string, open: number, last: boolean, cells: string[]): number {
    const close = closing(text, open + 1, last)
    if (close.at < 0) {
      end(text.length, close.isOpen ? 'open' : 'broken')
      return -1
    }
    const raw = text.slice(open + 1, close.at)
    found.lines += breaksIn(raw)
    cells.push(close.escaped ? plain(raw) : raw)
    const behind = skipBlanks(text, close.at + 1)
    const code = text.charCodeAt(behind)
    if (behind >= text.length && !last) {
      end(behind, 'open')
      return -1
    }
    if (behind >= text.length || code === between || code === LF || code === CR) return behind
    // With merged delimiters the blanks were the delimiter.
    if (merges && behind > close.at + 1) return behind - 1
    end(behind, 'broken')
    return -1
  }
  function plain(raw: string): string {
    return escape === 'backslash' ? raw.replace(/\\(.)/gs, '$1') : raw.replaceAll(quote + quote, quote)
  }
  return function read(text: string, start: number, last: boolean, cells: string[]): Found {
    const length = text.length
    let at = merges ? skipBlanks(text, start) : start
    found.lines = 1
    for (;;) {
      let code = text.charCodeAt(at)
      const first = code === SPACE || code === TAB ? skipBlanks(text, at) : at
      if (mark >= 0 && text.charCodeAt(first) === mark) {
        at = quoted(text, first, last, cells)
        if (at < 0) return found
      } else {
        const from = at
        while (at < length) {
          code = text.charCodeAt(at)
          if (code === between || code === LF || code === CR) break
          at += 1
        }
        if (at >= length && !last) return end(at, 'open')
        cells.push(text.slice(from, at))
      }
      if (at >= length) return end(length, 'whole')
      if (text.charCodeAt(at) !== between) return over(text, at, last)
      at = merges ? skipBlanks(text, at + 1) : at + 1
      if (merges && isEnd(text, at))
        return at >= length ? end(length, last ? 'whole' : 'open') : over(text, at, last)
    }
  }
}

function isEnd(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return at >= text.length || code === LF || code === CR
}

/** Finds the quote that closes a cell. */
function createClosing(quote: string, backslash: boolean) {
  const mark = quote.charCodeAt(0)
  const found = { at: -1, escaped: false, isOpen: false }

  function isEscaped(text: string, at: number, from: number): boolean {
    let count = 0
    for (let before = at - 1; before >= from && text.charCodeAt(before) === 92; before -= 1) count += 1
    return count % 2 === 1
  }
  return function closing(text: string, from: number, last: boolean) {
    found.escaped = backslash
    let at = from
    for (;;) {
      const place = text.indexOf(quote, at)
      if (place < 0 || (place + 1 >= text.length && !last)) return none(!last)
      if (backslash && isEscaped(text, place, from)) at = place + 1
      else if (!backslash && text.charCodeAt(place + 1) === mark) {
        found.escaped = true
        at = place + 2
      } else {
        found.at = place
        return found
      }
    }
  }
  function none(isOpen: boolean) {
    found.at = -1
    found.isOpen = isOpen
    return found
  }
}

/** Line breaks within a cell: CR LF is one. */
function breaksIn(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === LF || (code === CR && text.charCodeAt(at + 1) !== LF)) count += 1
  }
  return count
}
