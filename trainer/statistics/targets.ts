import { AppError } from '#domain/errors.ts'
import type { Outcome } from '#domain/variable.ts'
import type { Range } from './moments.ts'

/** A quantity of the outcome whose moments are summed beside the features'. */
export interface Target extends Range {
  readonly name: string
}

/** The quantities of a study's outcome: for binary one, whose mean is the rate of the outcome over all hospitals. */
export function targetsOf(outcome: Outcome): readonly Target[] {
  if (outcome.task !== 'binary') throw notBuilt(outcome.task)
  return [{ name: outcome.name, low: 0, high: 1 }]
}

/** A task that a study may declare and that this version cannot train. */
export function notBuilt(task: string): AppError {
  return new AppError('not-available', `This version cannot train ${task} outcomes`)
}
