import { createWords } from './words-table.ts'
import { ownText } from './words.ts'

/** Texts of one column of a chunk: for each row the number of its word in the column's lexicon. */
export interface WordColumn {
  /** Words of this chunk that the lexicon had no room for; the first of them has the number `SHARED`. */
  readonly words: readonly string[]
  readonly codes: Uint16Array
}

/** A text, and its UTF-16 units. */
export interface Piece {
  readonly text: string
  readonly codes: Uint16Array
}

/** The different words of a column, each looked at once however often it comes. */
export interface Lexicon {
  /** The number of the word that stands in a text from one place to another, blanks around it left out. */
  codeOf(piece: Piece, from: number, to: number): number
  /** Counts the shared words of a chunk. */
  count(codes: Uint16Array): void
  /** Words that only the chunk since the last call has. */
  takeOwn(): string[]
  /** Words that all chunks share, in the order of their numbers. */
  shared(): readonly string[]
  /** How often each shared word was counted. */
  counts(): Uint32Array
  /** Hands on each shared word that was counted since the last call, and how often. */
  news(take: (word: string, count: number) => void): void
}

/** Numbers from here on are words of one chunk alone: with those of a chunk's rows they fit 16 bits. */
export const SHARED = 32_768
/** Words that all lexicons of a file may share together, for a memory that does not grow with the file. */
const MAX_WORDS = 800_000
/** Longer ones are rarely the same. */
const MAX_SHARED_LENGTH = 40

/** `columns`: how many columns the file has. */
export function createLexicon(columns: number): Lexicon {
  const room = Math.min(SHARED, Math.max(64, Math.floor(MAX_WORDS / columns)))
  const shared = createWords()
  const own = createWords()
  let counts = new Uint32Array(64)
  let told = new Uint32Array(64)

  function learn(word: string): number {
    const code = shared.add(word)
    if (code >= counts.length) [counts, told] = [doubled(counts), doubled(told)]
    return code
  }
  function codeOf(piece: Piece, first: number, behind: number): number {
    const { codes } = piece
    const isBare = behind > first && isPlain(codes[first] ?? 0) && isPlain(codes[behind - 1] ?? 0)
    return isBare ? codeOfWord(piece, first, behind) : codeOfCell(piece, first, behind)
  }
  function codeOfCell(piece: Piece, first: number, behind: number): number {
    const { codes } = piece
    let from = first
    while (from < behind && isBlank(codes[from] ?? 0)) from += 1
    const to = trimmedEnd(codes, from, behind)
    return isWrapped(codes, from, to) ? codeOfWord(piece, from + 2, to - 1) : codeOfWord(piece, from, to)
  }
  function codeOfWord(piece: Piece, from: number, to: number): number {
    const code = shared.find(piece.codes, from, to)
    return code < 0 ? newCode(piece, from, to) : code
  }
  function newCode({ text, codes }: Piece, from: number, to: number): number {
    if (shared.size() < room && to - from <= MAX_SHARED_LENGTH) return learn(ownText(text.slice(from, to)))
    const here = own.find(codes, from, to)
    return SHARED + (here >= 0 ? here : own.add(text.slice(from, to)))
  }
  return {
    codeOf,
    count(codes) {
      for (const code of codes) if (code < SHARED) counts[code] = (counts[code] ?? 0) + 1
    },
    takeOwn() {
      const words = own.all().slice()
      own.clear()
      return words
    },
    shared: shared.all,
    counts: () => counts,
    news(take) {
      for (const [code, word] of shared.all().entries()) {
        const count = (counts[code] ?? 0) - (told[code] ?? 0)
        if (count > 0) take(word, count)
      }
      told.set(counts)
    },
  }
}

const [EQUALS, QUOTE] = [61, 34]
const BLANKS = new Set([0xa0, 0xad, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x2060, 0x3000, 0xfeff])

/** What most words begin and end with: no blank, and nothing that wraps them. */
function isPlain(code: number): boolean {
  return code > 32 && code < 0xa0 && code !== EQUALS
}

/** What `trim` takes away, and marks that show nothing: zero width, directions, soft hyphens. */
function isBlank(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13)
  return (
    code >= 0xa0 &&
    (BLANKS.has(code) || (code >= 0x2000 && code <= 0x200f) || (code >= 0x202a && code <= 0x202e))
  )
}

function trimmedEnd(codes: Uint16Array, from: number, behind: number): number {
  let to = behind
  while (from < to && isBlank(codes[to - 1] ?? 0)) to -= 1
  return to
}

/** ="00012" is how spreadsheets are told to keep a text as it is. */
function isWrapped(codes: Uint16Array, from: number, to: number): boolean {
  return to - from > 2 && codes[from] === EQUALS && codes[from + 1] === QUOTE && codes[to - 1] === QUOTE
}

function doubled(before: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const after = new Uint32Array(before.length * 2)
  after.set(before)
  return after
}

/** How often each of a chunk's own words comes. */
export function countOwn({ words, codes }: WordColumn): Uint32Array {
  const counts = new Uint32Array(words.length)
  for (const code of codes) {
    const own = code - SHARED
    if (own >= 0) counts[own] = (counts[own] ?? 0) + 1
  }
  return counts
}
