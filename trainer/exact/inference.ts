import type { Task } from '#trainer/jobs.ts'
import { Z } from '#trainer/metrics/intervals.ts'
import type { Statistics } from '#trainer/statistics/artefact.ts'
import { featuresOf } from '#trainer/variables/features.ts'
import { at, factorise, invert, multiply } from './matrix.ts'
import type { Problem } from './problem.ts'
import type { ExactState } from './state.ts'
import { chiSquareTail, fisherTail, normalTails, studentLimit, studentTails } from './tails.ts'

/** One coefficient of a fitted model, in its variable's own unit. */
export interface Term {
  /** The feature's name; null for the intercept. */
  readonly feature: string | null
  /** The class that it is about, against the first one; null where there are no more than two. */
  readonly outcome: string | null
  /** Why there is no figure: the same value everywhere, or said by the variables before it; null where there is one. */
  readonly absent: 'constant' | 'aliased' | null
  /** Log odds, log hazard, or the outcome's unit, for each unit of the variable. 0 where absent. */
  readonly coefficient: number
  readonly standardError: number
  /** Wald's: coefficient over standard error (Student's t for numbers), and the chance of one as far from 0. */
  readonly z: number
  readonly p: number
  /** 95% interval of the coefficient. */
  readonly low: number
  readonly high: number
}

/** What an unpenalised exact fit says of its variables. */
export interface Inference {
  /** What the exponential of a coefficient is; null for numbers. */
  readonly ratio: 'odds' | 'hazard' | null
  readonly terms: readonly Term[]
  readonly rows: number
  /** What the standard errors go by. */
  readonly errors: Problem['errors']
  /** Against the model without variables: the likelihood ratio's chi-square (numbers: F) with its degrees of freedom. Null with robust errors, where the likelihood is not held to be right. */
  readonly test: {
    readonly statistic: number
    readonly freedom: number
    /** Degrees of freedom of the errors; null but for numbers. */
    readonly errors: number | null
    readonly p: number
  } | null
}

/**
 * Coefficients with standard errors, tests and intervals from the last opened sum of a fit without a penalty. `hospitals` is the
 * number of members of the sum: least squares with an intercept for each has so many degrees of freedom less.
 */
export function inferenceOf(
  problem: Problem,
  task: Task,
  statistics: Statistics,
  state: ExactState,
  hospitals: number,
): Inference {
  const size = state.coefficients.length
  const used = size - state.aliased.reduce((sum, one) => sum + one, 0)
  const isNumber = problem.family === 'number'
  const errors = isNumber ? state.best.rows - used - (problem.own === 0 ? hospitals : 0) : null
  const variance = errors === null ? 1 : (-2 * state.best.value) / errors
  const matrix = Float64Array.from(state.curvature)
  const bread = invert(factorise(matrix, size))
  const law = lawOf(problem, state, hospitals, errors)
  const covariance = state.scores
    ? sandwich(bread, state.scores, law.factor)
    : bread.map((one) => one * variance)
  const terms = rowsOf(problem, task, statistics)
    .filter(({ place }) => !(problem.own === 0 && place % problem.columns === 0))
    .map((row) => termOf(row, state, covariance, law.freedom))
  const ratio = isNumber ? null : problem.family === 'survival' ? 'hazard' : 'odds'
  const test = problem.errors === 'model' ? testOf(problem, state, used, errors) : null
  return { ratio, terms, rows: state.best.rows, errors: problem.errors, test }
}

/** A term as a sum of scaled coefficients: places and factors. */
interface Row extends Pick<Term, 'feature' | 'outcome'> {
  readonly place: number
  readonly isConstant: boolean
  readonly shift: number
  readonly factors: readonly (readonly [number, number])[]
}

function rowsOf(problem: Problem, task: Task, { features, targets }: Statistics): Row[] {
  const names = featuresOf(task)
  const { outputs, columns, intercept } = problem
  const outcome = targets[0] ?? { mean: 0, sd: 1 }
  const [unit, shift] = problem.family === 'number' ? [outcome.sd, outcome.mean] : [1, 0]
  return Array.from({ length: outputs }, (_, k) => k).flatMap((k) => {
    const label = task.outcome.task === 'multiclass' ? (task.outcome.classes[k + 1] ?? null) : null
    const from = k * columns
    const scaled = features.map(({ mean, sd, constant }, j) => ({
      mean,
      place: from + intercept + j,
      factor: constant ? 0 : unit / sd,
      constant,
    }))
    const own = scaled.map(({ place, factor, constant }, j) => ({
      feature: names[j]?.name ?? '',
      outcome: label,
      place,
      isConstant: constant,
      shift: 0,
      factors: [[place, factor] as const],
    }))
    if (intercept === 0) return own
    const back = scaled.map(({ place, factor, mean }) => [place, -mean * factor] as const)
    const first = { feature: null, outcome: label, place: from, isConstant: false, shift }
    return [{ ...first, factors: [[from, unit] as const, ...back] }, ...own]
  })
}

function termOf(
  { feature, outcome, place, isConstant, shift, factors }: Row,
  { coefficients, aliased }: ExactState,
  covariance: Float64Array,
  errors: number | null,
): Term {
  const size = coefficients.length
  if (aliased[place] === 1) {
    const absent = isConstant ? 'constant' : 'aliased'
    const nothing = { coefficient: 0, standardError: 0, z: 0, p: 1, low: 0, high: 0 }
    return { feature, outcome, absent, ...nothing }
  }
  let [coefficient, variance] = [shift, 0]
  for (const [i, by] of factors) {
    coefficient += by * at(coefficients, i)
    for (const [j, other] of factors) variance += by * other * at(covariance, i * size + j)
  }
  const standardError = Math.sqrt(variance)
  const z = coefficient / standardError
  const p = errors === null ? normalTails(z) : studentTails(z, errors)
  const half = (errors === null ? Z : studentLimit(0.05, errors)) * standardError
  const interval = { low: coefficient - half, high: coefficient + half }
  return { feature, outcome, absent: null, coefficient, standardError, z, p, ...interval }
}

/**
 * Factor on the sandwich, and Student's degrees of freedom (null: normal). Robust: HC0, for numbers HC1; clustered: G/(G - 1), for
 * numbers times (n - 1)/(n - k), and G - 1 degrees of freedom.
 */
function lawOf(
  { errors: by }: Problem,
  { best: { rows }, scores }: ExactState,
  hospitals: number,
  errors: number | null,
) {
  if (!scores || by !== 'clustered') return { factor: errors === null ? 1 : rows / errors, freedom: errors }
  const few = hospitals / (hospitals - 1)
  // The last sum's products came by the root of the number of rows.
  return {
    factor: Math.sqrt(rows) * few * (errors === null ? 1 : (rows - 1) / errors),
    freedom: hospitals - 1,
  }
}

/** Bread, what is between, bread. */
function sandwich(bread: Float64Array, between: Float64Array, factor: number): Float64Array {
  const size = Math.sqrt(bread.length)
  const rows = Array.from({ length: size }, (_, i) =>
    multiply(bread, multiply(between, bread.subarray(i * size, (i + 1) * size))),
  )
  return Float64Array.from(bread, (_, i) => factor * at(rows[Math.floor(i / size)] as Float64Array, i % size)) // safe: size rows
}

function testOf(
  problem: Problem,
  state: ExactState,
  used: number,
  errors: number | null,
): NonNullable<Inference['test']> {
  const { aliased, best, nullValue } = state
  const intercepts = problem.intercept === 1 && problem.own !== 0 ? problem.outputs : 0
  const freedom = aliased.length === 0 ? 0 : used - intercepts
  if (errors === null) {
    const statistic = Math.max(0, 2 * (best.value - nullValue))
    return { statistic, freedom, errors, p: freedom > 0 ? chiSquareTail(statistic, freedom) : 1 }
  }
  const statistic = (best.value - nullValue) / freedom / (-best.value / errors)
  return { statistic, freedom, errors, p: freedom > 0 ? fisherTail(statistic, freedom, errors) : 1 }
}
