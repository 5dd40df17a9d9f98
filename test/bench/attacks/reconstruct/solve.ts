import { nearestIntegers } from './lattice.ts'
import type { Equations } from './opened.ts'

/** Sums are told to multiples of 2^-32, rounded once for each hospital: this is how much one part of a standard deviation weighs. */
const SHARPNESS = 1e8
/** Expected counts below this are taken for it. */
const RAREST = 0.05
/** Counts whose sums are this near to all that was opened are the patients, as far as the attacker can tell. */
const NEAR = 1e-5
const MOST_SWAPS = 300_000

/** How many patients there are of each kind, as whole numbers: what fits the sums, and of that what is likeliest beforehand. */
export function countsOf(
  { rows, right }: Equations,
  expected: Float64Array,
  mostSwaps = MOST_SWAPS,
): { readonly counts: readonly number[]; readonly fits: boolean } {
  const count = expected.length
  const weights = expected.map((one) => 1 / Math.sqrt(Math.max(RAREST, one)))
  const system = [
    ...rows.map((row) => row.map((one) => one * SHARPNESS)),
    ...Array.from({ length: count }, (_, i) => {
      const row = new Float64Array(count)
      row[i] = weights[i]!
      return row
    }),
  ]
  const target = Float64Array.from([
    ...right.map((one) => one * SHARPNESS),
    ...expected.map((one, i) => one * weights[i]!),
  ])
  const counts = nearestIntegers(system, target, mostSwaps)
  const fits =
    counts.every((one) => one >= 0) &&
    rows.every(
      (row, i) => Math.abs(row.reduce((sum, one, k) => sum + one * counts[k]!, 0) - right[i]!) < NEAR,
    )
  return { counts, fits }
}
