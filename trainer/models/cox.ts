import type { Head, Targets } from './head.ts'

/** Below this a sum over a risk set has underflowed: scores lie hundreds apart. */
const SMALLEST = 1e-290

/** Rows of one time: where they lie in the order, and what their events add to the loss. */
interface Moment {
  readonly from: number
  readonly to: number
  /** Sum over the events' risk sets of 1/denominator, and the same with Efron's shares. */
  readonly inverse: number
  readonly share: number
  /** Mean logarithm of the denominators; NaN where there is no event. */
  readonly logarithm: number
}

/**
 * Cox's partial likelihood (1972) of one hospital, ties after Efron (1977): one output, the log relative hazard. Summed over
 * hospitals it is the likelihood of a model stratified by hospital. Loss is the negative log-likelihood over the number of
 * rows, so that hospitals' losses weighted by their rows add up to the whole; 0 without events.
 */
export const coxHead: Head = {
  loss(outputs, targets, rows, delta) {
    const n = rows.length
    const { order, relative, moments } = walk(outputs, targets, rows)
    let sum = 0
    let inverse = 0
    for (const moment of moments.toReversed()) {
      inverse += moment.inverse
      for (let at = moment.from; at < moment.to; at++) {
        const i = order[at] ?? 0
        const event = targets.events?.[rows[i] ?? 0] ? 1 : 0
        if (event) sum += moment.logarithm - (outputs[i] ?? 0)
        delta[i] = ((relative[i] ?? 0) * (inverse - event * moment.share) - event) / n
      }
    }
    return sum / n
  },
  losses(outputs, targets) {
    const rows = Uint32Array.from(targets.values, (_, i) => i)
    const losses = new Float64Array(rows.length).fill(Number.NaN)
    const { order, moments } = walk(outputs, targets, rows)
    for (const { from, to, logarithm } of moments) {
      for (const i of order.subarray(from, to))
        if (targets.events?.[i]) losses[i] = logarithm - (outputs[i] ?? 0)
    }
    return losses
  },
  prior: () => Float64Array.of(0),
  /** None: a factor on all hazards is not in the partial likelihood. */
  shift: () => Float64Array.of(0),
}

/** Goes through the rows from the last time to the first, as risk sets grow. */
function walk(outputs: Float64Array, targets: Targets, rows: Uint32Array) {
  const times = Float64Array.from(rows, (row) => targets.values[row] ?? 0)
  const happened = Uint8Array.from(rows, (row) => targets.events?.[row] ?? 0)
  // Every index below lies among the rows, so the casts of reads are safe.
  const order = Uint32Array.from(rows, (_, i) => i).toSorted(
    (a, b) => (times[b] as number) - (times[a] as number),
  )
  const scores = outputs.subarray(0, rows.length)
  const largest = scores.reduce((most, one) => Math.max(most, one), -Infinity)
  const relative = scores.map((score) => Math.exp(score - largest))
  const moments: Moment[] = []
  let atRisk = 0
  for (let from = 0; from < order.length;) {
    const time = times[order[from] as number]
    let [to, events, tied] = [from, 0, 0]
    for (; to < order.length && times[order[to] as number] === time; to++) {
      const i = order[to] as number
      const one = relative[i] as number
      atRisk += one
      if (happened[i] === 0) continue
      events += 1
      tied += one
    }
    moments.push({ from, to, ...efron(atRisk, tied, events, largest) })
    from = to
  }
  return { order, relative, moments }
}

function efron(atRisk: number, tied: number, events: number, largest: number) {
  let [inverse, share, logarithm] = [0, 0, 0]
  for (let k = 0; k < events; k++) {
    const denominator = Math.max(SMALLEST, atRisk - (k / events) * tied)
    inverse += 1 / denominator
    share += k / events / denominator
    logarithm += Math.log(denominator) + largest
  }
  return { inverse, share, logarithm: logarithm / events }
}
