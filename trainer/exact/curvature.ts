import { at, dot, multiply } from './matrix.ts'
import type { Problem } from './problem.ts'
import type { ExactState } from './state.ts'

/** A step between two sums. */
export interface Step {
  /** By how much coefficients moved, and the gradient fell. */
  readonly moved: Float64Array
  readonly bent: Float64Array
  readonly taken: boolean
  /** The information where the step led, if it was opened. */
  readonly matrix: Float64Array | null
}

/** What is known of the information at the best coefficients after a step. */
export function curvatureAfter(
  problem: Problem,
  { first, curvature }: ExactState,
  { moved, bent, taken, matrix }: Step,
) {
  if (isBowl(problem)) return first
  if (taken && matrix) return matrix
  return learn(taken ? curvature : steeper(curvature, moved, bent), moved, bent)
}

/** Least squares have the same information everywhere: it is opened once. */
export function isBowl({ family }: Problem): boolean {
  return family === 'number'
}

/** The curvature scaled up to what a step that went too far has met: it may be as wrong in every direction. */
function steeper(curvature: Float64Array, moved: Float64Array, bent: Float64Array): Float64Array {
  const assumed = dot(moved, multiply(curvature, moved))
  const met = dot(moved, bent)
  return assumed > 0 && met > assumed ? curvature.map((value) => value * (met / assumed)) : curvature
}

/** Brings the curvature along by what gradients a step apart say of it. */
function learn(curvature: Float64Array, moved: Float64Array, bent: Float64Array): Float64Array {
  const before = multiply(curvature, moved)
  const old = dot(moved, before)
  const found = dot(moved, bent)
  // Log-likelihoods here are concave: anything else is noise of the fixed point, or a lie.
  if (!(old > 0 && found > 1e-8 * old)) return curvature
  const size = moved.length
  return curvature.map((value, index) => {
    const i = Math.floor(index / size)
    const j = index % size
    return value - (at(before, i) * at(before, j)) / old + (at(bent, i) * at(bent, j)) / found
  })
}
