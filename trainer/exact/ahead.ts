import type { ExactFit, Plan } from '#domain/plan.ts'
import type { Task } from '#trainer/jobs.ts'
import { featuresOf } from '#trainer/variables/features.ts'
import { fewestRowsFor, numbersIn, shortestFor } from './enough.ts'
import { bitsAtMost, tellsEnoughKinds } from './kinds.ts'
import { problemOf } from './problem.ts'

/** What an exact fit asks for, as far as its variables say. */
export interface Asked {
  /** Training rows of all hospitals together, at most: features that turn out the same everywhere are left out, and fewer will do. */
  readonly rows: number
  /** Whether the variables take too few values, whatever the rows: sums would tell how many patients there are of each kind. */
  readonly coarse: boolean
}

/** What an exact fit of these variables asks for, before anything is opened. */
export function askedAhead(
  facts: Pick<Task, 'variables' | 'outcome'>,
  plan: Pick<Plan, 'intercept'> & { readonly fit: Pick<ExactFit, 'penalty'> },
): Asked {
  const problem = problemOf({ ...facts, plan: { intercept: plan.intercept } })
  const numbers = numbersIn(problem, featuresOf(facts).length, shortestFor(problem, plan.fit.penalty))
  return { rows: fewestRowsFor(numbers), coarse: !tellsEnoughKinds(bitsAtMost(facts), numbers) }
}
