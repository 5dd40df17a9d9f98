import { createStream } from '#trainer/random.ts'
import type { Layout } from './layout.ts'

/** The first weights of a study, 32-bit values: the same at every member that has the seed (32 bytes). Private ones start at 0. */
export function initialWeights(layout: Layout, seed: Uint8Array): Float64Array {
  const stream = createStream('first weights', seed)
  const weights = new Float64Array(layout.length)
  for (const { offset, length, start, spread } of layout.slices) {
    weights.fill(start, offset, offset + length)
    if (spread === 0) continue
    for (let i = 0; i < length; i++)
      weights[offset + i] = Math.fround(start + (2 * stream.real() - 1) * spread)
  }
  return weights
}
