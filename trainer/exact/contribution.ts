import { classSums, ownOffsets } from './classes.ts'
import { coxSums } from './cox.ts'
import type { Design } from './design.ts'
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

interface Own {
  /** Added to the score of every class, or the one prediction. */
  readonly offsets: Float64Array
  /** Classes whose intercept is fitted; [1] for two classes and for numbers. */
  readonly free: readonly number[]
}

function ownIntercept(
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

function evaluate(
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
  const inner = new Float64Array(count * count)
  places.forEach((p, i) =>
    places.forEach((r, j) => {
      inner[i * count + j] = at(information, p * size + r) + (i === j ? precision : 0)
    }),
  )
  const factor = factorise(inner, count, Number.MIN_VALUE)
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
