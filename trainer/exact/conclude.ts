import { AppError } from '#domain/errors.ts'
import { at, dot, factorise, multiply, solve, unpackUpper } from './matrix.ts'
import { coefficientsOf, exactParts, isIntercept, type Problem } from './problem.ts'

/** How far an exact fit has come. */
export type Status = 'running' | 'converged' | 'separated'

/** What all members know of an exact fit after a sum: the same bits at each. */
export interface ExactState {
  readonly status: Status
  /** How many sums led here. */
  readonly sums: number
  /** The coefficients that the next sum is taken at; the result once the fit has converged. */
  readonly coefficients: Float64Array
  /** The best coefficients so far, with what was opened there. */
  readonly best: Best
  /** Approximate information at the best coefficients (row-major): that of the first sum, brought along by the gradients. */
  readonly curvature: Float64Array
  /** Information where the fit began, row-major. */
  readonly first: Float64Array
  /** Log-likelihood where the fit began: with the first coefficients as they are, that of the model without variables. */
  readonly nullValue: number
  /** Strength of the penalty ridge/2 * sum of squares over all coefficients but intercepts. */
  readonly ridge: number
  /** Length of the last step taken, by the first information; and for how many sums steps have not shrunk where nothing is gained. */
  readonly step: number
  readonly flat: number
}

/** Coefficients and the opened sums at them. */
export interface Best {
  readonly coefficients: Float64Array
  readonly value: number
  readonly gradient: Float64Array
  readonly rows: number
}

/** What the plan says of a fit. */
export interface FitRule {
  /** Converged where the next step is below this, in standard errors (the root of Newton's decrement). */
  readonly tolerance: number
  readonly ridge: number
}

const ENOUGH = 1e-4
const FLAT = 0.05
const VANISHED = 0.01
const NOT_SHRUNK = 0.5
const FLAT_SUMS = 3

/** The next state from the one before (null at the first sum, which was taken at `start` with the information). */
export function concludeExact(
  problem: Problem,
  rule: FitRule,
  state: ExactState | null,
  start: Float64Array,
  sum: Float64Array,
): ExactState {
  const size = coefficientsOf(problem)
  const parts = exactParts(problem, sum.length > size + 2)
  if (sum.length !== parts.length || !sum.every(Number.isFinite)) {
    throw new AppError('bad-request', 'The sum is not one of this study')
  }
  const opened: Best = {
    coefficients: state?.coefficients ?? start,
    gradient: sum.slice(0, size),
    value: at(sum, parts.value),
    rows: Math.round(at(sum, parts.rows)),
  }
  const matrix = parts.information === null ? null : unpackUpper(sum.subarray(parts.information), size)
  if (!state) return begin(problem, rule, opened, matrix)
  return proceed(problem, rule, state, opened, matrix)
}

function begin(problem: Problem, rule: FitRule, best: Best, matrix: Float64Array | null): ExactState {
  if (!matrix) throw new AppError('bad-request', 'The first sum of an exact fit has the information')
  const state = {
    sums: 1,
    best,
    curvature: matrix,
    first: matrix,
    nullValue: best.value,
    ridge: rule.ridge,
    step: 0,
    flat: 0,
  }
  return aim(problem, rule, { ...state, status: 'running', coefficients: best.coefficients })
}

function proceed(
  problem: Problem,
  rule: FitRule,
  state: ExactState,
  opened: Best,
  matrix: Float64Array | null,
): ExactState {
  const moved = opened.coefficients.map((value, i) => value - at(state.best.coefficients, i))
  const bent = state.best.gradient.map((value, i) => value - at(opened.gradient, i))
  const promised = dot(moved, penalisedGradient(problem, state.best, state.ridge))
  const gain = objective(problem, opened, state.ridge) - objective(problem, state.best, state.ridge)
  const noise = 1e-9 * Math.max(1, Math.abs(state.best.value) * 1e-6)
  const taken = gain >= ENOUGH * promised - noise
  const curvature = matrix && taken ? matrix : learn(state.curvature, moved, bent)
  const best = taken ? opened : state.best
  const step = taken ? lengthOf(state.first, moved) : state.step
  return aim(problem, rule, { ...state, sums: state.sums + 1, best, curvature, step })
}

/** The next step: Newton's by the curvature as it is known. */
function aim(problem: Problem, rule: FitRule, state: ExactState): ExactState {
  const { best, curvature, ridge, first } = state
  const size = coefficientsOf(problem)
  const bowl = Float64Array.from(curvature)
  for (let i = 0; i < size; i++) {
    if (!isIntercept(problem, i)) bowl[i * size + i] = at(bowl, i * size + i) + ridge
  }
  const slope = penalisedGradient(problem, best, ridge)
  const change = solve(factorise(bowl, size), slope)
  const decrement = Math.sqrt(Math.max(0, dot(slope, change)))
  const coefficients = best.coefficients.map((value, i) => value + at(change, i))
  const length = lengthOf(first, change)
  const isFlat =
    ridge === 0 &&
    decrement ** 2 < FLAT &&
    decrement ** 2 < VANISHED * length ** 2 &&
    length > NOT_SHRUNK * state.step
  const flat = isFlat ? state.flat + 1 : 0
  const status = decrement <= rule.tolerance ? 'converged' : flat >= FLAT_SUMS ? 'separated' : 'running'
  return { ...state, status, coefficients, flat }
}

/** Brings the curvature along (Broyden, Fletcher, Goldfarb, Shanno 1970): what gradients a step apart say of it. */
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

function objective(problem: Problem, { coefficients, value }: Best, ridge: number): number {
  let sum = 0
  coefficients.forEach((one, i) => (sum += isIntercept(problem, i) ? 0 : one * one))
  return value - (ridge * sum) / 2
}

function penalisedGradient(problem: Problem, { coefficients, gradient }: Best, ridge: number): Float64Array {
  return gradient.map((value, i) => (isIntercept(problem, i) ? value : value - ridge * at(coefficients, i)))
}

function lengthOf(information: Float64Array, step: Float64Array): number {
  return Math.sqrt(Math.max(0, dot(step, multiply(information, step))))
}
