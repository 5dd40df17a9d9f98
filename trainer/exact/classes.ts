import type { Design } from './design.ts'
import { at, factorise, solve } from './matrix.ts'
import type { Problem } from './problem.ts'
import { addBlock, emptySums, type Sums } from './sums.ts'

const NEWTON_STEPS = 100
const HALVINGS = 40
const SMALL = 1e-13
const LARGEST_STEP = 8

/** Rows under coefficients: scores of every class (the first is the reference, 0), row after row. */
interface Scored {
  readonly classes: number
  readonly scores: Float64Array
  readonly labels: Float64Array
}

/** The sums of logistic (two classes) or multinomial regression; `offsets`, one for each class, are added to all scores. */
export function classSums(
  problem: Problem,
  design: Design,
  coefficients: Float64Array,
  offsets: Float64Array,
  wanted: boolean,
): Sums {
  const { outputs, columns } = problem
  const classes = outputs + 1
  const { scores, labels } = scoreOf(problem, design, coefficients)
  const sums = emptySums(problem, design.rows, wanted)
  const chances = new Float64Array(classes)
  for (let row = 0; row < design.rows; row++) {
    const label = at(labels, row)
    sums.value += writeChances(scores, row * classes, offsets, label, chances)
    const from = row * columns
    for (let k = 1; k < classes; k++) {
      const error = Number(k === label) - at(chances, k)
      addScaled(sums.gradient, (k - 1) * columns, design.x, from, columns, error)
    }
    if (sums.information) addCurvature(sums.information, problem, design.x, from, chances)
  }
  return sums
}

/** The free intercepts of a hospital's own that fit it best under these coefficients, one for each class. */
export function ownOffsets(
  problem: Problem,
  design: Design,
  coefficients: Float64Array,
  precision: number,
): { offsets: Float64Array; free: readonly number[] } {
  const scored = scoreOf(problem, design, coefficients)
  const seen = new Set(design.y)
  const all = Array.from({ length: problem.outputs + 1 }, (_, k) => k)
  const present = precision > 0 ? all : all.filter((k) => seen.has(k))
  // Free intercepts drive a class that a hospital has not to probability 0: it is left out there.
  const offsets = Float64Array.from(all, (k) => (present.includes(k) ? 0 : -Infinity))
  const free = present.slice(1)
  if (free.length === 0) return { offsets, free }
  if (precision === 0) startOffsets(scored, offsets, present)
  fitOffsets(scored, offsets, free, precision)
  return { offsets, free }
}

/** Near the answer wherever the scores lie: the classes' frequencies against their mean scores. */
function startOffsets(
  { classes, scores, labels }: Scored,
  offsets: Float64Array,
  present: readonly number[],
) {
  const level = (k: number) => {
    let [count, sum] = [0, 0]
    for (let row = 0; row < labels.length; row++) {
      count += Number(at(labels, row) === k)
      sum += at(scores, row * classes + k)
    }
    return Math.log(count) - sum / labels.length
  }
  const base = level(present[0] ?? 0)
  for (const k of present.slice(1)) offsets[k] = level(k) - base
}

/** Newton's method, halved until the log-likelihood rises: it is concave. Ends where nothing rises any more. */
function fitOffsets(scored: Scored, offsets: Float64Array, free: readonly number[], precision: number) {
  let now = slopeOf(scored, offsets, free, precision)
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const change = solve(factorise(now.curve, free.length, Number.MIN_VALUE), now.slope).map(within)
    const before = Float64Array.from(offsets)
    const next = climb((share) => {
      for (const [i, k] of free.entries()) offsets[k] = at(before, k) + share * at(change, i)
      const tried = slopeOf(scored, offsets, free, precision)
      return tried.value >= now.value - 1e-12 * Math.abs(now.value) ? tried : null
    })
    if (!next) offsets.set(before)
    if (!next || change.every((one) => Math.abs(one) < SMALL)) return
    now = next
  }
}

/** The first of the step, its half, its quarter and so on that is good; null where none is. */
function climb<T>(attempt: (share: number) => T | null): T | null {
  let share = 1
  for (let halved = 0; halved < HALVINGS; halved++, share /= 2) {
    const found = attempt(share)
    if (found) return found
  }
  return null
}

/** Where a hospital's rows are sure of their classes its curve vanishes: no step is longer than this. */
function within(change: number): number {
  return Number.isNaN(change) ? 0 : Math.min(LARGEST_STEP, Math.max(-LARGEST_STEP, change))
}

function slopeOf(scored: Scored, offsets: Float64Array, free: readonly number[], precision: number) {
  const { classes, scores, labels } = scored
  const size = free.length
  const slope = new Float64Array(size)
  const curve = new Float64Array(size * size)
  const chances = new Float64Array(classes)
  let value = 0
  for (let row = 0; row < labels.length; row++) {
    const label = at(labels, row)
    value += writeChances(scores, row * classes, offsets, label, chances)
    for (const [i, k] of free.entries()) {
      const p = at(chances, k)
      slope[i] = at(slope, i) + Number(k === label) - p
      for (const [j, l] of free.entries()) {
        curve[i * size + j] = at(curve, i * size + j) + p * (Number(j === i) - at(chances, l))
      }
    }
  }
  for (const [i, k] of free.entries()) {
    slope[i] = at(slope, i) - precision * at(offsets, k)
    curve[i * size + i] = at(curve, i * size + i) + precision
    value -= (precision * at(offsets, k) ** 2) / 2
  }
  return { slope, curve, value }
}

function scoreOf({ outputs, columns }: Problem, design: Design, coefficients: Float64Array): Scored {
  const classes = outputs + 1
  const scores = new Float64Array(design.rows * classes)
  for (let row = 0; row < design.rows; row++) {
    for (let k = 1; k < classes; k++) {
      let sum = 0
      const own = (k - 1) * columns
      for (let c = 0; c < columns; c++) sum += at(design.x, row * columns + c) * at(coefficients, own + c)
      scores[row * classes + k] = sum
    }
  }
  return { classes, scores, labels: design.y }
}

/** Writes a row's probabilities and returns the log-likelihood of its label, without overflow. */
function writeChances(
  scores: Float64Array,
  from: number,
  offsets: Float64Array,
  label: number,
  chances: Float64Array,
): number {
  const classes = chances.length
  let largest = -Infinity
  for (let k = 0; k < classes; k++) largest = Math.max(largest, at(scores, from + k) + at(offsets, k))
  let sum = 0
  for (let k = 0; k < classes; k++) {
    const e = Math.exp(at(scores, from + k) + at(offsets, k) - largest)
    chances[k] = e
    sum += e
  }
  for (let k = 0; k < classes; k++) chances[k] = at(chances, k) / sum
  return at(scores, from + label) + at(offsets, label) - largest - Math.log(sum)
}

function addCurvature(
  information: Float64Array,
  problem: Problem,
  x: Float64Array,
  from: number,
  p: Float64Array,
) {
  const { outputs, columns } = problem
  for (let k = 0; k < outputs; k++) {
    for (let l = k; l < outputs; l++) {
      const weight = at(p, k + 1) * (Number(l === k) - at(p, l + 1))
      addBlock(information, problem, [k, l], x, from, columns, weight)
    }
  }
}

function addScaled(
  into: Float64Array,
  to: number,
  x: Float64Array,
  from: number,
  count: number,
  by: number,
): void {
  for (let c = 0; c < count; c++) into[to + c] = at(into, to + c) + by * at(x, from + c)
}
