import type { Task } from '#trainer/jobs.ts'
import { BASELINE_PIECES } from '#trainer/survival/baseline.ts'
import { exactParts, problemOf } from './problem.ts'

/** A run of numbers in a contribution to an exact fit. */
export interface FitPart {
  readonly name: 'gradient' | 'log-likelihood' | 'fit-rows' | 'information' | 'levels' | 'baseline'
  readonly length: number
}

/** What a contribution to an exact fit is made of, in its order: a function of the study alone. */
export function fitParts(task: Task): FitPart[] {
  const { value: coefficients, information, levels, length } = exactParts(problemOf(task))
  return [
    { name: 'gradient', length: coefficients },
    { name: 'log-likelihood', length: 1 },
    { name: 'fit-rows', length: 1 },
    { name: 'information', length: levels - information },
    { name: 'levels', length: length - levels },
    { name: 'baseline', length: task.outcome.task === 'survival' ? 2 * BASELINE_PIECES : 0 },
  ]
}

/** How many numbers a contribution has. */
export function fitLength(task: Task): number {
  return fitParts(task).reduce((sum, { length }) => sum + length, 0)
}
