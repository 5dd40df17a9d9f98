import type { Statistics } from '#trainer/statistics/artefact.ts'

/** Places for score histograms in the vector: how many are used depends on the number of events. */
export const BIN_PLACES = 200
const FEWEST_BINS = 10
const EVENTS_PER_BIN = 20

/** How scores are sorted into bins: the same at every member, from the agreed statistics. */
export interface Bins {
  readonly count: number
  /** The outcome's rate over all hospitals, whose score falls in the middle. */
  readonly rate: number
}

/**
 * Bins for each quantity of the outcome (the outcome, or each class): few enough that each holds about twenty events of the
 * training rows, so that a bin is never about one patient.
 */
export function binsOf({ targets }: Pick<Statistics, 'targets'>): readonly Bins[] {
  return targets.map(({ count: rows, mean }) => {
    const smaller = rows * Math.min(mean, 1 - mean)
    const count = Math.min(BIN_PLACES, Math.max(FEWEST_BINS, Math.floor(smaller / EVENTS_PER_BIN)))
    return { count, rate: Math.min(0.999, Math.max(0.001, mean)) }
  })
}

/** The bin of a probability: equal widths after its odds are divided by those of the rate, so that rare outcomes spread out too. */
export function binOf({ count, rate }: Bins, score: number): number {
  const share = (score * (1 - rate)) / (score * (1 - rate) + (1 - score) * rate)
  return Math.min(count - 1, Math.max(0, Math.floor(share * count)))
}

/** The probability in the middle of a bin. */
export function scoreOfBin({ count, rate }: Bins, bin: number): number {
  const share = (bin + 0.5) / count
  return (share * rate) / (share * rate + (1 - share) * (1 - rate))
}

/** Counts a score into histograms of positives, then negatives, from place `at` of `out` on. */
export function addToBins(out: Float64Array, at: number, bins: Bins, score: number, positive: boolean): void {
  const place = at + binOf(bins, score) + (positive ? 0 : BIN_PLACES)
  out[place] = (out[place] ?? 0) + 1
}

/** Area under the ROC curve of two histograms over the same bins, lowest scores first. Null without both classes. */
export function binnedAuc(part: Float64Array, at: number): number | null {
  let [cases, controls, wins] = [0, 0, 0]
  for (let bin = at; bin < at + BIN_PLACES; bin++) {
    const here = Math.round(part[bin] ?? 0)
    const others = Math.round(part[bin + BIN_PLACES] ?? 0)
    wins += here * (controls + others / 2)
    cases += here
    controls += others
  }
  return cases > 0 && controls > 0 ? wins / (cases * controls) : null
}
