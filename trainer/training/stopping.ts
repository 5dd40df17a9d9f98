/** How a new model does on the same held-out rows as the one before. */
export type Verdict = 'better' | 'same' | 'worse'

/** A verdict with what it rests on: the mean of the new loss minus the old, and its standard error. */
export interface Judged {
  readonly verdict: Verdict
  readonly difference: number
  readonly error: number
  readonly rows: number
}

/** Differences below this share of the old loss are nothing, however sure. */
const SMALLEST_SHARE = 1e-4
const FEWEST = 5

/**
 * Compares two models by their losses on the same rows (NaN where a row has none). Better or worse is what differs by more
 * than one standard error of the paired differences; all else, and fewer than five rows, is the same.
 */
export function judge(before: Float64Array, after: Float64Array): Judged {
  const pairs = [...before.keys()].filter((i) => Number.isFinite(before[i]) && Number.isFinite(after[i]))
  const differences = pairs.map((i) => (after[i] ?? 0) - (before[i] ?? 0))
  const rows = pairs.length
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length
  if (rows < FEWEST) return { verdict: 'same', difference: 0, error: 0, rows }
  const difference = mean(differences)
  const error = Math.sqrt(
    differences.reduce((sum, one) => sum + (one - difference) ** 2, 0) / (rows - 1) / rows,
  )
  const old = Math.abs(mean(pairs.map((i) => before[i] ?? 0)))
  const least = Math.max(error, SMALLEST_SHARE * old)
  const verdict = difference < -least ? 'better' : difference > least ? 'worse' : 'same'
  return { verdict, difference, error, rows }
}
