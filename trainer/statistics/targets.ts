import type { Outcome } from '#domain/variable.ts'
import type { Range } from './moments.ts'

/** A quantity of the outcome whose moments are summed beside the features'. */
export interface Target extends Range {
  readonly name: string
}

/** The quantities of a study's outcome: for binary one, whose mean is the rate of the outcome over all hospitals. */
export function targetsOf(outcome: Outcome): readonly Target[] {
  return outcome.task === 'binary' ? [{ name: outcome.name, low: 0, high: 1 }] : []
}
