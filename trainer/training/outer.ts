import type { OuterOptimizer } from '#domain/plan.ts'
import { AppError } from '#domain/errors.ts'

/** A step of the outer optimiser, before anything is rounded to 32 bits. */
export interface OuterStep {
  readonly params: Float64Array
  readonly state: Float64Array
}

/** How many 64-bit numbers the outer optimiser remembers between rounds. */
export function outerStateLength(outer: OuterOptimizer, parameters: number): number {
  if (outer.kind === 'average') return 0
  throw new AppError('not-available', `This version has no outer ${outer.kind} (${parameters} parameters)`)
}

/**
 * Moves the shared parameters by the hospitals' weighted mean update. Uses + - * / and sqrt alone, in a fixed order: the
 * same bits at every member. `average` is FedAvg (McMahan et al. 2017).
 */
export function stepOuter(
  outer: OuterOptimizer,
  params: Float32Array,
  state: Float64Array,
  meanUpdate: Float64Array,
): OuterStep {
  outerStateLength(outer, params.length)
  return { params: Float64Array.from(params, (value, i) => value + (meanUpdate[i] ?? 0)), state }
}
