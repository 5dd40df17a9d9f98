import { deserialize, serialize } from 'node:v8'

/** Texts of one column of a chunk: the different words, and for each row the place of its word. */
export interface WordColumn {
  readonly words: readonly string[]
  readonly codes: Uint16Array
}

/** Collects rows of texts, trimmed, and gives them back column by column. */
export interface ChunkBuilder {
  add(row: readonly string[]): void
  isFull(): boolean
  rows(): number
  /** The columns of all rows since the last take. */
  take(): WordColumn[]
}

/** Cells that are handed to the store at once: a few milliseconds of its time. */
const MAX_CELLS = 40_000
const MIN_ROWS = 256
const MAX_ROWS = 8192

/** How a table of so many columns is cut: rows of a chunk, and columns of a part of it. */
export function cutOf(columns: number): { rows: number; columns: number } {
  const rows = Math.min(MAX_ROWS, Math.max(MIN_ROWS, Math.floor(MAX_CELLS / columns)))
  return { rows, columns: Math.max(1, Math.floor(MAX_CELLS / rows)) }
}

/** Holds the rows of one chunk. */
export function createChunk(columns: number): ChunkBuilder {
  const capacity = cutOf(columns).rows
  let places = Array.from({ length: columns }, () => new Map<string, number>())
  let codes = Array.from({ length: columns }, () => new Uint16Array(capacity))
  let rows = 0

  function add(row: readonly string[]) {
    for (let column = 0; column < columns; column += 1) {
      const word = row[column] ?? ''
      const known = places[column]
      const cells = codes[column]
      if (!known || !cells) continue
      const code = known.get(word)
      if (code !== undefined) cells[rows] = code
      else {
        cells[rows] = known.size
        known.set(word, known.size)
      }
    }
    rows += 1
  }
  function take() {
    const taken = codes.map((cells, column) =>
      merged([...(places[column]?.keys() ?? [])], cells.subarray(0, rows)),
    )
    places = Array.from({ length: columns }, () => new Map<string, number>())
    codes = Array.from({ length: columns }, () => new Uint16Array(capacity))
    rows = 0
    return taken
  }
  return { add, isFull: () => rows >= capacity, rows: () => rows, take }
}

/** Trims words and makes one of those that are then the same. */
function merged(words: readonly string[], codes: Uint16Array): WordColumn {
  if (!words.some((word) => hasEdges(word))) return { words, codes }
  const trimmed = words.map((word) => word.trim())
  const places = new Map<string, number>()
  const moved = Uint16Array.from(trimmed, (word) => {
    if (!places.has(word)) places.set(word, places.size)
    return places.get(word) ?? 0
  })
  return { words: [...places.keys()], codes: codes.map((code) => moved[code] ?? 0) }
}

/** Whether a word may begin or end with a blank. */
function hasEdges(word: string): boolean {
  const [first, last] = [word.charCodeAt(0), word.charCodeAt(word.length - 1)]
  return first <= 32 || last <= 32 || first >= 160 || last >= 160
}

/** How often each word of a column comes. */
export function countWords({ words, codes }: WordColumn): Uint32Array {
  const counts = new Uint32Array(words.length)
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

/** A part of a chunk as bytes for the store to put aside; only `unstage` reads them. */
export function stage(columns: readonly WordColumn[]): Uint8Array {
  return serialize(columns)
}

export function unstage(bytes: Uint8Array): WordColumn[] {
  // The cast: `stage` wrote them, and the database they lay in is encrypted and authenticated.
  return deserialize(bytes) as WordColumn[]
}
