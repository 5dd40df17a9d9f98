import type { ColumnValues } from '#domain/dataset.ts'
import { FEW } from '#domain/floors.ts'
import { hashNumber, hashText } from './distinct.ts'

/** Counts how many rows are alike in the columns that together may single a patient out. */
export interface Equivalence {
  /** Takes one of these columns of the chunk that is being read. */
  take(values: ColumnValues): void
  endChunk(): void
  /** The smallest group of equals and the rows in groups of fewer than five; null when nothing was compared. */
  result(): { smallestGroup: number; rowsInSmallGroups: number } | null
}

/** Beyond so many different rows nearly all are alone. */
const MAX_GROUPS = 1_000_000

export function createEquivalence(): Equivalence {
  const groups = new Map<number, number>()
  let chunk: Float64Array | null = null
  let beyond = 0

  function take(values: ColumnValues) {
    const rows = values.kind === 'numbers' ? values.values.length : values.codes.length
    const keys = (chunk ??= new Float64Array(rows))
    const hashes = values.kind === 'texts' ? values.words.map((word) => hashText(word)) : []
    for (let row = 0; row < rows; row += 1) {
      const hash =
        values.kind === 'numbers'
          ? hashNumber(values.values[row] ?? Number.NaN)
          : (hashes[(values.codes[row] ?? 0) - 1] ?? 0)
      // Within the 53 bits that a number holds.
      keys[row] = ((keys[row] ?? 0) * 31 + hash) % 9_007_199_254_740_881
    }
  }
  return {
    take,
    endChunk() {
      for (const key of chunk ?? []) {
        const known = groups.get(key)
        if (known === undefined && groups.size >= MAX_GROUPS) beyond += 1
        else groups.set(key, (known ?? 0) + 1)
      }
      chunk = null
    },
    result() {
      if (groups.size === 0) return null
      const sizes = [...groups.values()]
      const small = sizes.reduce((sum, size) => sum + (size < FEW ? size : 0), 0)
      const smallest = sizes.reduce((least, size) => Math.min(least, size), Infinity)
      return { smallestGroup: beyond > 0 ? 1 : smallest, rowsInSmallGroups: small + beyond }
    },
  }
}
