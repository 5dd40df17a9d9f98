import { createLongWords } from './long-words.ts'
import { createShortWords } from './short-words.ts'

/** Different words, numbered in the order in which they came, and found again without cutting them out of their text. */
export interface Words {
  /** The number of the word that stands in `codes` from one place to another; -1 for one that never came. */
  find(codes: Uint16Array, from: number, to: number): number
  /** Adds the word that `find` did not find just now, and returns its number. */
  add(word: string): number
  all(): readonly string[]
  size(): number
  clear(): void
}

export function createWords(): Words {
  const words: string[] = []
  const [short, long] = [createShortWords(), createLongWords(words)]
  let isShort = true
  return {
    find(codes, from, to) {
      isShort = short.fits(codes, from, to)
      return isShort ? short.find() : long.find(codes, from, to)
    },
    add(word) {
      const number = words.push(word) - 1
      if (isShort) short.add(number)
      else long.add(number)
      return number
    },
    all: () => words,
    size: () => words.length,
    clear() {
      if (words.length === 0) return
      words.length = 0
      short.clear()
      long.clear()
    },
  }
}
