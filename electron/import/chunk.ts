import { deserialize, serialize } from 'node:v8'
import { textAt, type Cells } from './cells.ts'
import { createCodes } from './codes.ts'
import { createLexicon, type Lexicon, type WordColumn } from './lexicon.ts'

/** Collects records, and gives them back column by column as numbers of words. */
export interface ChunkBuilder {
  add(cells: Cells): void
  isFull(): boolean
  rows(): number
  /** The columns of all rows since the last take. Their codes are written over by the next rows. */
  take(): WordColumn[]
  readonly lexicons: readonly Lexicon[]
}

/** Cells that are handed to the store at once: some milliseconds of its time. */
const MAX_CELLS = 160_000
const MIN_ROWS = 256
const MAX_ROWS = 8192
/** Characters of a chunk, so that long texts do not fill the memory. */
const MAX_VOLUME = 16 * 1024 * 1024

/** How a table of so many columns is cut: rows of a chunk, and columns of a part of it. */
export function cutOf(columns: number): { rows: number; columns: number } {
  const rows = Math.min(MAX_ROWS, Math.max(MIN_ROWS, Math.floor(MAX_CELLS / columns)))
  return { rows, columns: Math.max(1, Math.floor(MAX_CELLS / rows)) }
}

/** Holds the rows of one chunk. */
export function createChunk(columns: number): ChunkBuilder {
  const capacity = cutOf(columns).rows
  const lexicons = Array.from({ length: columns }, () => createLexicon(columns))
  const codes = lexicons.map(() => new Uint16Array(capacity))
  const codesOf = createCodes()
  let [rows, volume] = [0, 0]

  /** A cell that stands nowhere as it is meant. */
  function madeCode(lexicon: Lexicon, text: string): number {
    return lexicon.codeOf({ text, codes: codesOf(text) }, 0, text.length)
  }
  function add(cells: Cells) {
    const { from, to } = cells
    for (let column = 0; column < columns; column += 1) {
      const lexicon = lexicons[column]
      const filled = codes[column]
      if (!lexicon || !filled) continue
      const start = from[column] ?? 0
      const end = to[column] ?? 0
      filled[rows] = start < 0 ? madeCode(lexicon, textAt(cells, column)) : lexicon.codeOf(cells, start, end)
      volume += end - start
    }
    rows += 1
  }
  function take() {
    const taken = lexicons.map((lexicon, column): WordColumn => {
      const filled = codes[column]?.subarray(0, rows) ?? new Uint16Array()
      lexicon.count(filled)
      return { words: lexicon.takeOwn(), codes: filled }
    })
    rows = 0
    volume = 0
    return taken
  }
  return { add, isFull: () => rows >= capacity || volume >= MAX_VOLUME, rows: () => rows, take, lexicons }
}

/** A part of a chunk as bytes for the store to put aside; only `unstage` reads them. */
export function stage(columns: readonly WordColumn[]): Uint8Array {
  return serialize(columns)
}

export function unstage(bytes: Uint8Array): WordColumn[] {
  // The cast: `stage` wrote them, and what the store gives back is encrypted and authenticated.
  return deserialize(bytes) as WordColumn[]
}
