import { aucAround, type Interval } from '#trainer/metrics/intervals.ts'
import type { Statistics } from '#trainer/statistics/artefact.ts'

/** The most moments of scores that are summed for rows with the outcome, and as many for those without. */
const MOST_MOMENTS = 24
const FEWEST_MOMENTS = 4
/** Training rows of the rarer kind for each moment: of those held out, a quarter of all in most studies, about ten. */
const ROWS_PER_MOMENT = 30
/** A sum is rounded so coarsely that nothing about one row can be read from its last digits. */
const STEPS = 16

/** Numbers about one quantity's scores in the vector: count and moments with the outcome, then without. */
export const MOMENT_PLACES = 2 * (MOST_MOMENTS + 1)

/** How scores are laid out between 0 and 1: the same at every member, from what was agreed on and opened before. */
export interface Scale {
  /** How many moments are summed. */
  readonly count: number
  /** The outcome's rate over all hospitals, whose score falls in the middle. */
  readonly rate: number
  /** How far log-odds are spread. */
  readonly spread: number
}

/**
 * A scale for each quantity of the outcome (the outcome, or each class). Moments are sums over all rows of a kind, so that
 * none is about a few, however rare a score is; there are a tenth as many as held-out rows of the rarer kind, so that single
 * scores cannot be solved for. `loss` is the mean training loss of the model: how much it explains says how far scores spread.
 */
export function scalesOf({ targets }: Pick<Statistics, 'targets'>, loss: number): readonly Scale[] {
  const rates = targets.map(({ mean }) => Math.min(0.999, Math.max(0.001, mean)))
  const spread = spreadOf(rates, loss)
  return targets.map(({ count: rows, mean }, i) => {
    const rarer = rows * Math.min(mean, 1 - mean)
    const count = Math.min(MOST_MOMENTS, Math.max(FEWEST_MOMENTS, Math.floor(rarer / ROWS_PER_MOMENT)))
    return { count, rate: rates[i] ?? 0.5, spread }
  })
}

/** What remains unknown of an outcome of this rate. */
function entropyOf(p: number): number {
  return p > 0 && p < 1 ? -p * Math.log(p) - (1 - p) * Math.log1p(-p) : 0
}

/** The spread of log-odds in even shares: of normal log-odds that explain as much of the outcome as the model does. */
function spreadOf(rates: readonly number[], loss: number): number {
  const [first = 0.5] = rates
  const isOne = rates.length === 1
  const unknown = isOne ? entropyOf(first) : rates.reduce((sum, p) => sum - p * Math.log(p), 0)
  const share = 1 - loss / unknown
  let [low, high] = [0, 12]
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2
    if (explainedBy(middle, isOne ? first : 0.5) < share) low = middle
    else high = middle
  }
  return Math.max(NARROWEST, high / EVEN)
}

/** A logistic share of normal log-odds is nearly even where their deviation is this many times the spread. */
const EVEN = 1.7
const NARROWEST = 0.25

/** The share of what is unknown of an outcome that log-odds of a deviation explain. */
function explainedBy(deviation: number, rate: number): number {
  const middle = Math.log(rate / (1 - rate)) * Math.sqrt(1 + deviation ** 2 / 2.9)
  let [weights, mean, left] = [0, 0, 0]
  for (let z = -4; z <= 4; z += 0.25) {
    const weight = Math.exp(-z * z * 0.5)
    const p = 1 / (1 + Math.exp(-middle - deviation * z))
    weights += weight
    mean += weight * p
    left += weight * entropyOf(p)
  }
  return 1 - left / weights / entropyOf(mean / weights)
}

/** Where a probability falls between 0 and 1. */
export function placeOf({ rate, spread }: Pick<Scale, 'rate' | 'spread'>, score: number): number {
  const odds = (score * (1 - rate)) / ((1 - score) * rate)
  return 1 / (1 + odds ** (-1 / spread))
}

/** Adds up a quantity's scores from place `at` of `out` on: Legendre's polynomials of the places, rounded sums. */
export function addMoments(
  out: Float64Array,
  at: number,
  scale: Scale,
  rows: { readonly score: (row: number) => number; readonly labels: readonly boolean[] },
): void {
  rows.labels.forEach((positive, row) => {
    const from = at + (positive ? 0 : MOST_MOMENTS + 1)
    legendre(placeOf(scale, rows.score(row)), scale.count, (value, degree) => {
      out[from + degree] = (out[from + degree] ?? 0) + value
    })
  })
  for (let i = at; i < at + MOMENT_PLACES; i++) out[i] = Math.round((out[i] ?? 0) * STEPS) / STEPS
}

/** Shifted Legendre polynomials at a place, from degree 0 on. */
function legendre(place: number, degrees: number, use: (value: number, degree: number) => void): void {
  const x = 2 * place - 1
  let [before, now] = [1, x]
  use(1, 0)
  for (let n = 1; n <= degrees; n++) {
    use(now, n)
    const next = ((2 * n + 1) * x * now - n * before) / (n + 1)
    before = now
    now = next
  }
}

interface Moments {
  readonly cases: number
  readonly controls: number
  /** Mean polynomials by degree. */
  readonly a: Float64Array
  readonly b: Float64Array
}

function readMoments(part: Float64Array, at: number): Moments | null {
  const side = (from: number) => {
    const count = Math.round(part[from] ?? 0)
    return {
      count,
      means: part.slice(from, from + MOST_MOMENTS + 1).map((one, n) => (n === 0 ? 1 : one / count)),
    }
  }
  const [cases, controls] = [side(at), side(at + MOST_MOMENTS + 1)]
  if (cases.count < 1 || controls.count < 1) return null
  return { cases: cases.count, controls: controls.count, a: cases.means, b: controls.means }
}

/**
 * Area under the ROC curve from summed moments: the integral of one density against the other's distribution, in which
 * only neighbouring degrees meet. The order of rows within what the polynomials resolve counts as even. Null without both.
 */
export function areaOf(part: Float64Array, at: number): number | null {
  const moments = readMoments(part, at)
  if (!moments) return null
  const { a, b } = moments
  let area = 0.5 + ((a[1] ?? 0) - (b[1] ?? 0)) / 2
  for (let n = 1; n < MOST_MOMENTS; n++)
    area += ((b[n] ?? 0) * (a[n + 1] ?? 0) - (b[n + 1] ?? 0) * (a[n] ?? 0)) / 2
  return Math.min(1, Math.max(0, area))
}

/** The area with its interval after DeLong et al. (1988), and what the moments leave open added to its variance. */
export function areaIntervalOf(part: Float64Array, at: number): Interval | null {
  const [area, moments] = [areaOf(part, at), readMoments(part, at)]
  if (area === null || !moments || moments.cases < 2 || moments.controls < 2) return null
  const { cases, controls, a, b } = moments
  const [f, g] = [densityOf(a), densityOf(b)]
  const [below, casesBelow] = [sharesBelow(g), sharesBelow(f)]
  const ofCases = varianceUnder(f, (i) => below[i] ?? 0) / (cases - 1)
  const ofControls = varianceUnder(g, (i) => 1 - (casesBelow[i] ?? 0)) / (controls - 1)
  const degrees = a.findLastIndex((one) => one !== 0)
  const leftOpen = 1 / (4 * (2 * degrees + 1) * cases * controls)
  return aucAround(area, ofCases + ofControls + leftOpen, Math.min(cases, controls))
}

const CELLS = 400

/** The share of rows in each of many cells, as far as the polynomials show it: none below 0. */
function densityOf(means: Float64Array): Float64Array {
  const cells = Float64Array.from({ length: CELLS }, (_, i) => {
    let sum = 0
    legendre((i + 0.5) / CELLS, MOST_MOMENTS, (value, n) => (sum += (2 * n + 1) * (means[n] ?? 0) * value))
    return Math.max(0, sum)
  })
  const total = cells.reduce((sum, one) => sum + one, 0)
  return cells.map((one) => (total > 0 ? one / total : 1 / CELLS))
}

function sharesBelow(density: Float64Array): Float64Array {
  let before = 0
  return density.map((one) => {
    const share = before + one / 2
    before += one
    return share
  })
}

function varianceUnder(density: Float64Array, value: (cell: number) => number): number {
  const mean = density.reduce((sum, share, i) => sum + share * value(i), 0)
  return density.reduce((sum, share, i) => sum + share * (value(i) - mean) ** 2, 0)
}
