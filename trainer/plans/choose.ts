import {
  boundOf,
  CONVERGED,
  interceptOf,
  MOST_FIT_ROUNDS,
  movementOf,
  type Plan,
  PREDICTIVE,
} from '#domain/plan.ts'
import type { Outcome, Variable } from '#domain/variable.ts'
import { askedAhead } from '#trainer/exact/ahead.ts'
import { featuresOf } from '#trainer/variables/features.ts'

/** What is known before a study is proposed. */
export interface PlanFacts {
  readonly outcome: Outcome
  readonly variables: readonly Variable[]
  readonly hospitals: number
  /** Training rows that a hospital of this study usually has: one's own, where nothing else is known. */
  readonly rows: number
}

/** A plan and why each of its parts is as it is: a sentence each. */
export interface ChosenPlan {
  readonly plan: Plan
  readonly reasons: readonly string[]
}

/** Rows over all hospitals, for each feature, from which a network has shown to pay. */
const ROWS_PER_FEATURE = 500
const MANY_HOSPITALS = 10
/** Found by `npm run bench -- rule`, on data that no figure we report is of. Penalties are over the rows of all hospitals. */
const RATE = 0.1
/** The rate times the number of variables: beyond it, steps over many variables go too far. */
const STEEPEST = 10
const STEPS = 10
const PENALTY = 5
const WIDE_PENALTY = 50
/** By then nearly all studies have converged. */
const MOST_ROUNDS = 60

/** A sensible plan by rule, so that nobody has to be asked: linear models are fitted exactly wherever that may be done. */
export function choosePlan(facts: PlanFacts): ChosenPlan {
  if (paysForNetwork(facts)) return averagedPlan(facts)
  const why = whyNotExactly(facts)
  if (why === null) return exactPlan(facts)
  const { plan, reasons } = averagedPlan(facts)
  return { plan, reasons: [why, ...reasons] }
}

/** The plan of an exact fit for prediction by rule, whether or not the rows are enough for it. */
export function exactPlan(facts: PlanFacts): ChosenPlan {
  const { outcome } = facts
  const plan: Plan = {
    ...averagedPlan(facts).plan,
    model: { kind: 'linear' },
    fit: PREDICTIVE,
    intercept: interceptOf(outcome.task, PREDICTIVE),
    rounds: MOST_FIT_ROUNDS,
    stopping: { kind: 'never' },
  }
  delete plan.gate
  const level = outcome.task === 'survival' ? baselineReason : randomReason
  return { plan, reasons: [modelReason(false), exactReason, ridgeReason, level] }
}

/** Why hospitals would refuse an exact fit, as far as is known before it is proposed; null where they would not. */
function whyNotExactly(facts: PlanFacts): string | null {
  const intercept = interceptOf(facts.outcome.task, PREDICTIVE)
  const { rows, coarse } = askedAhead(facts, { intercept, fit: PREDICTIVE })
  if (coarse)
    return 'Averages, because exact sums over variables that take so few values would tell how many patients there are of each kind.'
  const expected = facts.rows * facts.hospitals
  if (expected >= rows) return null
  return `Averages, because an exact fit asks for about ${rows} training rows over all hospitals here, and about ${expected} are expected.`
}

function paysForNetwork(facts: PlanFacts): boolean {
  return totalOf(facts) >= ROWS_PER_FEATURE * Math.max(20, featuresOf(facts).length)
}

function totalOf({ rows, hospitals }: PlanFacts): number {
  return Math.max(1, rows * hospitals)
}

/** The plan of averaged training by rule: for networks, and for linear models where an exact fit may not be done. */
export function averagedPlan(facts: PlanFacts): ChosenPlan {
  const features = featuresOf(facts).length
  const total = totalOf(facts)
  const network = paysForNetwork(facts)
  const [intercept, why] = interceptFor(facts)
  const survival = facts.outcome.task === 'survival'
  const wide = features > total
  const l2 = Math.min(0.1, Math.max(1e-4, (wide ? WIDE_PENALTY : PENALTY) / total))
  const reasons = [modelReason(network), why, penaltyReason(wide), stepsReason(survival)]
  const local: Plan['local'] = {
    optimizer: 'sgd',
    learningRate: survival ? 0.5 : Math.min(RATE, STEEPEST / Math.max(1, features)),
    batch: facts.rows >= 100 ? 64 : 32,
    steps: survival ? 5 : STEPS,
    proximal: 0,
    controlVariates: false,
  }
  const movement = movementOf({ local })
  const plan: Plan = {
    model: network ? smallNetwork : { kind: 'linear' },
    intercept,
    head: 'shared',
    l2,
    local,
    outer: { kind: 'average' },
    rounds: MOST_ROUNDS,
    stopping: CONVERGED,
    gate: 'votes',
    updateBound: boundOf({ local, movement, updateBound: Infinity }),
    movement,
    origin: 'Chosen by rule from the outcome, the variables and the number of hospitals and rows.',
  }
  return { plan, reasons: [...reasons, averageReason, limitReason, endReason] }
}

const smallNetwork: Plan['model'] = {
  kind: 'mlp',
  layers: [{ units: 32, activation: 'relu' }],
  dropout: 0.1,
  normalisation: 'none',
}

function interceptFor({ outcome, hospitals, rows }: PlanFacts): readonly [Plan['intercept'], string] {
  if (outcome.task === 'survival') {
    return ['private', baselineReason]
  }
  if (hospitals < MANY_HOSPITALS && rows >= 20) {
    return [
      'private',
      'With few hospitals each keeps an intercept of its own, because outcomes are more frequent at some.',
    ]
  }
  return [
    'shared',
    'With many small hospitals one intercept is shared, because each alone has too few outcomes to fit its own.',
  ]
}

function modelReason(network: boolean): string {
  return network
    ? 'There are enough patients for each variable that a small network can learn what a linear model cannot.'
    : 'A linear model, because there are too few patients for each variable for a network to do better.'
}

function penaltyReason(wide: boolean): string {
  return wide
    ? 'A strong penalty on large weights, because there are more variables than patients over all hospitals.'
    : 'The penalty on large weights falls with the number of patients over all hospitals.'
}

function stepsReason(survival: boolean): string {
  return survival
    ? "Few steps between two sums, each over all of a hospital's patients, because a risk set is not a sample."
    : 'Every hospital takes the same number of steps between two sums, so that a large one does not pull harder than its weight.'
}

const exactReason =
  'It is fitted exactly, by sums over all rows: it ends at the very optimum that one analysis of all rows in one place has, in few rounds.'

const ridgeReason =
  'A penalty on large weights is found from the opened sums, because that predicts best for new patients; choose none for intervals and tests.'

const randomReason =
  'Each hospital has a level of its own, drawn to that of all as strongly as the sums say, because hospitals differ more in some studies than in others.'

const baselineReason = 'Each hospital has its own baseline risk, which never leaves it.'

const averageReason =
  'Updates are averaged plainly: on scaled variables nothing else came closer to pooled data in our benches.'

const limitReason =
  'No round may move the model much farther than honest updates do, and all members judge it after every round: whoever sends something else gets nowhere fast.'

const endReason =
  'Training ends by itself once neither the members’ votes nor the loss over all of them get any better.'
