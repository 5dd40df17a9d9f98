import { isMissing, ownText } from './words.ts'

const MAX_CODES = 50
const MAX_CODE = 60

/** Counts the missing cells of a column, and keeps how they were written. */
export interface MissingCells {
  isMissing(word: string): boolean
  /** A word that is missing, or cannot be read, came so many times. */
  note(word: string, count: number): void
  noteAgain(count: number): void
  /** All missing cells, those that cannot be read among them. */
  count(): number
  unreadable(): number
  written(): string[]
}

/** `named`: codes that mean missing, beyond the usual ones. */
export function createMissingCells(named: ReadonlySet<string>): MissingCells {
  const seen = new Set<string>()
  let [missing, unreadable] = [0, 0]

  function note(word: string, count: number) {
    missing += count
    if (!isMissing(word, named)) unreadable += count
    else if (word !== '' && word.length <= MAX_CODE && seen.size < MAX_CODES) seen.add(ownText(word))
  }
  return {
    isMissing: (word) => isMissing(word, named),
    note,
    noteAgain: (count) => void (missing += count),
    count: () => missing,
    unreadable: () => unreadable,
    written: () => [...seen],
  }
}
