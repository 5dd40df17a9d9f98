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

/** `room`: different keys that are kept; where more come, only each second, fourth, eighth ... key is followed further. */
export function createTally(room: number): Tally {
  let slots = tableOf(FIRST_SLOTS)
  let [filled, mask] = [0, 0]

  function put(high: number, low: number, count: number) {
    const { highs, lows, counts } = slots
    const last = counts.length - 1
    let slot = low & last
    while (counts[slot] !== 0 && (highs[slot] !== high || lows[slot] !== low)) slot = (slot + 1) & last
    if (counts[slot] === 0) {
      filled += 1
      highs[slot] = high
      lows[slot] = low
    }
    counts[slot] = (counts[slot] ?? 0) + count
  }
  /** Moves into a table of another size, without the keys that are not followed any more. */
  function move(size: number) {
    const { highs, lows, counts } = slots
    slots = tableOf(size)
    filled = 0
    for (const [slot, count] of counts.entries()) {
      const high = highs[slot] ?? 0
      if (count > 0 && (high & mask) === 0) put(high, lows[slot] ?? 0, count)
    }
  }
  return {
    add(high, low) {
      if ((high & mask) !== 0) return
      put(high | 0, low | 0, 1)
      if (filled > room) {
        mask = mask * 2 + 1
        move(slots.counts.length)
      } else if (filled * 2 > slots.counts.length) move(slots.counts.length * 2)
    },
    result() {
      const rows = slots.counts.reduce((sum, count) => sum + count, 0)
      const each = mask + 1
      return { distinct: filled * each, again: (rows - filled) * each, isAbout: mask > 0 }
    },
  }
}

function tableOf(size: number) {
  return { highs: new Int32Array(size), lows: new Int32Array(size), counts: new Uint32Array(size) }
}
