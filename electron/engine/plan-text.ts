import { FEWEST_CLUSTERS } from '#domain/floors.ts'
import { quoted } from '#domain/plain-text.ts'
import { type ExactFit, movementOf } from '#domain/plan.ts'
import { fewestRows, type Study } from '#domain/study.ts'

const tasks = {
  binary: 'whether it happens',
  multiclass: 'which class it is',
  regression: 'its value',
  survival: 'when it happens',
} as const

const intercepts = {
  private: 'our own and never leaves',
  shared: 'shared',
  random:
    'shared, and how far ours lies from it is our own and never leaves: it is drawn to 0 by a law that is found from the sums of all',
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
    ...curveLines(variables),
    `The intercept is ${intercepts[plan.intercept]}${plan.head === 'private' ? ', and so is the last layer' : ''}.`,
  ]
}

function curveLines(variables: Study['variables']): string[] {
  return variables.flatMap((one) => {
    if (one.type !== 'number' || !one.knots) return []
    const unit = one.unit === null ? '' : ` ${quoted(one.unit)}`
    return [
      `${quoted(one.name)} counts as a curve (a restricted cubic spline) with knots at ${one.knots.join(', ')}${unit}, made here of each patient's value: ${one.knots.length - 1} numbers of the sums are about it, not one.`,
    ]
  })
}

/** How it is trained, in sentences for a governance officer. */
export function trainingLines({ plan, rules }: Study): string[] {
  if (plan.fit) return fitLines(plan.fit, plan.rounds, rules)
  const { local, outer } = plan
  const steps = local.steps === 'epoch' ? 'one pass over our rows' : `${local.steps} steps`
  return [
    `Up to ${plan.rounds} training rounds, each ${steps} with batches of ${local.batch} (${local.optimizer}, learning rate ${local.learningRate}, L2 ${plan.l2}).`,
    `Updates are combined by ${outer.kind === 'average' ? 'a weighted average' : outer.kind}; weights are bands of row counts (${rules.weightBands.join(', ')}).`,
    ...endingLines(plan),
    `No round moves a number of the model by more than ${movementOf(plan)}, with variables in standard deviations, whatever a member sends.`,
  ]
}

/** How a model is fitted exactly. */
function fitLines({ tolerance, penalty, errors }: ExactFit, rounds: number, rules: Study['rules']): string[] {
  const fewest = fewestRows(rules)
  const shrunk = penalty === 'none' ? 'without a penalty' : 'with a ridge penalty chosen from the opened sums'
  return [
    `The model is fitted exactly, ${shrunk}: all hospitals together come to the very coefficients that a fit to all their rows in one place would have.`,
    `Up to ${rounds} rounds, each of plain sums over all of our training rows. It ends once the next step would move no coefficient by more than ${tolerance} of its standard error.`,
    ...(errors ? [ERRORS[errors]] : []),
    'Only the hospitals of the first opened sum can be in the later ones: if one is away, the fit waits for it, or ends with its last model.',
    `A level that fewer than ${fewest} training rows of all hospitals together have, or all but fewer than ${fewest}, is left out (it counts as the reference) before any pair is summed; so are the smallest levels of a variable while fewer than ${fewest} would have its reference, and a number that is the same for all but fewer than ${fewest} rows at their hospitals. Where fewer than ${fewest} have an outcome, or have another, nothing is fitted.`,
    `Pairs of levels are not left out: the sum over all hospitals may tell how many patients have both, however few.`,
  ]
}

const ERRORS: Readonly<Record<NonNullable<ExactFit['errors']>, string>> = {
  robust:
    'One more sum at the end gives robust standard errors: for each pair of coefficients, how far our rows pull the one times how far they pull the other, added up over our rows. It is opened once. A hospital sends nothing where a few rows would make up nearly all of it.',
  clustered: `One more sum at the end gives standard errors that are clustered by hospital: for each pair of coefficients, how far all of our rows together pull the one times how far they pull the other. It is opened once, over at least ${FEWEST_CLUSTERS} hospitals: among fewer, what one of them sent could be told.`,
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
