import { classSums, ownOffsets } from './classes.ts'
import { coxSums } from './cox.ts'
import type { Design } from './design.ts'
import { PRECISIONS } from './levels.ts'
import { at, factorise, packUpper, solve } from './matrix.ts'
import { coefficientsOf, exactParts, type Problem } from './problem.ts'
import { ownOffset, squareSums } from './squares.ts'
import { mirror, type Sums } from './sums.ts'

/** A step that went much too far is taken back all the same: its log-likelihood need not burst the sum. */
const LOWEST = -9e6

/**
 * One hospital's part of a sum at these coefficients: plain sums over its rows, laid out as `exactParts` says. An intercept of
 * its own is fitted here and profiled out (the information by Schur's complement), so that the sums of all hospitals are those
 * of the pooled fit with an intercept for each. Where the information is not asked for, its places are 0: nothing of it leaves.
 */
export function contributeExact(
  problem: Problem,
  design: Design,
  coefficients: Float64Array,
  information: boolean,
  /** The variance of the errors (1 but for numbers), where the evidence for precisions of random intercepts is asked for. */
  noise: number | null = null,
): Float64Array {
  const sums = sumsOf(problem, design, coefficients, information)
  const parts = exactParts(problem)
  const out = new Float64Array(parts.length)
  out.set(sums.gradient)
  out[parts.value] = Math.max(LOWEST, sums.value)
  out[parts.rows] = sums.rows
  if (sums.information) {
    out.set(packUpper(sums.information, coefficientsOf(problem)), parts.information)
  }
  if (noise !== null) out.set(levelEvidence(problem, design, coefficients, noise), parts.levels)
  return out
}

/** The same sums before they are laid out. */
export function sumsOf(
  problem: Problem,
  design: Design,
  coefficients: Float64Array,
  information: boolean,
): Sums {
  const own = problem.own === null ? null : ownIntercept(problem, design, coefficients, problem.own)
  const wanted = information
  const sums = evaluate(problem, design, coefficients, own?.offsets ?? null, wanted)
  if (sums.information) mirror(sums.information, coefficientsOf(problem))
  if (own && problem.own !== null) profileOut(problem, sums, own, problem.own)
  return sums
}

/** How far this hospital's own intercepts lie from the shared ones, for each output of a model (the reference class's stays 0). */
export function deviations(problem: Problem, design: Design, coefficients: Float64Array): Float64Array {
  const { offsets } = ownIntercept(problem, design, coefficients, problem.own ?? 0) ?? NONE
  return problem.family === 'classes' && problem.outputs === 1 ? offsets.slice(1) : offsets
}

const NONE: Own = { offsets: new Float64Array(0), free: [] }

/**
 * How likely this hospital's rows are under each precision of the law of own intercepts (marginal likelihood by Laplace's
 * approximation; exact for numbers, in units of the errors' variance `noise`), at these coefficients.
 */
function levelEvidence(
  problem: Problem,
  design: Design,
  coefficients: Float64Array,
  noise: number,
): Float64Array {
  return Float64Array.from(PRECISIONS, (precision) => {
    const own = ownIntercept(problem, design, coefficients, precision)
    if (!own) return 0
    const sums = evaluate(problem, design, coefficients, own.offsets, true)
    const places = own.free.map((k) => (k - 1) * problem.columns)
    let value = sums.value
    for (const k of own.free) value -= (precision * penalised(problem, own.offsets, k) ** 2) / 2
    if (!sums.information) return 0
    mirror(sums.information, coefficientsOf(problem))
    const { lower } = factorise(
      innerOf(sums.information, coefficientsOf(problem), places, precision),
      places.length,
      0,
    )
    let spread = places.length * Math.log(precision)
    for (let i = 0; i < places.length; i++) spread -= 2 * Math.log(at(lower, i * places.length + i))
    return value / noise + spread / 2
  })
}

interface Own {
  /** Added to the score of every class, or the one prediction. */
  readonly offsets: Float64Array
  /** Classes whose intercept is fitted; [1] for two classes and for numbers. */
  readonly free: readonly number[]
}

/** The intercepts of a hospital's own under these coefficients, drawn to the shared ones by a precision; null for survival. */
export function ownIntercept(
  problem: Problem,
  design: Design,
  coefficients: Float64Array,
  precision: number,
): Own | null {
  if (problem.family === 'classes') return ownOffsets(problem, design, coefficients, precision)
  if (problem.family === 'survival') return null
  return {
    offsets: Float64Array.of(ownOffset(problem, design, coefficients, precision)),
    free: design.rows > 0 ? [1] : [],
  }
}

/** A design's sums with these added to its scores, before anything is profiled out. */
export function evaluate(
  problem: Problem,
  design: Design,
  coefficients: Float64Array,
  offsets: Float64Array | null,
  wanted: boolean,
): Sums {
  if (problem.family === 'survival') return coxSums(problem, design, coefficients, wanted)
  if (problem.family === 'number') return squareSums(problem, design, coefficients, offsets?.[0] ?? 0, wanted)
  return classSums(problem, design, coefficients, offsets ?? new Float64Array(problem.outputs + 1), wanted)
}

/** Minus the second derivatives at these coefficients and offsets, whole. */
export function informationOf(
  problem: Problem,
  design: Design,
  coefficients: Float64Array,
  offsets: Float64Array | null,
): Float64Array {
  const { information } = evaluate(problem, design, coefficients, offsets, true)
  if (!information) return new Float64Array(0)
  mirror(information, coefficientsOf(problem))
  return information
}

/** Takes the hospital's own intercepts out of its sums. Free ones leave nothing at the shared intercept's place. */
function profileOut(problem: Problem, sums: Sums, { offsets, free }: Own, precision: number): void {
  const { columns, outputs } = problem
  const size = coefficientsOf(problem)
  const places = free.map((k) => (k - 1) * columns)
  for (const k of free) sums.value -= (precision * penalised(problem, offsets, k) ** 2) / 2
  if (sums.information) takeOut(sums.information, size, places, precision)
  if (precision > 0) return
  for (let k = 0; k < outputs; k++) {
    const place = k * columns
    sums.gradient[place] = 0
    for (let i = 0; sums.information && i < size; i++) {
      sums.information[place * size + i] = 0
      sums.information[i * size + place] = 0
    }
  }
}

function penalised({ family }: Problem, offsets: Float64Array, k: number): number {
  return at(offsets, family === 'number' ? 0 : k)
}

/** Schur's complement: I - I_.a (I_aa + precision)^-1 I_a. */
function takeOut(
  information: Float64Array,
  size: number,
  places: readonly number[],
  precision: number,
): void {
  const count = places.length
  const factor = factorise(innerOf(information, size, places, precision), count, Number.MIN_VALUE)
  const before = Float64Array.from(information)
  const right = new Float64Array(count)
  for (let column = 0; column < size; column++) {
    for (const [i, place] of places.entries()) right[i] = at(before, place * size + column)
    const share = solve(factor, right)
    for (let row = 0; row < size; row++) {
      let sum = 0
      for (const [i, place] of places.entries()) sum += at(before, row * size + place) * at(share, i)
      information[row * size + column] = at(before, row * size + column) - sum
    }
  }
}

/** The information about the hospital's own intercepts. */
export function innerOf(
  information: Float64Array,
  size: number,
  places: readonly number[],
  precision: number,
) {
  const count = places.length
  return Float64Array.from({ length: count * count }, (_, index) => {
    const [i, j] = [Math.floor(index / count), index % count]
    return at(information, (places[i] ?? 0) * size + (places[j] ?? 0)) + (i === j ? precision : 0)
  })
}
