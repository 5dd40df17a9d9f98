import { quoted } from '#domain/plain-text.ts'
import { movementOf } from '#domain/plan.ts'
import type { Study } from '#domain/study.ts'

const tasks = {
  binary: 'whether it happens',
  multiclass: 'which class it is',
  regression: 'its value',
  survival: 'when it happens',
} as const

/** What the model is, in sentences for a governance officer. */
export function modelLines({ outcome, variables, plan }: Study): string[] {
  const { model } = plan
  const shape =
    model.kind === 'linear'
      ? 'a linear model'
      : `a neural network with ${model.layers.length} hidden layers (${model.layers.map((one) => `${one.units} ${one.activation}`).join(', ')})`
  return [
    `Predicts ${quoted(outcome.name)} (${tasks[outcome.task]}) from ${variables.length} variables with ${shape}.`,
    `The intercept is ${plan.intercept === 'private' ? 'our own and never leaves' : 'shared'}${plan.head === 'private' ? ', and so is the last layer' : ''}.`,
  ]
}

/** How it is trained, in sentences for a governance officer. */
export function trainingLines({ plan, rules }: Study): string[] {
  const { local, outer } = plan
  const steps = local.steps === 'epoch' ? 'one pass over our rows' : `${local.steps} steps`
  return [
    `Up to ${plan.rounds} training rounds, each ${steps} with batches of ${local.batch} (${local.optimizer}, learning rate ${local.learningRate}, L2 ${plan.l2}).`,
    `Updates are combined by ${outer.kind === 'average' ? 'a weighted average' : outer.kind}; weights are bands of row counts (${rules.weightBands.join(', ')}).`,
    ...endingLines(plan),
    `No round moves a number of the model by more than ${movementOf(plan)}, with variables in standard deviations, whatever a member sends.`,
  ]
}

/** When training ends before its last round. */
function endingLines({ stopping }: Study['plan']): string[] {
  if (stopping.kind === 'never') return []
  if (stopping.kind === 'votes')
    return [
      `It ends sooner once in none of ${stopping.patience} rounds more members found the model better than worse; the best model is kept.`,
    ]
  return [
    `It ends sooner, with the latest model, once for ${stopping.patience} rounds neither more members found the model better than worse nor the loss over all fell by ${100 * stopping.tolerance}%.`,
  ]
}
