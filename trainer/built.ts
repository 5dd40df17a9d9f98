import { AppError } from '#domain/errors.ts'
import type { Task } from './jobs.ts'

/** Refuses a study whose declared parts do not work together ('not-available'): never trains something else in its place. */
export function checkBuilt({ outcome, plan }: Task): void {
  const { model, local, outer, head } = plan
  const variates = local.controlVariates
  const missing = [
    outcome.task === 'survival' && !(outcome.horizon > 0) && 'a horizon of 0',
    head === 'private' &&
      model.kind === 'linear' &&
      'a private head on a linear model: nothing would be shared',
    variates && outer.kind !== 'average' && `control variates under the outer optimiser "${outer.kind}"`,
    variates && local.optimizer !== 'sgd' && `control variates and the local optimiser "${local.optimizer}"`,
    variates && local.steps === 'epoch' && 'control variates and unequal numbers of steps',
  ].find((one) => one !== false)
  if (missing !== undefined) throw new AppError('not-available', `This version cannot train with ${missing}`)
}
