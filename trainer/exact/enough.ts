import { AppError } from '#domain/errors.ts'
import { rowsOf, type Statistics } from '#trainer/statistics/artefact.ts'
import { MOMENTS } from '#trainer/statistics/moments.ts'
import type { Problem } from './problem.ts'

/** So many training rows of all hospitals for each number that is opened about them: fewer could be told from exact sums. */
const ROWS_FOR_EACH = 2
/** Information matrices that a fit opens: one where it begins, one at its end, and where gradients alone take too long more. */
const MATRICES = 3
/** Sums that it takes, most often fewer. */
const SUMS = 16

/**
 * The fewest training rows of all hospitals together that an exact fit of so many features is for, by what it opens: their moments,
 * the gradient, log-likelihood and rows of each sum, and the information where it begins and ends. Exact sums over fewer rows
 * than they are numbers have been solved for the rows by integer programming.
 */
export function fewestRowsFor({ outputs, intercept }: Problem, features: number): number {
  const size = outputs * (features + intercept)
  const triangle = (size * (size + 1)) / 2
  return ROWS_FOR_EACH * (MOMENTS * (features + outputs) + MATRICES * triangle + SUMS * (size + 2))
}

/** Refuses an exact fit over so few rows that they could be told from what it opens ('rows-too-few'). */
export function checkEnough(problem: Problem, statistics: Statistics): void {
  const rows = rowsOf(statistics)
  const features = statistics.features.filter(({ constant }) => !constant).length
  const fewest = fewestRowsFor(problem, features)
  if (rows >= fewest) return
  const message = `An exact fit with ${features} features asks for at least ${fewest} training rows over all hospitals; there are ${rows}. Propose a plan of averages, or fewer variables.`
  throw new AppError('rows-too-few', message)
}
