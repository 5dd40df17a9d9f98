import * as v from 'valibot'
import { Count, Lines, Real } from './values.ts'
import type { Outcome } from './variable.ts'

const Layer = v.strictObject({
  units: Count(1, 4096),
  activation: v.picklist(['relu', 'tanh', 'sigmoid', 'gelu', 'linear']),
})

/** The shape of the model. `linear` is a generalised linear model of the study's task. */
export const Architecture = v.variant('kind', [
  v.strictObject({ kind: v.literal('linear') }),
  v.strictObject({
    kind: v.literal('mlp'),
    layers: v.pipe(v.array(Layer), v.minLength(1), v.maxLength(8)),
    dropout: v.optional(Real(0, 0.9), 0),
    normalisation: v.optional(v.picklist(['none', 'layer']), 'none'),
  }),
])
export type Architecture = v.InferOutput<typeof Architecture>

/** What each member does between two sums. The same number of steps everywhere, unless `steps` is 'epoch'. */
export const LocalTraining = v.strictObject({
  optimizer: v.optional(v.picklist(['sgd', 'momentum', 'adam']), 'sgd'),
  learningRate: Real(1e-7, 100),
  batch: Count(16, 65536),
  steps: v.union([Count(1, 100_000), v.literal('epoch')]),
  proximal: v.optional(Real(0, 100), 0),
  controlVariates: v.optional(v.boolean(), false),
})
export type LocalTraining = v.InferOutput<typeof LocalTraining>

/** What every member does with the averaged update, the same everywhere. */
export const OuterOptimizer = v.variant('kind', [
  v.strictObject({ kind: v.literal('average') }),
  v.strictObject({
    kind: v.picklist(['momentum', 'nesterov']),
    learningRate: Real(1e-6, 100),
    momentum: Real(0, 0.999),
  }),
  v.strictObject({
    kind: v.picklist(['adam', 'yogi']),
    learningRate: Real(1e-6, 100),
    beta1: Real(0, 0.999),
    beta2: Real(0, 0.99999),
    epsilon: Real(1e-12, 1),
  }),
])
export type OuterOptimizer = v.InferOutput<typeof OuterOptimizer>

/** How a linear model is fitted to its optimum by sums over all rows, in place of local steps and averages. */
const ExactFit = v.strictObject({
  kind: v.literal('exact'),
  /** The fit has converged once its next step is below this, in standard errors. */
  tolerance: Real(1e-14, 1e-2),
  /** None for inference; a ridge, chosen from the opened sums, for prediction. */
  penalty: v.picklist(['none', 'ridge']),
  /** Standard errors that hold though the model does not: by each row's own misses, or by each hospital's. Else they are the model's. */
  errors: v.exactOptional(v.picklist(['robust', 'clustered'])),
})
export type ExactFit = v.InferOutput<typeof ExactFit>

/** Everything that runs at a member, declared: never code. Anything that is not in this schema is refused. */
export const Plan = v.strictObject({
  model: Architecture,
  /** Random: one that is shared, and for each hospital a deviation of its own, drawn to 0 as far as the opened sums say. Exact fits with a ridge only. */
  intercept: v.picklist(['private', 'shared', 'random']),
  head: v.optional(v.picklist(['shared', 'private']), 'shared'),
  l2: Real(0, 1000),
  /** Linear models only. Rounds are then the most sums of the fit; `local`, `outer`, `l2` and how far a round may move mean nothing. */
  fit: v.exactOptional(ExactFit),
  local: LocalTraining,
  outer: OuterOptimizer,
  rounds: Count(1, 10_000),
  stopping: v.optional(
    v.variant('kind', [
      v.strictObject({ kind: v.literal('never') }),
      v.strictObject({ kind: v.literal('votes'), patience: Count(1, 100) }),
      // No sum was an improvement by votes, nor did the loss over the sums in force fall by this share.
      v.strictObject({
        kind: v.literal('converged'),
        patience: Count(1, 100),
        tolerance: Real(1e-6, 0.5),
      }),
    ]),
    { kind: 'never' },
  ),
  /** Whether members judge the model after every round, and a majority of "worse" rolls it back. Also done where votes stop training. */
  gate: v.exactOptional(v.literal('votes')),
  /** The largest magnitude of one value of an update; larger ones are clipped and the member is told. Never above `boundOf`. */
  updateBound: v.optional(Real(1e-3, 1e4), 10),
  /** How far one round may move a number of the shared model, whatever the sum says; never farther than `movementOf`. */
  movement: v.exactOptional(Real(1e-4, 1)),
  /** Share of values at either end of every number variable that is drawn in to the quantile over all hospitals; none where absent. */
  clipping: v.exactOptional(Real(1e-3, 0.2)),
  origin: v.optional(Lines(500), ''),
})
export type Plan = v.InferOutput<typeof Plan>

/** When training ends by default. Found by `npm run bench -- votes`: little is lost against training on, and small held-out sets end nothing too early. */
export const CONVERGED = {
  kind: 'converged',
  patience: 6,
  tolerance: 0.005,
} as const satisfies Plan['stopping']

/** Exact fits by default: for intervals to as many digits as a pooled analysis prints, for prediction to a thousandth of a standard error. */
export const EXACT = { kind: 'exact', tolerance: 1e-6, penalty: 'none' } as const satisfies ExactFit
export const PREDICTIVE = { kind: 'exact', tolerance: 1e-3, penalty: 'ridge' } as const satisfies ExactFit
/** The most sums that an exact fit may take. */
export const MOST_FIT_ROUNDS = 20

/**
 * How the level of the outcome is fitted where nobody says otherwise: for prediction drawn to that of all, for intervals one for each
 * hospital, as in a pooled analysis with hospitals as a factor; times have a baseline for each.
 */
export function interceptOf(task: Outcome['task'], fit: Pick<ExactFit, 'penalty'> | null): Plan['intercept'] {
  return task !== 'survival' && fit?.penalty === 'ridge' ? 'random' : 'private'
}

/** A plan's averaged training, as where there is no exact fit; of a random intercept each hospital keeps its own. */
export function averagedOf(plan: Plan): Plan {
  const averaged: Plan = { ...plan, intercept: plan.intercept === 'random' ? 'private' : plan.intercept }
  delete averaged.fit
  return averaged
}

/** Inputs are in standard deviations: no round moves a number of the model by more than one of them. */
export const FARTHEST = 1
/** Of what a member's steps add up to, honest sums moved a number by a fifth at most; Adam's by the whole of it. */
const MOVED_SHARE = { sgd: 0.25, momentum: 0.25, adam: 1 }
/** Honest members lie up to twice as far apart as their mean. */
const APART = 2
/** Where members go once through their rows, so many steps are reckoned with. */
const STEPS_OF_EPOCH = 100
const MOMENTUM = 0.9

/**
 * How far one round may move a number of the shared model: near what honest updates come to, by learning rate and steps, and
 * what the plan declares where that is less. The same at every member.
 */
export function movementOf({ movement, local }: Pick<Plan, 'movement' | 'local'>): number {
  return Math.min(movement ?? FARTHEST, MOVED_SHARE[local.optimizer] * reachOf(local))
}

/** The largest magnitude of one value of an update, as the ring is laid out and members clip: near honest ones, at most as declared. */
export function boundOf(plan: Pick<Plan, 'movement' | 'local' | 'updateBound'>): number {
  return Math.min(plan.updateBound, APART * movementOf(plan))
}

/** What the local steps of a round add up to where every gradient is 1. */
function reachOf({ optimizer, learningRate, steps }: LocalTraining): number {
  const count = steps === 'epoch' ? STEPS_OF_EPOCH : steps
  if (optimizer !== 'momentum') return learningRate * count
  const lost = (MOMENTUM * (1 - MOMENTUM ** count)) / (1 - MOMENTUM)
  return (learningRate * (count - lost)) / (1 - MOMENTUM)
}
