import { at } from './matrix.ts'
import { coefficientsOf, type Problem } from './problem.ts'

/** What one hospital's rows add up to at given coefficients. */
export interface Sums {
  /** The log-likelihood (least squares: minus half the sum of squared errors). */
  value: number
  readonly rows: number
  readonly gradient: Float64Array
  /** Minus the second derivatives, row-major; null where it is not asked for. Upper triangle until it is mirrored. */
  readonly information: Float64Array | null
}

/** Sums over no rows yet. */
export function emptySums(problem: Problem, rows: number, wanted: boolean): Sums {
  const size = coefficientsOf(problem)
  const information = wanted ? new Float64Array(size * size) : null
  return { value: 0, rows, gradient: new Float64Array(size), information }
}

/** Adds weight * x x' to the block of two outputs: its upper triangle where they are the same one. */
export function addBlock(
  information: Float64Array,
  problem: Problem,
  [k, l]: readonly [number, number],
  x: Float64Array,
  from: number,
  columns: number,
  weight: number,
): void {
  const size = coefficientsOf(problem)
  for (let a = 0; a < columns; a++) {
    const by = weight * at(x, from + a)
    if (by === 0) continue
    const row = (k * columns + a) * size + l * columns
    for (let b = k === l ? a : 0; b < columns; b++) {
      information[row + b] = at(information, row + b) + by * at(x, from + b)
    }
  }
}

/** Copies the upper triangle into the lower one. */
export function mirror(information: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) information[i * size + j] = at(information, j * size + i)
  }
}
