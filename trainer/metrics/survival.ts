import type { Figures } from '#trainer/jobs.ts'
import { coxHead } from '#trainer/models/cox.ts'

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
  const order = Uint32Array.from(times, (_, i) => i).sort(
    (a, b) => (times[b] ?? 0) - (times[a] ?? 0) || (events[a] ?? 0) - (events[b] ?? 0),
  )
  const tree = createRanks(scores)
  let [comparable, concordant, tied, held] = [0, 0, 0, 0]
  for (let from = 0; from < order.length;) {
    let to = from
    const same = (at: number) => times[order[at] ?? 0] === times[order[from] ?? 0]
    // Those censored at a time come first: they outlived its events.
    for (; to < order.length && same(to) && !events[order[to] ?? 0]; to++) tree.add(order[to] ?? 0)
    held += to - from
    const first = to
    for (; to < order.length && same(to); to++) {
      const { below, equal } = tree.count(order[to] ?? 0)
      comparable += held
      concordant += below
      tied += equal
    }
    for (let at = first; at < to; at++) tree.add(order[at] ?? 0)
    held += to - first
    from = to
  }
  return { comparable, concordant, tied }
}

/** Counts of added rows by the rank of their score (Fenwick 1994). */
function createRanks(scores: Float64Array) {
  const distinct = [...new Set(scores)].toSorted((a, b) => a - b)
  const ranks = new Map(distinct.map((score, i) => [score, i + 1]))
  const tree = new Float64Array(distinct.length + 1)
  const rankOf = (row: number) => ranks.get(scores[row] ?? 0) ?? 0
  const upTo = (rank: number) => {
    let sum = 0
    for (let at = rank; at > 0; at -= at & -at) sum += tree[at] ?? 0
    return sum
  }
  return {
    add(row: number) {
      for (let at = rankOf(row); at > 0 && at < tree.length; at += at & -at) tree[at] = (tree[at] ?? 0) + 1
    },
    count(row: number) {
      const rank = rankOf(row)
      const below = upTo(rank - 1)
      return { below, equal: upTo(rank) - below }
    },
  }
}
