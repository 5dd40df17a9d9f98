import { AppError } from '#domain/errors.ts'
import type { Task } from './jobs.ts'

/** Refuses a study whose declared parts do not work together ('not-available'): never trains something else in its place. */
export function checkBuilt(task: Task): void {
  const { outcome, plan } = task
  const timeless = outcome.task === 'survival' && !(outcome.horizon > 0)
  const headless = plan.head === 'private' && plan.model.kind === 'linear'
  const missing = [
    timeless && 'a horizon of 0',
    headless && 'a private head on a linear model: nothing would be shared',
    tooWide(task),
    plan.local.controlVariates && besideVariates(task),
    plan.fit && besideFit(task),
    plan.intercept === 'random' && besideRandom(task),
  ].find((one) => typeof one === 'string')
  if (missing) throw new AppError('not-available', `This version cannot train with ${missing}`)
}

/** What keeps control variates from adding up to 0: anything but plain steps, as many everywhere, plainly averaged. */
function besideVariates({ plan: { local, outer } }: Task): string | false {
  if (outer.kind !== 'average') return `control variates under the outer optimiser "${outer.kind}"`
  if (local.optimizer !== 'sgd') return `control variates and the local optimiser "${local.optimizer}"`
  return local.steps === 'epoch' && 'control variates and unequal numbers of steps'
}

/** What an exact fit is not: it ends by itself, at the one optimum of a model without layers, and no votes take it back. */
function besideFit(task: Task): string | false {
  const { model, head, local, gate, stopping } = task.plan
  if (model.kind !== 'linear') return 'an exact fit of a network: only linear models have one optimum'
  if (head === 'private' || local.controlVariates)
    return 'an exact fit and private parts of averaged training'
  if (gate || stopping.kind !== 'never')
    return 'an exact fit that votes or losses end: it ends once it is at its optimum'
  return besideRobust(task)
}

/** Errors are those of an optimum that nothing draws away from it, and rows of one stratum of times are no sum of their own. */
function besideRobust({ outcome, plan: { fit } }: Task): string | false {
  if (!fit?.errors) return false
  if (outcome.task === 'survival') return 'robust errors of a time to an event'
  return fit.penalty === 'ridge' && 'robust errors under a ridge penalty, which gives no intervals'
}

/** A law of the hospitals' intercepts is found by exact fits alone, and a time has no intercept. */
function besideRandom({ outcome, plan }: Task): string | false {
  if (outcome.task === 'survival')
    return 'a random intercept of a time: each hospital has a baseline risk of its own'
  return plan.fit?.penalty !== 'ridge' && 'a random intercept outside an exact fit with a ridge penalty'
}

/** Layers with more units than a member's round looks at rows tell more numbers of these rows than they are. */
function tooWide({ plan: { model, local } }: Task): string | false {
  if (model.kind === 'linear' || local.steps === 'epoch') return false
  const widest = Math.max(...model.layers.map(({ units }) => units))
  const rows = local.steps * local.batch
  if (widest <= rows) return false
  return `a layer of ${widest} units on ${rows} rows a round (steps times minibatch): that needs privacy noise, or more steps`
}
