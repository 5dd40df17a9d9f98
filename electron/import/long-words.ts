/** The longer ones of some words, found again by a hash. */
export interface LongWords {
  /** The number of the word that stands in `codes` from one place to another; -1 for one that never came. */
  find(codes: Uint16Array, from: number, to: number): number
  /** Adds the word of this number, which `find` did not find just now. */
  add(number: number): number
  clear(): void
}

const FIRST_SLOTS = 16

/** A table of open slots, at most half of them filled. `words` are all words by their numbers. */
export function createLongWords(words: readonly string[]): LongWords {
  let slots = new Int32Array(FIRST_SLOTS)
  let hashes = new Int32Array(FIRST_SLOTS)
  let [filled, asked] = [0, 0]

  function put(number: number, hash: number) {
    const mask = slots.length - 1
    let slot = hash & mask
    while (slots[slot] !== 0) slot = (slot + 1) & mask
    slots[slot] = number + 1
    hashes[slot] = hash
  }
  function grow() {
    const before = { slots, hashes }
    slots = new Int32Array(before.slots.length * 2)
    hashes = new Int32Array(slots.length)
    for (const [at, number] of before.slots.entries())
      if (number !== 0) put(number - 1, before.hashes[at] ?? 0)
  }
  return {
    find(codes, from, to) {
      const mask = slots.length - 1
      asked = hashOf(codes, from, to)
      for (let slot = asked & mask; ; slot = (slot + 1) & mask) {
        const number = (slots[slot] ?? 0) - 1
        if (number < 0) return -1
        if (hashes[slot] === asked && stands(words[number] ?? '', codes, from, to)) return number
      }
    },
    add(number) {
      filled += 1
      if (filled * 2 > slots.length) grow()
      put(number, asked)
      return number
    },
    clear() {
      if (filled === 0) return
      filled = 0
      slots.fill(0)
    },
  }
}

/** FNV-1a over UTF-16 units. */
function hashOf(codes: Uint16Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (codes[at] ?? 0), 0x01000193)
  return hash ^ (hash >>> 15)
}

/** Whether a word stands in `codes` from one place to another. */
function stands(word: string, codes: Uint16Array, from: number, to: number): boolean {
  const { length } = word
  if (length !== to - from) return false
  for (let at = 0; at < length; at += 1) {
    if (word.charCodeAt(at) !== codes[from + at]) return false
  }
  return true
}
