import { at } from './matrix.ts'
import type { Problem } from './problem.ts'

/** Precisions of the law that draws hospitals' own intercepts to the shared one: standard deviations from .05 to 3.2, each twice the one before. */
export const PRECISIONS: readonly number[] = [400, 100, 25, 6.25, 1.5625, 0.390625, 0.09765625]
/** Before anything is known of the hospitals: a standard deviation of .4. */
export const PRECISION_AT_FIRST = 6.25

const USUAL = 3
const DOUBT = 0.24

/** Whether each hospital has an intercept that is drawn to the shared one: a random intercept. */
export function isRandom({ own }: Pick<Problem, 'own'>): boolean {
  return own !== null && own > 0
}

/**
 * The precision under which the hospitals' outcomes are most likely, by the opened evidence for each of the list (empirical
 * Bayes): one shared intercept at one end, one for each hospital at the other. Comparisons alone: the same at every member.
 */
export function precisionBy(evidence: Float64Array): number {
  let best = 0
  const likely = evidence.map((one, i) => one - DOUBT * (i - USUAL) ** 2)
  for (let i = 1; i < likely.length; i++) if (at(likely, i) > at(likely, best)) best = i
  return PRECISIONS[best] ?? PRECISION_AT_FIRST
}
