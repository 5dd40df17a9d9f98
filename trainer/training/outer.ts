import type { OuterOptimizer } from '#domain/plan.ts'

/** A step of the outer optimiser, before anything is rounded to 32 bits. */
export interface OuterStep {
  readonly params: Float64Array
  readonly state: Float64Array
}

/** How many 64-bit numbers the outer optimiser remembers between rounds: none yet for a plain average, whatever the model. */
export function outerStateLength(_outer: OuterOptimizer, _parameters: number): number {
  return 0
}

/**
 * Moves the shared parameters by the hospitals' weighted mean update. Uses + - * / and sqrt alone, in a fixed order: the
 * same bits at every member. `average` is FedAvg (McMahan et al. 2017).
 */
export function stepOuter(
  _outer: OuterOptimizer,
  params: Float32Array,
  state: Float64Array,
  meanUpdate: Float64Array,
): OuterStep {
  return { params: Float64Array.from(params, (value, i) => value + (meanUpdate[i] ?? 0)), state }
}
