/** What the rows of a matrix should come out as. */
export interface Targets {
  /** One value for each row of the matrix. */
  readonly values: Float32Array
}

/** The end of a model: how its outputs are judged and read. Outputs are row after row, `outputs` numbers each. */
export interface Head {
  /** Mean loss of the given rows, and into `delta` its derivative by every output. */
  loss(outputs: Float64Array, targets: Targets, rows: Uint32Array, delta: Float64Array): number
  /** The shift of all outputs that fits these rows best: what a private intercept should be changed by. */
  shift(outputs: Float64Array, targets: Targets, prior: number): number
}

const NEWTON_STEPS = 50
const LARGEST_STEP = 4
const PRIOR_STRENGTH = 1

/** Logistic regression's end: one output, the log-odds of the outcome; loss is the mean negative log-likelihood. */
export const logisticHead: Head = {
  loss(outputs, targets, rows, delta) {
    const n = rows.length
    let sum = 0
    for (let i = 0; i < n; i++) {
      const z = outputs[i] ?? 0
      const y = targets.values[rows[i] ?? 0] ?? 0
      sum += Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)))
      delta[i] = (logistic(z) - y) / n
    }
    return sum / n
  },
  /** Newton's method on a sum of log-likelihoods and a normal prior N(prior, 1) on the shift, so that one class alone stays finite. */
  shift(outputs, targets, prior) {
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
    return shift
  },
}

/** The probability that belongs to log-odds, without overflow at either end. */
export function logistic(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z))
  const e = Math.exp(z)
  return e / (1 + e)
}
