import type { Outcome } from '#domain/variable.ts'
import { coxHead } from './cox.ts'
import { type Head, logistic, logisticHead } from './head.ts'
import { softmax, softmaxHead } from './softmax.ts'
import { squaredHead } from './squared.ts'

/** The end of a model for a study's outcome. */
export function headOf(outcome: Outcome): Head {
  if (outcome.task === 'multiclass') return softmaxHead(outcome.classes.length)
  if (outcome.task === 'regression') return squaredHead
  return outcome.task === 'survival' ? coxHead : logisticHead
}

/** How many outputs a model of this outcome has. */
export function outputsOf(outcome: Outcome): number {
  return outcome.task === 'multiclass' ? outcome.classes.length : 1
}

/** How outputs are read: the outcome's place and spread over all hospitals, and its cumulative hazard up to the horizon. */
export interface Reading {
  readonly mean: number
  readonly sd: number
  readonly hazard: number
}

/** Predictions from outputs: probabilities (one for each class), the number in its own unit, or the risk up to the horizon. */
export function predict(
  outcome: Outcome,
  outputs: Float64Array,
  { mean, sd, hazard }: Reading,
): Float64Array {
  if (outcome.task === 'multiclass') return softmax(outputs, outcome.classes.length)
  if (outcome.task === 'regression') return outputs.map((z) => mean + sd * z)
  if (outcome.task === 'survival')
    return outputs.map((z) => -Math.expm1(-hazard * Math.exp(Math.min(z, 500))))
  return outputs.map(logistic)
}
