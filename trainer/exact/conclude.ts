import { AppError } from '#domain/errors.ts'
import { at, dot, type Factor, factorise, multiply, solve, unpackUpper } from './matrix.ts'
import { coefficientsOf, exactParts, isIntercept, type Problem } from './problem.ts'
import { ridgeOf } from './penalty.ts'
import type { Best, ExactState } from './state.ts'

/** What the plan says of a fit. */
export interface FitRule {
  /** Converged where a sum with the information shows that the next step is below this, in standard errors. */
  readonly tolerance: number
  /** Strength of the penalty, ridge/2 * sum of squares over all coefficients but intercepts: fixed, or found from the opened sums. */
  readonly ridge: number | 'evidence'
}

/** A penalty that is found is found anew after each of so many sums; then it stays. */
const SETTLED = 8

/** Share of the gain that a step promises which it must bring (Armijo). */
const ENOUGH = 1e-4
/** From so many sums on every one has the information: gradients alone take too long. */
const PATIENCE = 12
/** Estimated steps below the tolerance times this ask for the information. */
const NEAR = 10
/** Steps that gain next to nothing, along which the information has all but vanished, and that do not get shorter. */
const FLAT = 0.05
const VANISHED = 0.01
const NOT_SHRUNK = 0.5
const FLAT_SUMS = 3

/** Whether the sum after this state has the information; the first has it. Else its places hold 0. */
export function asksInformation(state: ExactState | null): boolean {
  return state === null || state.asks
}

/**
 * The state after an opened sum: at the first coefficients (`state` null), else at those of the state. Newton's method where the
 * sum has the information, else a quasi-Newton step (Broyden, Fletcher, Goldfarb, Shanno 1970) from the first information. No
 * step that does not raise the penalised log-likelihood is kept, so it never diverges. + - * / and sqrt alone: the same bits at
 * every member. Throws 'bad-request' for a sum that is not one of this study.
 */
export function concludeExact(
  problem: Problem,
  rule: FitRule,
  state: ExactState | null,
  start: Float64Array,
  sum: Float64Array,
): ExactState {
  const size = coefficientsOf(problem)
  const parts = exactParts(problem)
  if (sum.length !== parts.length || !sum.every(Number.isFinite)) {
    throw new AppError('bad-request', 'The sum is not one of this study')
  }
  const opened: Best = {
    coefficients: state?.coefficients ?? start,
    gradient: sum.slice(0, size),
    value: at(sum, parts.value),
    rows: Math.max(0, Math.round(at(sum, parts.rows))),
  }
  const matrix = asksInformation(state) ? unpackUpper(sum.subarray(parts.information), size) : null
  return state ? proceed(problem, rule, state, opened, matrix) : begin(problem, rule, opened, matrix)
}

function begin(problem: Problem, rule: FitRule, best: Best, matrix: Float64Array | null): ExactState {
  const first = matrix ?? new Float64Array(0)
  const none = new Uint8Array(best.gradient.length)
  const ridge =
    rule.ridge === 'evidence'
      ? ridgeOf(problem, { best, curvature: first, first, aliased: none })
      : rule.ridge
  const { aliased } = factorise(bowlOf(problem, first, ridge), best.gradient.length)
  const begun: ExactState = {
    status: 'running',
    sums: 1,
    coefficients: best.coefficients,
    best,
    curvature: first,
    first,
    aliased,
    nullValue: best.value,
    ridge,
    step: 0,
    flat: 0,
    asks: false,
  }
  return aim(problem, rule, begun, true)
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
  const taken = gain >= ENOUGH * promised - resolutionOf(state.best)
  const curvature = curvatureAfter(problem, state, { moved, bent, taken, matrix })
  const best = taken ? opened : state.best
  const step = taken ? lengthOf(state.first, moved) : state.step
  const sums = state.sums + 1
  const next = { ...state, sums, best, curvature, step }
  const ridge = rule.ridge === 'evidence' && sums <= SETTLED ? ridgeOf(problem, next) : state.ridge
  return aim(problem, rule, { ...next, ridge }, taken && (matrix !== null || isBowl(problem)))
}

/** What is known of the information at the best coefficients after a step. */
function curvatureAfter(
  problem: Problem,
  { first, curvature }: ExactState,
  { moved, bent, taken, matrix }: Step,
) {
  if (isBowl(problem)) return first
  if (taken && matrix) return matrix
  return learn(taken ? curvature : steeper(curvature, moved, bent), moved, bent)
}

interface Step {
  /** By how much coefficients moved, and the gradient fell. */
  readonly moved: Float64Array
  readonly bent: Float64Array
  readonly taken: boolean
  /** The information where the step led, if it was opened. */
  readonly matrix: Float64Array | null
}

/** Least squares have the same information everywhere: it is opened once. */
function isBowl({ family }: Problem): boolean {
  return family === 'number'
}

/** Differences of log-likelihoods below this are roundings of the sum. */
function resolutionOf({ value }: Best): number {
  return 1e-7 + 1e-13 * Math.abs(value)
}

/** The next step: Newton's, by the curvature as it is known; `exact` where that was opened at the best coefficients. */
function aim(problem: Problem, rule: FitRule, state: ExactState, exact: boolean): ExactState {
  const { best, ridge, first, aliased, sums } = state
  const slope = penalisedGradient(problem, best, ridge)
  const factor = factoredBowl(problem, state)
  const change = solve(factor, slope)
  const decrement = Math.sqrt(Math.max(0, dot(slope, change)))
  const coefficients = best.coefficients.map((value, i) => value + at(change, i))
  const length = lengthOf(first, change)
  const flat = ridge === 0 && leadsNowhere(decrement, length, state.step) ? state.flat + 1 : 0
  const gone = ridge === 0 && factor.aliased.some((one, i) => one > (aliased[i] ?? 0))
  const asks = !isBowl(problem) && (decrement <= NEAR * rule.tolerance || sums + 1 >= PATIENCE)
  const next = { ...state, coefficients, flat, asks }
  if (gone || flat >= FLAT_SUMS) return { ...next, status: 'separated' }
  return { ...next, status: exact && decrement <= rule.tolerance ? 'converged' : 'running' }
}

/** Whether a step gains next to nothing though it is long, and no shorter than the one before. */
function leadsNowhere(decrement: number, length: number, before: number): boolean {
  const vanished = decrement ** 2 < FLAT && decrement ** 2 < VANISHED * length ** 2
  return vanished && length > NOT_SHRUNK * before
}

/** The curvature with its penalty, factored; columns that carried nothing at the first sum stay out. */
function factoredBowl(problem: Problem, { curvature, ridge, aliased }: ExactState): Factor {
  const size = aliased.length
  const bowl = bowlOf(problem, curvature, ridge)
  aliased.forEach((one, i) => {
    if (one === 0) return
    for (let j = 0; j < size; j++) bowl[i * size + j] = bowl[j * size + i] = 0
  })
  return factorise(bowl, size)
}

/** The information with the penalty on its diagonal. */
export function bowlOf(problem: Problem, information: Float64Array, ridge: number): Float64Array {
  const size = coefficientsOf(problem)
  const bowl = Float64Array.from(information)
  for (let i = 0; i < size; i++) {
    if (!isIntercept(problem, i)) bowl[i * size + i] = at(bowl, i * size + i) + ridge
  }
  return bowl
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
