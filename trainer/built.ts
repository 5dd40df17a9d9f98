import { AppError } from '#domain/errors.ts'
import type { Task } from './jobs.ts'

/** Refuses a study that declares what this version cannot train ('not-available'): never trains something else in its place. */
export function checkBuilt({ outcome, plan }: Task): void {
  const { model } = plan
  const missing = [
    outcome.task !== 'binary' && `${outcome.task} outcomes`,
    model.kind === 'mlp' && model.dropout > 0 && 'dropout',
    model.kind === 'mlp' && model.normalisation !== 'none' && 'layer normalisation',
    plan.head === 'private' && 'a private head',
    plan.local.controlVariates && 'control variates',
    plan.outer.kind !== 'average' && `the outer optimiser "${plan.outer.kind}"`,
  ].find((one) => one !== false)
  if (missing !== undefined) throw new AppError('not-available', `This version cannot train with ${missing}`)
}
