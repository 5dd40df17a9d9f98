/** Words of a few letters of one byte, found again by these letters themselves. */
export interface ShortWords {
  /** Whether the word that stands in `codes` from one place to another is such a word; then it is the one that is asked for. */
  fits(codes: Uint16Array, from: number, to: number): boolean
  /** The number of the word that is asked for; -1 for one that never came. */
  find(): number
  /** Gives the word that is asked for a number. */
  add(number: number): void
  clear(): void
}

/** A slot is a word's number (0: free) and its letters: what is asked for lies in one place of the memory. */
const WIDTH = 4
const FIRST_SLOTS = 16
const MAX_LETTERS = 12

/** A table of open slots, at most half of them filled. */
export function createShortWords(): ShortWords {
  let slots = new Int32Array(FIRST_SLOTS * WIDTH)
  let filled = 0
  // The letters that are asked for, four to a number.
  let [first, second, third] = [0, 0, 0]

  function fits(codes: Uint16Array, from: number, to: number): boolean {
    if (to - from > MAX_LETTERS) return false
    first = second = third = 0
    let any = 0
    for (let at = from; at < to; at += 1) {
      const code = codes[at] ?? 0
      // Has higher bits when the letter is 0, which marks the end here, or over 255.
      any |= (code | (code - 1)) & -256
      const into = at - from
      const moved = code << ((into & 3) << 3)
      if (into < 4) first |= moved
      else if (into < 8) second |= moved
      else third |= moved
    }
    return any === 0
  }
  /** The slot of these letters, or the free one where they belong. */
  function slotOf(a: number, b: number, c: number): number {
    const mask = slots.length / WIDTH - 1
    let slot = (hashOf(a, b, c) & mask) * WIDTH
    while (slots[slot] !== 0) {
      if (slots[slot + 1] === a && slots[slot + 2] === b && slots[slot + 3] === c) return slot
      slot = slot + WIDTH === slots.length ? 0 : slot + WIDTH
    }
    return slot
  }
  function put(number: number, a: number, b: number, c: number) {
    const slot = slotOf(a, b, c)
    slots[slot] = number
    slots[slot + 1] = a
    slots[slot + 2] = b
    slots[slot + 3] = c
  }
  function grow() {
    const before = slots
    slots = new Int32Array(before.length * 2)
    for (let at = 0; at < before.length; at += WIDTH) {
      const number = before[at] ?? 0
      if (number !== 0) put(number, before[at + 1] ?? 0, before[at + 2] ?? 0, before[at + 3] ?? 0)
    }
  }
  return {
    fits,
    find: () => (slots[slotOf(first, second, third)] ?? 0) - 1,
    add(number) {
      filled += 1
      if (filled * 2 * WIDTH > slots.length) grow()
      put(number + 1, first, second, third)
    },
    clear() {
      filled = 0
      slots.fill(0)
    },
  }
}

/** Mixes three numbers, so that words that differ a little lie far apart. */
function hashOf(a: number, b: number, c: number): number {
  const mixed = Math.imul(a, 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35) ^ Math.imul(c, 0x27d4eb2f)
  const spread = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  return spread ^ (spread >>> 13)
}
