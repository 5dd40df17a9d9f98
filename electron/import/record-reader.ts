import { beginCells, putCell, putMade, type Cells } from './cells.ts'
import type { Piece } from './lexicon.ts'
import { CR, isEnd, LF, type Marks, SPACE, TAB } from './marks.ts'
import { createQuoteFinder } from './quotes.ts'

/** Where a record ended: the place behind it, or that it needs more text, or that a quote in it does not fit. */
export interface Found {
  end: number
  lines: number
  state: 'whole' | 'open' | 'broken'
}

/** Reads the record that begins at `start` into `cells`; `last` says that no more text comes. */
export type ReadRecord = (piece: Piece, start: number, last: boolean, cells: Cells) => Found

// oxlint-disable-next-line max-lines-per-function -- one place in one text, moved on by short functions
export function createRecordReader({ delimiter, quote, escape }: Marks): ReadRecord {
  const between = delimiter.charCodeAt(0)
  const mark = quote === '' ? -1 : quote.charCodeAt(0)
  const merges = delimiter === ' '
  // Most letters lie beyond what may end a cell.
  const highest = Math.max(between, LF, CR)
  const findQuote = createQuoteFinder(quote, escape)
  const found: Found = { end: 0, lines: 1, state: 'whole' }

  function end(at: number, state: Found['state']): Found {
    found.end = at
    found.state = state
    return found
  }
  function skipBlanks(codes: Uint16Array, from: number): number {
    let at = from
    for (;;) {
      const code = codes[at]
      if ((code !== SPACE && code !== TAB) || (code === between && !merges)) return at
      at += 1
    }
  }
  /** Behind a line end at `at`. */
  function over(codes: Uint16Array, at: number, last: boolean): Found {
    if (codes[at] === LF) return end(at + 1, 'whole')
    if (at + 1 >= codes.length && !last) return end(at, 'open')
    return end(codes[at + 1] === LF ? at + 2 : at + 1, 'whole')
  }
  /** The place behind a cell without quotes. */
  function bare(codes: Uint16Array, from: number): number {
    let at = from
    for (; at < codes.length; at += 1) {
      const code = codes[at] ?? 0
      if (code <= highest && (code === between || code === LF || code === CR)) break
    }
    return at
  }
  /** Reads a cell in quotes that opens at `open`; returns the place behind it, or -1 with the reason in `found`. */
  function quoted({ text, codes }: Piece, open: number, last: boolean, cells: Cells): number {
    const close = findQuote(text, open + 1, last)
    if (close.at < 0) {
      end(codes.length, close.isOpen ? 'open' : 'broken')
      return -1
    }
    if (close.escaped) putMade(cells, plain(text.slice(open + 1, close.at)))
    else putCell(cells, open + 1, close.at)
    found.lines += breaksIn(codes, open + 1, close.at)
    const behind = skipBlanks(codes, close.at + 1)
    if (behind >= codes.length && !last) {
      end(behind, 'open')
      return -1
    }
    if (isEnd(codes, behind) || codes[behind] === between) return behind
    // With merged delimiters the blanks were the delimiter.
    if (merges && behind > close.at + 1) return behind - 1
    end(behind, 'broken')
    return -1
  }
  function plain(raw: string): string {
    return escape === 'backslash' ? raw.replace(/\\(.)/gs, '$1') : raw.replaceAll(quote + quote, quote)
  }
  /** Reads the cell that begins at `at`; returns the place behind it, or -1 with the reason in `found`. */
  function cell(piece: Piece, at: number, last: boolean, cells: Cells): number {
    const { codes } = piece
    const code = codes[at]
    const first = code === SPACE || code === TAB ? skipBlanks(codes, at) : at
    if (codes[first] === mark) return quoted(piece, first, last, cells)
    const behind = bare(codes, at)
    putCell(cells, at, behind)
    return behind
  }
  /** Behind a last delimiter that is merged with the line's end; otherwise `at`. */
  function mergedEnd(codes: Uint16Array, at: number): number {
    const behind = codes[at] === between ? skipBlanks(codes, at) : at
    return isEnd(codes, behind) ? behind : at
  }
  return function read(piece, start, last, cells) {
    const { codes } = piece
    beginCells(cells, piece.text, codes)
    found.lines = 1
    let at = merges ? skipBlanks(codes, start) : start
    for (;;) {
      at = cell(piece, at, last, cells)
      if (at < 0) return found
      if (merges) at = mergedEnd(codes, at)
      if (at >= codes.length) return end(codes.length, last ? 'whole' : 'open')
      if (codes[at] !== between) return over(codes, at, last)
      at = merges ? skipBlanks(codes, at + 1) : at + 1
    }
  }
}

/** Line breaks from one place to another: CR LF is one. */
function breaksIn(codes: Uint16Array, from: number, to: number): number {
  let count = 0
  for (let at = from; at < to; at += 1) {
    const code = codes[at]
    if (code === LF || (code === CR && (at + 1 >= to || codes[at + 1] !== LF))) count += 1
  }
  return count
}
