import type { Design } from './design.ts'
import { at } from './matrix.ts'
import type { Problem } from './problem.ts'
import { addBlock, emptySums, type Sums } from './sums.ts'

/** The sums of least squares; `offset` is added to all predictions. */
export function squareSums(
  problem: Problem,
  design: Design,
  coefficients: Float64Array,
  offset: number,
  wanted: boolean,
): Sums {
  const { columns } = problem
  const sums = emptySums(problem, design.rows, wanted)
  for (let row = 0; row < design.rows; row++) {
    const from = row * columns
    const error = errorOf(design, row, columns, coefficients) - offset
    sums.value -= (error * error) / 2
    for (let c = 0; c < columns; c++) {
      sums.gradient[c] = at(sums.gradient, c) + error * at(design.x, from + c)
    }
    if (sums.information) addBlock(sums.information, problem, [0, 0], design.x, from, columns, 1)
  }
  return sums
}

/** The mean error of a hospital, drawn to 0 by a normal prior of this precision: its own intercept. */
export function ownOffset(
  { columns }: Problem,
  design: Design,
  coefficients: Float64Array,
  precision: number,
): number {
  let sum = 0
  for (let row = 0; row < design.rows; row++) sum += errorOf(design, row, columns, coefficients)
  return design.rows > 0 ? sum / (design.rows + precision) : 0
}

function errorOf({ x, y }: Design, row: number, columns: number, coefficients: Float64Array): number {
  let error = at(y, row)
  for (let c = 0; c < columns; c++) error -= at(x, row * columns + c) * at(coefficients, c)
  return error
}
