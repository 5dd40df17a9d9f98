/** Where a measured value may lie. Sums are made of values mapped from here to [-1, 1], so that all have one scale. */
export interface Range {
  readonly low: number
  readonly high: number
}

/** How many numbers describe one quantity: count, sum and sum of squares of its mapped values. */
export const MOMENTS = 3

/** Below this share of the declared range (as variance) a quantity counts as constant: less than sums can resolve. */
const RESOLUTION = 1e-11

/** Mean and standard deviation (of the whole population) of a quantity over all hospitals, in its own unit. */
export interface Summary {
  readonly mean: number
  /** 1 where all values are the same. */
  readonly sd: number
  readonly count: number
  readonly constant: boolean
}

/** Writes count, sum and sum of squares of the values that are there, mapped to [-1, 1], into `out` from `at` on. */
export function addMoments(values: Float64Array, range: Range, out: Float64Array, at: number): void {
  const half = (range.high - range.low) / 2
  let count = 0
  let sum = 0
  let squares = 0
  for (const value of values) {
    if (Number.isNaN(value)) continue
    const mapped = half > 0 ? Math.min(1, Math.max(-1, (value - range.low) / half - 1)) : 0
    count += 1
    sum += mapped
    squares += mapped * mapped
  }
  out.set([count, sum, squares], at)
}

/** What the sums over all hospitals say of one quantity. Uses + - * / and sqrt alone: the same bits at every member. */
export function summarise(sums: Float64Array, range: Range, at: number): Summary {
  const count = Math.round(sums[at] ?? 0)
  const half = (range.high - range.low) / 2
  if (!(count > 0)) return { mean: range.low + half, sd: 1, count: 0, constant: true }
  const mean = (sums[at + 1] ?? 0) / count
  const variance = (sums[at + 2] ?? 0) / count - mean * mean
  const constant = !(variance * half * half > 0) || variance <= RESOLUTION
  return {
    mean: range.low + (mean + 1) * half,
    sd: constant ? 1 : Math.sqrt(variance) * half,
    count,
    constant,
  }
}
