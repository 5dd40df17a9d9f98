import type { Outcome } from '#domain/variable.ts'
import { logistic } from '#trainer/models/head.ts'
import { softmax } from '#trainer/models/softmax.ts'
import { FEWEST_ROWS } from './cover.ts'

/** What we would send rests on a few rows where all others together weigh less than this share of the heaviest. */
const REST = 0.1

/** Whether all but the few heaviest of these weights add up to next to nothing beside the heaviest. */
export function restsOnFew(weights: Float64Array): boolean {
  const falling = weights.toSorted((a, b) => b - a)
  const rest = falling.subarray(FEWEST_ROWS - 1).reduce((sum, one) => sum + one, 0)
  return rest < REST * (falling[0] ?? 0)
}

/**
 * Whether an exact fit's sums at these outputs of all rows would rest on a few of them: a linear model has no thresholds, but far
 * out it is one. Looks at what rows weigh in the gradient (chances), in the information (chances times what is left of 1), and
 * of survival at relative hazards. Least squares weigh all rows alike whatever the model.
 */
export function sumsRestOnFew(outcome: Outcome, outputs: Float64Array): boolean {
  if (outcome.task === 'regression') return false
  if (outcome.task === 'survival') {
    const largest = outputs.reduce((most, one) => Math.max(most, one), -Infinity)
    return restsOnFew(outputs.map((one) => Math.exp(one - largest)))
  }
  return chancesOf(outcome, outputs).some((chances) => {
    return restsOnFew(chances) || restsOnFew(chances.map((p) => p * (1 - p)))
  })
}

/** For each class the chance of every row. */
function chancesOf(outcome: Outcome, outputs: Float64Array): Float64Array[] {
  if (outcome.task !== 'multiclass') return [outputs.map(logistic), outputs.map((z) => logistic(-z))]
  const classes = outcome.classes.length
  const all = softmax(outputs, classes)
  return outcome.classes.map((_, k) => all.filter((_one, i) => i % classes === k))
}
