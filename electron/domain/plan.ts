import * as v from 'valibot'
import { Count, Lines, Real } from './values.ts'

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

/** Everything that runs at a member, declared: never code. Anything that is not in this schema is refused. */
export const Plan = v.strictObject({
  model: Architecture,
  intercept: v.picklist(['private', 'shared']),
  head: v.optional(v.picklist(['shared', 'private']), 'shared'),
  l2: Real(0, 1000),
  local: LocalTraining,
  outer: OuterOptimizer,
  rounds: Count(1, 10_000),
  stopping: v.optional(
    v.variant('kind', [
      v.strictObject({ kind: v.literal('never') }),
      v.strictObject({ kind: v.literal('votes'), patience: Count(1, 100) }),
    ]),
    { kind: 'never' },
  ),
  /** Whether members judge the model after every round, and a majority of "worse" rolls it back. Also done where votes stop training. */
  gate: v.exactOptional(v.literal('votes')),
  /** The largest magnitude of one value of an update; larger ones are clipped and the member is told. */
  updateBound: v.optional(Real(1e-3, 1e4), 10),
  /** Share of values at either end of every number variable that is drawn in to the quantile over all hospitals; none where absent. */
  clipping: v.exactOptional(Real(1e-3, 0.2)),
  origin: v.optional(Lines(500), ''),
})
export type Plan = v.InferOutput<typeof Plan>
