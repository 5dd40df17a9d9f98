import { type Head, PRIOR_STRENGTH } from './head.ts'

/** Linear regression's end: one output, the standardised outcome; loss is half the mean squared error. */
export const squaredHead: Head = {
  loss(outputs, targets, rows, delta) {
    const n = rows.length
    let sum = 0
    for (let i = 0; i < n; i++) {
      const error = (outputs[i] ?? 0) - (targets.values[rows[i] ?? 0] ?? 0)
      sum += (error * error) / 2
      delta[i] = error / n
    }
    return sum / n
  },
  losses: (outputs, { values }) =>
    Float64Array.from(values, (value, i) => ((outputs[i] ?? 0) - value) ** 2 / 2),
  prior: () => Float64Array.of(0),
  /** The mean error against a normal prior N(prior, 1). */
  shift(outputs, { values }, [prior = 0]) {
    let sum = PRIOR_STRENGTH * prior
    for (let i = 0; i < values.length; i++) sum += (values[i] ?? 0) - (outputs[i] ?? 0)
    return Float64Array.of(sum / (values.length + PRIOR_STRENGTH))
  },
}
