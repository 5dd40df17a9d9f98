import type { OuterOptimizer } from '#domain/plan.ts'

/** A step of the outer optimiser, before anything is rounded to 32 bits. */
export interface OuterStep {
  readonly params: Float64Array
  readonly state: Float64Array
}

/** How many 64-bit numbers the outer optimiser remembers between rounds. */
export function outerStateLength({ kind }: OuterOptimizer, parameters: number): number {
  if (kind === 'average') return 0
  return kind === 'momentum' || kind === 'nesterov' ? parameters : 2 * parameters
}

/**
 * Moves the shared parameters by the hospitals' weighted mean update. Uses + - * / and sqrt alone, in a fixed order: the
 * same bits at every member. `average` is FedAvg (McMahan et al. 2017), `momentum` FedAvgM (Hsu et al. 2019), `nesterov` the
 * outer step of DiLoCo (Douillard et al. 2023), `adam` and `yogi` those of Reddi et al. (2021), without bias correction and
 * with second moments that start at epsilon squared.
 */
export function stepOuter(
  outer: OuterOptimizer,
  params: Float32Array,
  state: Float64Array,
  meanUpdate: Float64Array,
): OuterStep {
  if (outer.kind === 'average') {
    return { params: Float64Array.from(params, (value, i) => value + (meanUpdate[i] ?? 0)), state }
  }
  if ('momentum' in outer) return stepMomentum(outer, params, state, meanUpdate)
  return stepAdaptive(outer, params, state, meanUpdate)
}

type Momentum = Extract<OuterOptimizer, { kind: 'momentum' | 'nesterov' }>
type Adaptive = Extract<OuterOptimizer, { kind: 'adam' | 'yogi' }>

function stepMomentum(
  { kind, learningRate, momentum }: Momentum,
  params: Float32Array,
  state: Float64Array,
  meanUpdate: Float64Array,
): OuterStep {
  const velocity = Float64Array.from(meanUpdate, (update, i) => momentum * (state[i] ?? 0) + update)
  const moved = Float64Array.from(params, (value, i) => {
    const speed = velocity[i] ?? 0
    const step = kind === 'nesterov' ? (meanUpdate[i] ?? 0) + momentum * speed : speed
    return value + learningRate * step
  })
  return { params: moved, state: velocity }
}

function stepAdaptive(
  { kind, learningRate, beta1, beta2, epsilon }: Adaptive,
  params: Float32Array,
  state: Float64Array,
  meanUpdate: Float64Array,
): OuterStep {
  const n = params.length
  const next = new Float64Array(2 * n)
  const moved = Float64Array.from(params, (value, i) => {
    const update = meanUpdate[i] ?? 0
    const square = update * update
    const first = beta1 * (state[i] ?? 0) + (1 - beta1) * update
    const before = state[n + i] ?? 0
    const towards = before > square ? -square : square
    const second =
      kind === 'adam'
        ? beta2 * before + (1 - beta2) * square
        : before === square
          ? before
          : before + (1 - beta2) * towards
    next[i] = first
    next[n + i] = second
    return value + (learningRate * first) / (Math.sqrt(second) + epsilon)
  })
  return { params: moved, state: next }
}

/** What the outer optimiser remembers before the first round. */
export function firstOuterState(outer: OuterOptimizer, parameters: number): Float64Array {
  const state = new Float64Array(outerStateLength(outer, parameters))
  if (outer.kind === 'adam' || outer.kind === 'yogi') state.fill(outer.epsilon * outer.epsilon, parameters)
  return state
}
