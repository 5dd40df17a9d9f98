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

/** A slot is a word's number with its length (0: free), and its letters: what is asked for lies in one place of the memory. */
const WIDTH = 4
const FIRST_SLOTS = 16
const [MAX_LETTERS, LENGTH_BITS] = [12, 4]
const LENGTH_MASK = 2 ** LENGTH_BITS - 1

/** A table of open slots, at most half of them filled. */
// oxlint-disable-next-line max-lines-per-function -- one table and what is asked of it, by short functions
export function createShortWords(): ShortWords {
  let slots = new Int32Array(FIRST_SLOTS * WIDTH)
  let [mask, filled] = [FIRST_SLOTS - 1, 0]
  // The word that is asked for: how many letters, and these, four to a number.
  let [length, first, second, third] = [0, 0, 0, 0]

  function fits(codes: Uint16Array, from: number, to: number): boolean {
    length = to - from
    if (length > MAX_LETTERS) return false
    const view = viewOf(codes)
    const [a, b] = [pairAt(view, from, to), pairAt(view, from + 2, to)]
    let beyond = a | b
    first = joined(a, b)
    second = third = 0
    if (length > 4) {
      const [c, d] = [pairAt(view, from + 4, to), pairAt(view, from + 6, to)]
      beyond |= c | d
      second = joined(c, d)
    }
    if (length > 8) {
      const [e, f] = [pairAt(view, from + 8, to), pairAt(view, from + 10, to)]
      beyond |= e | f
      third = joined(e, f)
    }
    return (beyond & BEYOND) === 0
  }
  /** The slot of these letters, or the free one where they belong. */
  function slotOf(size: number, a: number, b: number, c: number): number {
    let slot = (hashOf(a, b, c) & mask) * WIDTH
    for (;;) {
      const found = slots[slot] ?? 0
      if (found === 0) return slot
      const isSame = slots[slot + 1] === a && slots[slot + 2] === b && slots[slot + 3] === c
      if (isSame && (found & LENGTH_MASK) === size) return slot
      slot = slot === mask * WIDTH ? 0 : slot + WIDTH
    }
  }
  function put(entry: number, a: number, b: number, c: number) {
    const slot = slotOf(entry & LENGTH_MASK, a, b, c)
    slots[slot] = entry
    slots[slot + 1] = a
    slots[slot + 2] = b
    slots[slot + 3] = c
  }
  function grow() {
    const before = slots
    slots = new Int32Array(before.length * 2)
    mask = mask * 2 + 1
    for (let at = 0; at < before.length; at += WIDTH) {
      const entry = before[at] ?? 0
      if (entry !== 0) put(entry, before[at + 1] ?? 0, before[at + 2] ?? 0, before[at + 3] ?? 0)
    }
  }
  return {
    fits,
    find: () => ((slots[slotOf(length, first, second, third)] ?? 0) >> LENGTH_BITS) - 1,
    add(number) {
      filled += 1
      if (filled * 2 * WIDTH > slots.length) grow()
      put(((number + 1) << LENGTH_BITS) | length, first, second, third)
    },
    clear() {
      filled = 0
      slots.fill(0)
    },
  }
}

/** What letters of one byte have not, in a pair of two. */
const BEYOND = 0xff00ff00 | 0

let viewed: Uint16Array = new Uint16Array()
let view: DataView = new DataView(new ArrayBuffer())

/** The same units, to be read two at once. */
function viewOf(codes: Uint16Array): DataView {
  if (codes !== viewed) {
    viewed = codes
    view = new DataView(codes.buffer, codes.byteOffset, codes.byteLength)
  }
  return view
}

/** Two units from one place on, 0 for those that no longer belong to a word. */
function pairAt(units: DataView, at: number, to: number): number {
  if (at + 1 < to) return units.getInt32(2 * at, true)
  return at < to ? units.getUint16(2 * at, true) : 0
}

/** Four letters of one byte from two pairs. */
function joined(a: number, b: number): number {
  return ((a | (a >>> 8)) & 0xffff) | ((b | (b >>> 8)) << 16)
}

/** Mixes three numbers, so that words that differ a little lie far apart. */
function hashOf(a: number, b: number, c: number): number {
  const mixed = Math.imul(a, 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35) ^ Math.imul(c, 0x27d4eb2f)
  const spread = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  return spread ^ (spread >>> 13)
}
