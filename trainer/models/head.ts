/** What the rows of a matrix should come out as. */
export interface Targets {
  /** One value for each row: 0 and 1, class index, standardised number, or time. */
  readonly values: Float32Array
  /** Survival: 1 where the time is that of the event, 0 where it is that of the last look. */
  readonly events?: Uint8Array | null
}

/** What the statistics say of a quantity of the outcome. */
export interface Known {
  readonly mean: number
}

/** The end of a model: how its outputs are judged and read. Outputs are row after row, as many as the layout says. */
export interface Head {
  /** Mean loss of the given rows, and into `delta` its derivative by every output. */
  loss(outputs: Float64Array, targets: Targets, rows: Uint32Array, delta: Float64Array): number
  /** The loss of every row by itself; NaN where it has none of its own. */
  losses(outputs: Float64Array, targets: Targets): Float64Array
  /** Where private intercepts are drawn to when a hospital's own rows say little: from the outcome over all hospitals. */
  prior(known: readonly Known[]): Float64Array
  /** The shift of all outputs that fits these rows best: what private intercepts should be changed by. */
  shift(outputs: Float64Array, targets: Targets, prior: Float64Array): Float64Array
}

const NEWTON_STEPS = 50
const LARGEST_STEP = 4

/** A private intercept has a normal prior of variance 1: one class alone stays finite. */
export const PRIOR_STRENGTH = 1

/** Logistic regression's end: one output, the log-odds of the outcome; loss is the mean negative log-likelihood. */
export const logisticHead: Head = {
  loss(outputs, targets, rows, delta) {
    const n = rows.length
    let sum = 0
    for (let i = 0; i < n; i++) {
      const z = outputs[i] ?? 0
      const y = targets.values[rows[i] ?? 0] ?? 0
      sum += logisticLoss(z, y)
      delta[i] = (logistic(z) - y) / n
    }
    return sum / n
  },
  losses: (outputs, { values }) => Float64Array.from(values, (y, i) => logisticLoss(outputs[i] ?? 0, y)),
  prior([rate]) {
    const p = Math.min(0.999, Math.max(0.001, rate?.mean ?? 0.5))
    return Float64Array.of(Math.log(p / (1 - p)))
  },
  /** Newton's method on a sum of log-likelihoods and a normal prior N(prior, 1) on the shift. */
  shift(outputs, targets, [prior = 0]) {
    let shift = 0
    for (let step = 0; step < NEWTON_STEPS; step++) {
      let slope = PRIOR_STRENGTH * (shift - prior)
      let curve = PRIOR_STRENGTH
      for (let i = 0; i < outputs.length; i++) {
        const p = logistic((outputs[i] ?? 0) + shift)
        slope += p - (targets.values[i] ?? 0)
        curve += p * (1 - p)
      }
      const change = Math.min(LARGEST_STEP, Math.max(-LARGEST_STEP, slope / curve))
      shift -= change
      if (Math.abs(change) < 1e-10) break
    }
    return Float64Array.of(shift)
  },
}

function logisticLoss(z: number, y: number): number {
  return Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)))
}

/** The probability that belongs to log-odds, without overflow at either end. */
export function logistic(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z))
  const e = Math.exp(z)
  return e / (1 + e)
}
