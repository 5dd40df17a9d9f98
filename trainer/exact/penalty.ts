import { at, dot, factorise, invert, multiply, solve } from './matrix.ts'
import { isIntercept, type Problem } from './problem.ts'
import type { ExactState } from './state.ts'

/** Penalties that are looked at: powers of two of the typical information of a variable. */
const WEAKEST = 2 ** -14
const STRONGEST = 2 ** 7
const STEP = 2
/** The best of them is then found to a hundredth. */
const FINE = 7

/**
 * The ridge under which the opened sums are most likely (evidence, MacKay 1992): coefficients are drawn from a normal law of
 * variance 1/ridge, and the log-likelihood is taken as quadratic around the best coefficients. It opens nothing. The slopes of
 * the evidence are added up over the penalties, so that no logarithm is needed: + - * / and sqrt alone, the same bits at every
 * member.
 */
export function ridgeOf(problem: Problem, { best, curvature, first, aliased }: Known): number {
  const size = aliased.length
  const open = [...aliased.keys()].filter((i) => !isIntercept(problem, i) && at(first, i * size + i) > 0)
  if (open.length === 0) return 0
  const target = multiply(curvature, best.coefficients).map((value, i) => value + at(best.gradient, i))
  const { matrix, reduce } = withoutIntercepts(problem, curvature, open)
  const profile = { matrix, target: reduce(target) }
  const typical = open.reduce((sum, i) => sum + at(first, i * size + i), 0) / open.length
  const noise = problem.family === 'number' ? noiseOf(best, matrix, reduce(best.gradient)) : 1
  const slope = (share: number) => slopeAt(profile, share * typical, noise)
  let [level, most, top] = [0, -Infinity, STRONGEST]
  let before: number | null = null
  for (let share = STRONGEST; share >= WEAKEST; share /= STEP) {
    const now = slope(share)
    // Down the penalties: the evidence changes by minus the mean slope for each step.
    if (before !== null) level -= (before + now) / 2
    if (level > most) [most, top] = [level, share]
    before = now
  }
  return typical * topNear(top, slope)
}

/** The top of the evidence between the neighbours of the best of the list: where its slope turns from up to down. */
function topNear(best: number, slope: (share: number) => number): number {
  let [low, high] = [best / STEP, best * STEP]
  if (!(slope(low) > 0 && slope(high) < 0)) return best
  for (let halved = 0; halved < FINE; halved++) {
    const middle = Math.sqrt(low * high)
    if (slope(middle) > 0) low = middle
    else high = middle
  }
  return Math.sqrt(low * high)
}

type Known = Pick<ExactState, 'best' | 'curvature' | 'first' | 'aliased'>

interface Profile {
  readonly matrix: Float64Array
  readonly target: Float64Array
}

/** Twice the derivative of the log evidence by the logarithm of the ridge: penalised degrees of freedom against what is used. */
function slopeAt({ matrix, target }: Profile, ridge: number, noise: number): number {
  const size = target.length
  const bowl = Float64Array.from(matrix)
  for (let i = 0; i < size; i++) bowl[i * size + i] = at(bowl, i * size + i) + ridge
  const inverse = invert(factorise(bowl, size))
  const mean = multiply(inverse, target)
  let trace = 0
  for (let i = 0; i < size; i++) trace += at(inverse, i * size + i)
  return size - ridge * trace - (ridge * dot(mean, mean)) / noise
}

/** The variables' part of a quadratic, with intercepts at their best for each: Schur's complement. */
function withoutIntercepts(problem: Problem, matrix: Float64Array, open: readonly number[]) {
  const size = Math.round(Math.sqrt(matrix.length))
  const inner = Array.from({ length: size }, (_, i) => i).filter((i) => isIntercept(problem, i))
  const block = (rows: readonly number[], columns: readonly number[]) =>
    Float64Array.from(rows.flatMap((i) => columns.map((j) => at(matrix, i * size + j))))
  const factor = factorise(block(inner, inner), inner.length)
  const across = open.map((i) => block([i], inner))
  const shares = across.map((one) => solve(factor, one))
  const reduced = block(open, open).map((value, place) => {
    const row = Math.floor(place / open.length)
    return value - dot(shares[row] ?? EMPTY, across[place % open.length] ?? EMPTY)
  })
  /** What is left of a vector once the intercepts have moved along. */
  const reduce = (vector: Float64Array) => {
    const own = Float64Array.from(inner, (i) => at(vector, i))
    return Float64Array.from(open, (i, row) => at(vector, i) - dot(shares[row] ?? EMPTY, own))
  }
  return { matrix: reduced, reduce }
}

const EMPTY = new Float64Array(0)

/** Variance of the errors by what is known so far; 1 where the outcome is not a number. */
export function errorsIn({ family }: Problem, { best, curvature }: Known): number {
  return family === 'number' ? noiseOf(best, curvature, best.gradient) : 1
}

/** Variance of the errors of least squares without a penalty. */
function noiseOf({ value, rows }: ExactState['best'], matrix: Float64Array, gradient: Float64Array): number {
  const size = gradient.length
  const squares = -2 * value - dot(gradient, solve(factorise(matrix, size), gradient))
  return Math.max(1e-9, squares / Math.max(1, rows - size))
}
