import { AppError } from '#domain/errors.ts'
import type { Task } from '#trainer/jobs.ts'
import { readStatistics } from './artefact.ts'
import type { Summary } from './moments.ts'

/**
 * Refuses to train where the training rows of all hospitals together have the same outcome ('outcome-one-class'): then there is
 * nothing to learn. Those of one hospital may all have the same.
 */
export function checkVaries(task: Task, statistics: Uint8Array): void {
  const { targets } = readStatistics(task, statistics)
  // Survival needs an event, which is the first of its quantities: times differ even where all have it.
  const isAlike =
    task.outcome.task === 'survival'
      ? targets.slice(0, 1).every(({ mean, count }) => Math.round(mean * count) === 0)
      : targets.every(isAllOrNone)
  if (task.outcome.task === 'regression' || !isAlike) return
  const message =
    'The training rows of all hospitals together have the same outcome: there is nothing to learn.'
  throw new AppError('outcome-one-class', message)
}

/** Whether of all rows together none has this, or all have. */
function isAllOrNone({ mean, count }: Summary): boolean {
  const has = Math.round(mean * count)
  return has === 0 || has === count
}
