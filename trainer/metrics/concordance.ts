import type { Estimate } from './estimates.ts'
import { createRanks } from './ranks.ts'

/** For each row the comparable pairs that it is in, and how many of them are in the right order, ties counting half. */
interface RowPairs {
  readonly pairs: Float64Array
  readonly right: Float64Array
}

/** Harrell's C with the infinitesimal jackknife over patients, as R's `concordance` has it. Null without a comparable pair. */
export function concordanceEstimate(
  scores: Float64Array,
  times: Float32Array,
  events: Uint8Array,
): Estimate | null {
  const { pairs, right } = pairsByRow(scores, times, events)
  const sum = (all: Float64Array) => all.reduce((total, one) => total + one, 0)
  // Each pair is counted at both of its rows.
  const comparable = sum(pairs) / 2
  if (comparable === 0) return null
  const value = sum(right) / 2 / comparable
  return { value, influence: right.map((one, row) => (one - value * (pairs[row] ?? 0)) / comparable) }
}

/** The earlier row of a pair had the event, and the later one was still without it, at the same time at least. n log n. */
function pairsByRow(scores: Float64Array, times: Float32Array, events: Uint8Array): RowPairs {
  const pairs = new Float64Array(times.length)
  const right = new Float64Array(times.length)
  const add = (row: number, { below, equal, above }: Counted, inOrder: 'below' | 'above') => {
    pairs[row] = (pairs[row] ?? 0) + below + equal + above
    right[row] = (right[row] ?? 0) + (inOrder === 'below' ? below : above) + equal / 2
  }
  const moments = byTime(times, events)
  const later = createRanks(scores)
  for (const { happened, censored } of moments.toReversed()) {
    censored.forEach(later.add)
    for (const row of happened) add(row, later.count(row), 'below')
    happened.forEach(later.add)
  }
  const earlier = createRanks(scores)
  for (const { happened, censored } of moments) {
    for (const row of happened) add(row, earlier.count(row), 'above')
    happened.forEach(earlier.add)
    for (const row of censored) add(row, earlier.count(row), 'above')
  }
  return { pairs, right }
}

type Counted = ReturnType<ReturnType<typeof createRanks>['count']>

/** Rows of one time. */
interface Moment {
  readonly time: number
  readonly happened: number[]
  readonly censored: number[]
}

/** Rows of one time together, earliest first. */
function byTime(times: Float32Array, events: Uint8Array): Moment[] {
  const order = [...times.entries()].toSorted(([, a], [, b]) => a - b)
  const moments: Moment[] = []
  for (const [row, time] of order) {
    const last = moments.at(-1)
    const moment = last?.time === time ? last : { time, happened: [], censored: [] }
    if (moment !== last) moments.push(moment)
    moment[events[row] ? 'happened' : 'censored'].push(row)
  }
  return moments
}
