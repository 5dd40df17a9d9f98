/** How often keys of 64 bits came, in a memory that does not grow with their number. */
export interface Tally {
  add(high: number, low: number): void
  /**
   * How many keys came, how many different ones, and how many of all came before: exact up to the room, and beyond it drawn up
   * from a share of the keys.
   */
  result(): { readonly distinct: number; readonly again: number; readonly isAbout: boolean }
}

const FIRST_SLOTS = 64
/** A slot is the two halves of a key and how often it came (0: free): what is asked for lies in one place of the memory. */
const WIDTH = 3
/** Keys are counted in so many rounds, each in a part of the table that fits a processor's own memory. */
const ROUNDS = 16

/**
 * `room`: different keys that are kept; where more come, only each second, fourth, eighth ... key is followed further. Keys are
 * set down as they come, and counted when as many wait or somebody asks.
 */
export function createTally(room: number): Tally {
  const keys = createKeys(room)
  let waiting = new Int32Array(2 * FIRST_SLOTS)
  let waits = 0

  function countWaiting() {
    keys.reserve(waits)
    const last = keys.size() - 1
    const shift = Math.log2(keys.size() / ROUNDS)
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let at = 0; at < 2 * waits; at += 2) {
        const low = waiting[at + 1] ?? 0
        if ((low & last) >>> shift === round) keys.count(waiting[at] ?? 0, low)
      }
    }
    waits = 0
  }
  return {
    add(high, low) {
      if (2 * waits === waiting.length) waiting = doubled(waiting)
      waiting[2 * waits] = high
      waiting[2 * waits + 1] = low
      waits += 1
      if (waits === room) countWaiting()
    },
    result() {
      countWaiting()
      return keys.result()
    },
  }
}

/** A table of keys, at most half of its slots filled. */
function createKeys(room: number) {
  let slots = new Int32Array(FIRST_SLOTS * WIDTH)
  let [size, filled, mask] = [FIRST_SLOTS, 0, 0]

  function put(high: number, low: number, count: number) {
    const last = size - 1
    let slot = low & last
    let at = slot * WIDTH
    while (slots[at + 2] !== 0 && (slots[at] !== high || slots[at + 1] !== low)) {
      slot = (slot + 1) & last
      at = slot * WIDTH
    }
    if (slots[at + 2] === 0) {
      filled += 1
      slots[at] = high
      slots[at + 1] = low
    }
    slots[at + 2] = (slots[at + 2] ?? 0) + count
  }
  /** Moves into a table of so many slots, without the keys that are not followed any more. */
  function move(into: number) {
    const before = slots
    slots = new Int32Array(into * WIDTH)
    size = into
    filled = 0
    for (let at = 0; at < before.length; at += WIDTH) {
      const [high, count] = [before[at] ?? 0, before[at + 2] ?? 0]
      if (count > 0 && (high & mask) === 0) put(high, before[at + 1] ?? 0, count)
    }
  }
  function count(high: number, low: number) {
    if ((high & mask) !== 0) return
    put(high, low, 1)
    if (filled <= room) return
    mask = mask * 2 + 1
    move(size)
  }
  return {
    count,
    size: () => size,
    /** Makes room for so many more keys. */
    reserve(more: number) {
      const needed = 2 * (Math.min(filled + more, room) + 1)
      if (needed > size) move(2 ** Math.ceil(Math.log2(needed)))
    },
    result() {
      const rows = slots.reduce((sum, part, at) => (at % WIDTH === WIDTH - 1 ? sum + part : sum), 0)
      const each = mask + 1
      return { distinct: filled * each, again: (rows - filled) * each, isAbout: mask > 0 }
    },
  }
}

function doubled(before: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const after = new Int32Array(before.length * 2)
  after.set(before)
  return after
}
