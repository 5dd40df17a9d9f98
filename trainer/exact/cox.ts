import type { Design } from './design.ts'
import { at } from './matrix.ts'
import type { Problem } from './problem.ts'
import { addBlock, emptySums, type Sums } from './sums.ts'

/** Below this a sum over a risk set has underflowed: scores lie hundreds apart. */
const SMALLEST = 1e-290

/**
 * The sums of Cox's partial likelihood (1972) of one hospital, ties after Efron (1977). Summed over hospitals they are those of
 * a model stratified by hospital. A hospital without events adds 0.
 */
export function coxSums(problem: Problem, design: Design, coefficients: Float64Array, wanted: boolean): Sums {
  const { columns } = problem
  const { rows, x, events } = design
  const sums = emptySums(problem, rows, wanted)
  const order = Uint32Array.from({ length: rows }, (_, i) => i).toSorted(
    (a, b) => at(design.y, b) - at(design.y, a),
  )
  const walk = { ...relativeHazards(design, columns, coefficients), order, atRisk: newRisk(columns) }
  const factors = new Float64Array(rows)
  const moments: Moment[] = []
  for (let from = 0; from < rows;) {
    const to = endOfTies(design, order, from)
    moments.push(enterTies(sums, walk, design, from, to, columns))
    from = to
  }
  // A row is in the risk set of its own time and of all earlier ones.
  let inverse = 0
  for (const moment of moments.toReversed()) {
    inverse += moment.inverse
    for (let place = moment.from; place < moment.to; place++) {
      const i = order[place] as number
      const event = events?.[i] ? 1 : 0
      factors[i] = at(walk.relative, i) * (inverse - event * moment.share)
      const by = event - at(factors, i)
      for (let c = 0; c < columns; c++) sums.gradient[c] = at(sums.gradient, c) + by * at(x, i * columns + c)
    }
  }
  if (sums.information) {
    for (let i = 0; i < rows; i++)
      addBlock(sums.information, problem, [0, 0], x, i * columns, columns, at(factors, i))
  }
  return sums
}

/** The place after the rows that have the time of this one. */
function endOfTies({ rows, y }: Design, order: Uint32Array, from: number): number {
  let to = from + 1
  while (to < rows && at(y, order[to] as number) === at(y, order[from] as number)) to += 1
  return to
}

/** Rows of one time: their places in the order, and the sum of 1/denominator over its events, also with Efron's shares. */
interface Moment {
  readonly from: number
  readonly to: number
  readonly inverse: number
  readonly share: number
}

/** Those at risk, as the order goes back in time: relative hazards, and features weighted by them. */
interface Risk {
  total: number
  readonly features: Float64Array
}

interface Walk {
  readonly scores: Float64Array
  readonly relative: Float64Array
  readonly largest: number
  readonly order: Uint32Array
  readonly atRisk: Risk
}

function newRisk(columns: number): Risk {
  return { total: 0, features: new Float64Array(columns) }
}

function relativeHazards({ rows, x }: Design, columns: number, coefficients: Float64Array) {
  const scores = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    let sum = 0
    for (let c = 0; c < columns; c++) sum += at(x, i * columns + c) * at(coefficients, c)
    scores[i] = sum
  }
  const largest = scores.reduce((most, one) => Math.max(most, one), -Infinity)
  return { scores, largest, relative: scores.map((score) => Math.exp(score - largest)) }
}

/** Takes the rows of one time into the risk set, and adds what its events add to the value and the information. */
function enterTies(
  sums: Sums,
  { scores, relative, largest, order, atRisk }: Walk,
  { x, events }: Design,
  from: number,
  to: number,
  columns: number,
): Moment {
  const tied = newRisk(columns)
  let count = 0
  for (let place = from; place < to; place++) {
    const i = order[place] as number
    enter(atRisk, at(relative, i), x, i * columns)
    if (!events?.[i]) continue
    count += 1
    sums.value += at(scores, i)
    enter(tied, at(relative, i), x, i * columns)
  }
  let [inverse, share] = [0, 0]
  const mean = new Float64Array(columns)
  for (let k = 0; k < count; k++) {
    const part = k / count
    const denominator = Math.max(SMALLEST, atRisk.total - part * tied.total)
    inverse += 1 / denominator
    share += part / denominator
    sums.value -= Math.log(denominator) + largest
    if (!sums.information) continue
    for (let c = 0; c < columns; c++) {
      mean[c] = (at(atRisk.features, c) - part * at(tied.features, c)) / denominator
    }
    takeSquare(sums.information, mean)
  }
  return { from, to, inverse, share }
}

function enter(risk: Risk, by: number, x: Float64Array, from: number): void {
  risk.total += by
  for (let c = 0; c < risk.features.length; c++) {
    risk.features[c] = at(risk.features, c) + by * at(x, from + c)
  }
}

function takeSquare(information: Float64Array, mean: Float64Array): void {
  const size = mean.length
  for (let a = 0; a < size; a++) {
    for (let b = a; b < size; b++) {
      information[a * size + b] = at(information, a * size + b) - at(mean, a) * at(mean, b)
    }
  }
}
