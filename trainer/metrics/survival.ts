import type { Figures } from '#trainer/jobs.ts'
import { coxHead } from '#trainer/models/cox.ts'
import { createRanks } from './ranks.ts'

/** Pairs of rows whose order in time is known, and how scores order them. */
export interface Pairs {
  readonly comparable: number
  readonly concordant: number
  readonly tied: number
}

/** What a survival model adds up to over held-out rows: pairs within hospitals, and the partial log-likelihood. */
export interface SurvivalSums extends Pairs {
  readonly rows: number
  readonly events: number
  readonly logLikelihood: number
}

/** Exact figures of log relative hazards of one hospital: Harrell's C, and minus the partial log-likelihood per event as `logLoss`. */
export function survivalFigures(outputs: Float64Array, times: Float32Array, events: Uint8Array): Figures {
  return figuresOfSums(sumsOf(outputs, times, events))
}

/** The sums behind `survivalFigures`, which add up over hospitals. */
export function sumsOf(outputs: Float64Array, times: Float32Array, events: Uint8Array): SurvivalSums {
  const losses = coxHead.losses(outputs, { values: times, events })
  const logLikelihood = -losses.reduce((sum, loss) => sum + (Number.isNaN(loss) ? 0 : loss), 0)
  const happened = events.reduce((sum, event) => sum + (event ? 1 : 0), 0)
  return { rows: times.length, events: happened, logLikelihood, ...countPairs(outputs, times, events) }
}

/** Figures of sums over hospitals. */
export function figuresOfSums({ rows, events, logLikelihood, ...pairs }: SurvivalSums): Figures {
  const logLoss = events > 0 ? -logLikelihood / events : null
  const cIndex = pairs.comparable > 0 ? (pairs.concordant + pairs.tied / 2) / pairs.comparable : null
  return { rows, events, auc: null, logLoss, brier: null, accuracy: null, cIndex }
}

/**
 * Harrell's pairs (1982): the earlier one had the event, and the other was still without it, at the same time at least. Counted
 * from the last time to the first with a tree of scores: n log n.
 */
export function countPairs(scores: Float64Array, times: Float32Array, events: Uint8Array): Pairs {
  const time = (row: number) => times[row] as number // safe: rows are those of the arrays
  const event = (row: number) => events[row] as number // safe: as above
  // Those censored at a time come before its events: they outlived them.
  const order = Uint32Array.from(times, (_, row) => row).toSorted(
    (a, b) => time(b) - time(a) || event(a) - event(b),
  )
  const tree = createRanks(scores)
  const pairs = { comparable: 0, concordant: 0, tied: 0 }
  let [held, waiting]: [number, number[]] = [0, []]
  for (const row of order) {
    const [first] = waiting
    if (first !== undefined && time(first) !== time(row)) {
      for (const one of waiting) tree.add(one)
      held += waiting.length
      waiting = []
    }
    if (event(row) === 0) {
      tree.add(row)
      held += 1
      continue
    }
    const { below, equal } = tree.count(row)
    pairs.comparable += held
    pairs.concordant += below
    pairs.tied += equal
    // Events of one time are in no order among themselves.
    waiting.push(row)
  }
  return pairs
}
