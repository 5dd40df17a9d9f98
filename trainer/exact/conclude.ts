import { AppError } from '#domain/errors.ts'
import { curvatureAfter, isBowl } from './curvature.ts'
import { isRandom, precisionBy } from './levels.ts'
import { at, dot, type Factor, factorise, multiply, solve, unpackUpper } from './matrix.ts'
import { coefficientsOf, exactParts, isIntercept, type Problem } from './problem.ts'
import { ridgeOf } from './penalty.ts'
import type { Best, ExactState } from './state.ts'

/** What the plan says of a fit. */
export interface FitRule {
  /** Converged where a sum shows that the next step is below this, in standard errors: one with the information, but for penalised fits. */
  readonly tolerance: number
  /** Strength of the penalty, ridge/2 * sum of squares over all coefficients but intercepts: fixed, or found from the opened sums. */
  readonly ridge: number | 'evidence'
}

/** A penalty that is found is found anew after each of so many sums; then it stays. */
const SETTLED = 8

/** Penalties that lie no farther apart are as good as the same. */
const ALIKE = 1.1

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

/** Whether the sum after this state has the evidence for precisions of random intercepts. Else its places hold 0. */
export function asksLevels(state: ExactState | null): boolean {
  return state !== null && state.levels
}

/** Whether the sum after this state is the last of a fit with robust errors: the products of scores, at the optimum. */
export function asksScores(state: ExactState | null): boolean {
  return state !== null && state.last
}

/** The problem as the sum after this state is taken: random intercepts are drawn by the precision found so far. */
export function problemAt(problem: Problem, state: ExactState | null): Problem {
  return state && state.precision !== null ? { ...problem, own: state.precision } : problem
}

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
  checkSum(sum, parts.length)
  const opened: Best = {
    coefficients: state?.coefficients ?? start,
    gradient: sum.slice(0, size),
    value: at(sum, parts.value),
    rows: rowsIn(at(sum, parts.rows)),
  }
  const matrix = asksMatrix(state) ? unpackUpper(sum.subarray(parts.information), size) : null
  if (state?.last) return { ...state, status: 'converged', sums: state.sums + 1, last: false, scores: matrix }
  if (!state || state.anew) return begin(problem, rule, state, opened, matrix)
  const next = proceed(problem, rule, state, opened, matrix)
  return state.levels ? settleLevels(next, sum.subarray(parts.levels)) : next
}

function checkSum(sum: Float64Array, length: number): void {
  if (sum.length === length && sum.every(Number.isFinite)) return
  throw new AppError('bad-request', 'The sum is not one of this study')
}

/** Whether the sum after this state has a matrix in the information's place: that itself, or the products of scores. */
export function asksMatrix(state: ExactState | null): boolean {
  return asksInformation(state) || asksScores(state)
}

/** A sum of counts, as a count. */
function rowsIn(sum: number): number {
  return Math.max(0, Math.round(sum))
}

/** The precision of random intercepts by the opened evidence; where it is another one, the sums so far are of another fit. */
function settleLevels(state: ExactState, evidence: Float64Array): ExactState {
  const precision = precisionBy(evidence)
  if (precision === state.precision) return { ...state, levels: false }
  return { ...state, precision, levels: false, anew: true, asks: true, status: 'running' }
}

function begin(
  problem: Problem,
  rule: FitRule,
  before: ExactState | null,
  best: Best,
  matrix: Float64Array | null,
): ExactState {
  const first = matrix ?? new Float64Array(0)
  const none = new Uint8Array(best.gradient.length)
  const ridge =
    rule.ridge === 'evidence'
      ? ridgeOf(problem, { best, curvature: first, first, aliased: none })
      : rule.ridge
  const { aliased } = factorise(bowlOf(problem, first, ridge), best.gradient.length)
  const begun: ExactState = {
    status: 'running',
    sums: (before?.sums ?? 0) + 1,
    coefficients: best.coefficients,
    best,
    curvature: first,
    first,
    aliased,
    nullValue: before?.nullValue ?? best.value,
    ridge,
    step: 0,
    flat: 0,
    asks: false,
    precision: before ? before.precision : isRandom(problem) ? problem.own : null,
    levels: !before && isRandom(problem),
    anew: false,
    last: false,
    scores: null,
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
  const ridge =
    rule.ridge === 'evidence' && sums <= SETTLED
      ? penaltyAfter(state.ridge, ridgeOf(problem, next))
      : state.ridge
  const known = matrix !== null || !readsTheEnd(problem, rule)
  return aim(problem, rule, { ...next, ridge }, taken && known && ridge === state.ridge)
}

/** The penalty in use, or the one found where that is another by more than a tenth: less is not worth steps of its own. */
function penaltyAfter(before: number, found: number): number {
  return found > ALIKE * before || before > ALIKE * found ? found : before
}

/**
 * Whether the sum at the end needs the information: for intervals, and with it comes the baseline of survival. It is known for
 * least squares, and nothing is read from it where a penalty holds.
 */
function readsTheEnd(problem: Problem, { ridge }: FitRule): boolean {
  return problem.family === 'survival' || (ridge === 0 && !isBowl(problem))
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
  const asks = asksNext(problem, rule, sums, decrement)
  const next = { ...state, coefficients, flat, asks }
  if (gone || flat >= FLAT_SUMS) return { ...next, status: 'separated' }
  const there = exact && decrement <= rule.tolerance
  if (there && problem.errors !== 'model') return { ...next, status: 'running', asks: false, last: true }
  return { ...next, status: there ? 'converged' : 'running' }
}

/** Whether the next sum has the information: the last one where it is read, and each where gradients alone take too long. */
function asksNext(problem: Problem, rule: FitRule, sums: number, decrement: number): boolean {
  const near = readsTheEnd(problem, rule) && decrement <= NEAR * rule.tolerance
  return !isBowl(problem) && (near || sums + 1 >= PATIENCE)
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
