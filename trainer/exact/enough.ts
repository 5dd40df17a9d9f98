import { AppError } from '#domain/errors.ts'
import type { ExactFit } from '#domain/plan.ts'
import { rowsOf, type Statistics } from '#trainer/statistics/artefact.ts'
import { MOMENTS } from '#trainer/statistics/moments.ts'
import { BASELINE_PIECES } from '#trainer/survival/baseline.ts'
import { isRandom, PRECISIONS } from './levels.ts'
import type { Problem } from './problem.ts'

/** So many training rows of all hospitals for each number that is opened about them: fewer could be told from exact sums. */
const ROWS_FOR_EACH = 2
/** Sums of a fit that comes to its end without a detour. */
const SHORTEST = 8

/** What of a fit was opened: so many sums, and in so many of them the information. */
export interface Opened {
  readonly sums: number
  readonly matrices: number
}

/**
 * What a fit opens that comes to its end without a detour; it is not begun where that were too much. The information comes with the
 * first sum, once more where the law of random intercepts is found, and at the end for intervals and survival's baseline.
 */
export function shortestFor(problem: Problem, penalty: ExactFit['penalty']): Opened {
  const { family, errors } = problem
  const atTheEnd = family === 'survival' || (family === 'classes' && penalty === 'none')
  return {
    sums: SHORTEST,
    matrices: 1 + Number(isRandom(problem)) + Number(atTheEnd) + Number(errors !== 'model'),
  }
}

/**
 * How many numbers are opened about the training rows of all hospitals: the features' moments and directions, the gradient,
 * log-likelihood and rows of each sum, the information, and the evidence for laws of random intercepts.
 */
export function numbersIn(problem: Problem, features: number, { sums, matrices }: Opened): number {
  const { family, outputs, intercept } = problem
  const size = outputs * (features + intercept)
  const matrix = (size * (size + 1)) / 2 + (family === 'survival' ? 2 * BASELINE_PIECES : 0)
  const levels = isRandom(problem) ? PRECISIONS.length : 0
  return MOMENTS * (features + outputs) + features * outputs + sums * (size + 2) + matrices * matrix + levels
}

/** How many numbers about the rows of all hospitals this much of a fit is. */
export function numbersAfter(problem: Problem, statistics: Statistics, after: Opened): number {
  return numbersIn(problem, featuresIn(statistics), after)
}

/** The fewest training rows of all hospitals together about which so many numbers may be opened. */
export function fewestRowsFor(numbers: number): number {
  return ROWS_FOR_EACH * numbers
}

/**
 * How many training rows of all hospitals together a sum asks for, where there are fewer, by what will have been opened after it.
 * Null where they are enough.
 */
export function rowsMissing(problem: Problem, statistics: Statistics, after: Opened): number | null {
  const fewest = fewestRowsFor(numbersAfter(problem, statistics, after))
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
