import { shuffle, type Stream } from '#trainer/random.ts'

/** No minibatch is smaller, where there are as many rows: a step must not be about one patient. */
export const SMALLEST_BATCH = 16

/** The rows of a minibatch: as declared, but at most half of what is there, so that no two rounds see the same rows. */
export function batchSize(declared: number, rows: number): number {
  return Math.min(rows, declared, Math.max(SMALLEST_BATCH, Math.floor(rows / 2)))
}

/**
 * Minibatches of row numbers 0 to `rows` - 1 without end, each epoch in a new random order; an epoch's remainder is left out.
 * So is a share of the rows, drawn once, as far as a minibatch can do without them.
 */
export function createBatches(rows: number, size: number, stream: Stream, leftOut = 0): () => Uint32Array {
  const all = Uint32Array.from({ length: rows }, (_, i) => i)
  const used = Math.max(Math.min(size, rows), rows - Math.floor(leftOut * rows))
  if (used < rows) shuffle(all, stream)
  const order = all.subarray(0, used)
  let at = used
  return () => {
    if (at + size > used) {
      shuffle(order, stream)
      at = 0
    }
    at += size
    return order.subarray(at - size, at)
  }
}
