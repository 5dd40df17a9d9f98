import { AppError } from '#domain/errors.ts'
import type { Task } from '#trainer/jobs.ts'
import type { Statistics } from '#trainer/statistics/artefact.ts'

/**
 * Refuses an exact fit ('fit-refused') where fewer rows of all hospitals than the study's smallest number have an outcome, or have another:
 * its first gradient is the sum of the variables of those, less what is known.
 */
export function checkOutcome({ rules }: Pick<Task, 'rules'>, { rareOutcome }: Statistics): void {
  if (!rareOutcome) return
  const message = `Fewer than ${rules.minimumRows} training rows of all hospitals together have an outcome, or have another: the sums of an exact fit would be about those patients alone. Propose a plan of averages.`
  throw new AppError('fit-refused', message)
}
