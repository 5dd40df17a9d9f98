import { AppError } from '#domain/errors.ts'
import { rowsOf, type Statistics } from '#trainer/statistics/artefact.ts'
import { MOMENTS } from '#trainer/statistics/moments.ts'
import { BASELINE_PIECES } from '#trainer/survival/baseline.ts'
import type { Problem } from './problem.ts'

/** So many training rows of all hospitals for each number that is opened about them: fewer could be told from exact sums. */
const ROWS_FOR_EACH = 2
/** What a fit opens that comes to its end without a detour; it is not begun where that were too much. */
const SHORTEST: Opened = { sums: 8, matrices: 2 }

/** What of a fit was opened: so many sums, and in so many of them the information. */
export interface Opened {
  readonly sums: number
  readonly matrices: number
}

/**
 * How many numbers are opened about the training rows of all hospitals: the features' moments and directions, the gradient,
 * log-likelihood and rows of each sum, and the information.
 */
function numbersIn(
  { family, outputs, intercept }: Problem,
  features: number,
  { sums, matrices }: Opened,
): number {
  const size = outputs * (features + intercept)
  const matrix = (size * (size + 1)) / 2 + (family === 'survival' ? 2 * BASELINE_PIECES : 0)
  return MOMENTS * (features + outputs) + features * outputs + sums * (size + 2) + matrices * matrix
}

/** How many numbers a fit will have opened after a sum: at the first those that a fit opens at least. */
export function numbersAfter(problem: Problem, statistics: Statistics, { sums, matrices }: Opened): number {
  return numbersIn(problem, featuresIn(statistics), {
    sums: Math.max(sums, SHORTEST.sums),
    matrices: Math.max(matrices, SHORTEST.matrices),
  })
}

/**
 * How many training rows of all hospitals together a sum asks for, where there are fewer: at the first for what a fit opens at
 * least, later for what it will have opened. Null where they are enough.
 */
export function rowsMissing(problem: Problem, statistics: Statistics, after: Opened): number | null {
  const fewest = ROWS_FOR_EACH * numbersAfter(problem, statistics, after)
  return rowsOf(statistics) >= fewest ? null : fewest
}

function featuresIn({ features }: Statistics): number {
  return features.filter(({ constant }) => !constant).length
}

/** Refuses a sum of an exact fit after which so much would have been opened that rows could be told ('rows-too-few'). */
export function checkEnough(problem: Problem, statistics: Statistics, after: Opened): void {
  const fewest = rowsMissing(problem, statistics, after)
  if (fewest === null) return
  const [features, rows] = [featuresIn(statistics), rowsOf(statistics)]
  const message = `An exact fit with ${features} features asks for at least ${fewest} training rows over all hospitals; there are ${rows}. Propose a plan of averages, or fewer variables.`
  throw new AppError('rows-too-few', message)
}
