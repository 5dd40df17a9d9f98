import type { Task } from '#trainer/jobs.ts'
import type { Range } from './moments.ts'

/** Bins of a number variable's histogram over its declared range. */
export const QUANTILE_BINS = 64

/** What is read off a histogram: the ends that values are drawn in to, and the quartiles. */
export interface Quantiles {
  readonly low: number
  readonly lower: number
  readonly median: number
  readonly upper: number
  readonly high: number
}
/** Numbers of one variable's quantiles in an artefact. */
export const QUANTILES = 5

/** Indices of the variables with a histogram: numbers, where the study declares that they are drawn in. */
export function quantileVariables(task: Pick<Task, 'variables' | 'plan'>): readonly number[] {
  if (task.plan.clipping === undefined) return []
  return task.variables.flatMap(({ type }, index) => (type === 'number' ? [index] : []))
}

/** Counts values that are there into equal bins over the range, into `out` from `at` on. */
export function addHistogram(values: Float64Array, range: Range, out: Float64Array, at: number): void {
  const width = (range.high - range.low) / QUANTILE_BINS
  for (const value of values) {
    if (Number.isNaN(value)) continue
    const bin = Math.min(QUANTILE_BINS - 1, Math.max(0, Math.floor((value - range.low) / width)))
    out[at + bin] = (out[at + bin] ?? 0) + 1
  }
}

/** Quantiles of a summed histogram, evenly spread within a bin; the range's ends where nobody has a value. */
export function readQuantiles(counts: Float64Array, range: Range, share: number): Quantiles {
  const whole = counts.map((count) => Math.max(0, Math.round(count)))
  const total = whole.reduce((sum, count) => sum + count, 0)
  const width = (range.high - range.low) / QUANTILE_BINS
  const at = (part: number): number => {
    let left = part * total
    for (let bin = 0; bin < whole.length; bin++) {
      const here = whole[bin] ?? 0
      if (here > 0 && left <= here) return range.low + (bin + left / here) * width
      left -= here
    }
    return range.high
  }
  if (total === 0)
    return { low: range.low, lower: range.low, median: range.low, upper: range.high, high: range.high }
  return { low: at(share), lower: at(0.25), median: at(0.5), upper: at(0.75), high: at(1 - share) }
}

/** Mean and sd of values drawn in to [low, high], from a summed histogram whose bins are even. */
export function momentsWithin(counts: Float64Array, range: Range, { low, high }: Quantiles) {
  const width = (range.high - range.low) / QUANTILE_BINS
  let [total, sum, squares] = [0, 0, 0]
  counts.forEach((count, bin) => {
    const n = Math.max(0, Math.round(count))
    const middle = Math.min(high, Math.max(low, range.low + (bin + 0.5) * width))
    total += n
    sum += n * middle
    squares += n * middle * middle
  })
  const mean = total > 0 ? sum / total : (range.low + range.high) / 2
  const variance = total > 0 ? squares / total - mean * mean : 0
  return { mean, variance }
}
