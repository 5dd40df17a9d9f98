import { boundOf } from '#domain/plan.ts'
import type { RoundKind } from '#domain/round.ts'
import { checkBuilt } from './built.ts'
import { fitLength } from './exact/parts.ts'
import { evaluationLength } from './evaluation/counts.ts'
import type { Task } from './jobs.ts'
import { statisticsLength } from './statistics/artefact.ts'
import { trainingLength } from './training/conclude.ts'
import { MAX_ROWS } from './variables/rows.ts'

/**
 * A row adds at most this much to one value of an evaluation, since a log-loss of a sure and wrong score is cut off well before,
 * and rows on average to one of an exact fit.
 */
const LARGEST_PER_ROW = 10

/** What a round's vector is like. */
export interface VectorShape {
  readonly length: number
  /** On the magnitude of every value, weight included. */
  readonly bound: number
}

/** Shape of a round's vector: a function of the study alone, which every member checks a roster by. Throws 'not-available' for what cannot be trained. */
export function shapeOf(task: Task, kind: RoundKind): VectorShape {
  checkBuilt(task)
  return shapes[kind](task)
}

const shapes: Readonly<Record<RoundKind, (task: Task) => VectorShape>> = {
  statistics: (task) => ({ length: statisticsLength(task), bound: MAX_ROWS }),
  training: (task) =>
    task.plan.fit
      ? { length: fitLength(task), bound: MAX_ROWS * LARGEST_PER_ROW }
      : { length: trainingLength(task), bound: trainingBound(task) },
  evaluation: (task) => ({ length: evaluationLength(task), bound: MAX_ROWS * LARGEST_PER_ROW }),
}

function trainingBound({ plan, rules }: Task): number {
  // The mean loss travels beside the update and may be as large as 1 under any bound.
  return Math.max(...rules.weightBands) * Math.max(1, boundOf(plan))
}
