import { evaluate, informationOf, innerOf, ownIntercept, sumsOf } from './contribution.ts'
import type { Design } from './design.ts'
import { at, factorise, packUpper, solve } from './matrix.ts'
import { coefficientsOf, exactParts, type Problem } from './problem.ts'

/**
 * One hospital's part of the last sum of a fit with robust errors, at its optimum: the middle of the sandwich (Huber 1967,
 * White 1980), in the information's place. Robust: the outer products of its rows' scores. Clustered: that of the sum of them,
 * by the root of `rows`, the training rows of all hospitals, so that it stays small. An intercept of the hospital's own is profiled out of
 * each score, which gives the errors of the pooled fit with an intercept for each. Beside it leave the number of rows, and zeros.
 */
export function contributeScores(
  problem: Problem,
  design: Design,
  coefficients: Float64Array,
  rows: number,
): Float64Array {
  const size = coefficientsOf(problem)
  const parts = exactParts(problem)
  const products = new Float64Array(size * size)
  if (problem.errors === 'clustered') {
    addSquare(
      products,
      sumsOf(problem, design, coefficients, false).gradient,
      1 / Math.sqrt(Math.max(1, rows)),
    )
  } else for (const score of rowScores(problem, design, coefficients)) addSquare(products, score, 1)
  const out = new Float64Array(parts.length)
  out[parts.rows] = design.rows
  out.set(packUpper(products, size), parts.information)
  return out
}

/** Adds by * score score', its upper triangle. */
function addSquare(products: Float64Array, score: Float64Array, by: number): void {
  const size = score.length
  for (let i = 0; i < size; i++) {
    const own = by * at(score, i)
    if (own === 0) continue
    for (let j = i; j < size; j++) products[i * size + j] = at(products, i * size + j) + own * at(score, j)
  }
}

/** The gradient of each row; of one with an intercept of the hospital's own, what is left of it under that intercept. */
function* rowScores(problem: Problem, design: Design, coefficients: Float64Array): Generator<Float64Array> {
  const own = problem.own === null ? null : ownIntercept(problem, design, coefficients, problem.own)
  const offsets = own?.offsets ?? null
  const size = coefficientsOf(problem)
  const { columns } = problem
  const places = (own?.free ?? []).map((k) => (k - 1) * columns)
  const information = own ? informationOf(problem, design, coefficients, offsets) : new Float64Array(0)
  const factor = factorise(innerOf(information, size, places, 0), places.length, Number.MIN_VALUE)
  for (let row = 0; row < design.rows; row++) {
    const x = design.x.subarray(row * columns, (row + 1) * columns)
    const one = { rows: 1, x, y: design.y.subarray(row, row + 1), events: null }
    const { gradient } = evaluate(problem, one, coefficients, offsets, false)
    const share = solve(
      factor,
      Float64Array.from(places, (place) => at(gradient, place)),
    )
    yield gradient.map((value, i) => {
      if (own && i % columns === 0) return 0
      return places.reduce((left, place, j) => left - at(information, place * size + i) * at(share, j), value)
    })
  }
}
