import { AppError } from '#domain/errors.ts'
import type { ContributionResult, Jobs, Task } from '#trainer/jobs.ts'
import { shapeOf } from '#trainer/shape.ts'
import type { Site } from '#trainer/site.ts'
import { readStatistics } from '#trainer/statistics/artefact.ts'
import { exposureOf, ratesOf } from '#trainer/survival/baseline.ts'
import { type Fitted, readFitted, writeFitted } from './artefact.ts'
import { asksInformation, asksMatrix, concludeExact, problemAt } from './conclude.ts'
import { contributeAfter } from './contribute.ts'
import { deviations } from './contribution.ts'
import { type Design, designOf } from './design.ts'
import { checkEnough, numbersAfter, type Opened, rowsMissing, shortestFor } from './enough.ts'
import { bitsOfARow, checkKinds } from './kinds.ts'
import { isRandom } from './levels.ts'
import { at } from './matrix.ts'
import { checkOutcome } from './outcome.ts'
import { fitLength } from './parts.ts'
import { exactParts, problemOf } from './problem.ts'
import { startOf } from './start.ts'
import type { ExactState } from './state.ts'

/**
 * This hospital's part of a sum of an exact fit: plain sums over its training rows at the shared coefficients, with no weight and
 * never clipped, since a sum that was clipped would not be that of the rows. Throws 'training-diverged' where one is
 * too large, 'rows-too-few' where all hospitals together have too few rows for what the fit opens, 'fit-refused' where ours are of too few kinds, or too few patients of all have an outcome.
 */
export function contributeToFit(
  { task, table, rows }: Site,
  { statistics: bytes, base }: Pick<Jobs['train']['input'], 'statistics' | 'base'>,
): ContributionResult {
  const problem = problemOf(task)
  const statistics = readStatistics(task, bytes)
  const before = base ? readFitted(task, base) : NOTHING
  const { state } = before
  checkOutcome(task, statistics)
  const after = openedAfter(task, before)
  checkEnough(problem, statistics, after)
  checkKinds(bitsOfARow(task, table, rows.train), numbersAfter(problem, statistics, after))
  const design = designOf(problem, task, table, rows.train, statistics)
  const coefficients = state?.coefficients ?? startOf(problem, statistics)
  const asked = asksInformation(state)
  const values = new Float64Array(fitLength(task))
  const sums = contributeAfter(problem, design, state, coefficients)
  values.set(sums)
  if (asked) values.set(baselineOf(task, design, coefficients), sums.length)
  const { bound } = shapeOf(task, 'training')
  if (!values.every((one) => Math.abs(one) <= bound))
    throw new AppError('training-diverged', 'The sums of the exact fit are too large to be added up')
  const { value, rows: place } = exactParts(problem)
  const loss = -at(values, value) / at(values, place)
  return { values, privateState: null, loss, clipped: 0, engine: null }
}

/**
 * What a hospital's own rows add to the intercepts of a model with a random one, for each output; null for other models. It stays
 * here.
 */
export function ownLevels(
  { task, table, rows }: Site,
  { statistics: bytes, base }: { readonly statistics: Uint8Array; readonly base: Uint8Array | null },
): Float64Array | null {
  if (!task.plan.fit || !base || !isRandom(problemOf(task))) return null
  const { state } = readFitted(task, base)
  const problem = problemAt(problemOf(task), state)
  const design = designOf(problem, task, table, rows.train, readStatistics(task, bytes))
  return deviations(problem, design, state.coefficients)
}

/** Survival: events, then exposure, in each piece of time. Nothing for other tasks. */
function baselineOf({ outcome }: Task, { x, y, events, rows }: Design, coefficients: Float64Array) {
  if (outcome.task !== 'survival') return []
  const width = coefficients.length
  const hazards = Float64Array.from({ length: rows }, (_, row) =>
    coefficients.reduce((sum, one, i) => sum + one * at(x, row * width + i), 0),
  )
  const found = exposureOf(hazards, { values: Float32Array.from(y), events }, outcome.horizon)
  return [...found.events, ...found.exposure]
}

const NOTHING = { state: null, rates: new Float64Array(0), matrices: 0 }

/** What will have been opened once the sum at this model was: before a fit is on its way, what one opens at least. */
function openedAfter(task: Task, { state, matrices }: Before): Opened {
  const least = shortestFor(problemOf(task), task.plan.fit?.penalty ?? 'none')
  const now = opened({ state, matrices })
  return { sums: Math.max(now.sums, least.sums), matrices: Math.max(now.matrices, least.matrices) }
}

function opened({ state, matrices }: Before): Opened {
  return { sums: (state?.sums ?? 0) + 1, matrices: matrices + Number(asksMatrix(state)) }
}

type Before = Pick<Fitted, 'matrices'> & { readonly state: ExactState | null }

/** How many training rows of all hospitals the next sum of a fit asks for, where there are fewer; null where there are enough, or no next one. */
export function rowsMissingFor(task: Task, statistics: Uint8Array, base: Uint8Array | null): number | null {
  const before = base ? readFitted(task, base) : NOTHING
  if (before.state && before.state.status !== 'running') return null
  return rowsMissing(problemOf(task), readStatistics(task, statistics), openedAfter(task, before))
}

/** The opened sum of a round of an exact fit and where it was taken. */
export interface FitSum {
  readonly task: Task
  readonly statistics: Uint8Array
  /** The model that the sum was taken at; null at the first. */
  readonly base: Uint8Array | null
  readonly sum: Float64Array
}

/** Makes the next model of a fit from an opened sum; the same bytes at every member. Throws 'bad-request' for a sum that is not one of this study. */
export function concludeFit({ task, statistics, base, sum }: FitSum): Uint8Array {
  const { fit } = task.plan
  if (!fit || sum.length !== fitLength(task)) {
    throw new AppError('bad-request', 'The sum is not one of this study')
  }
  const problem = problemOf(task)
  const before = base ? readFitted(task, base) : NOTHING
  const start = startOf(problem, readStatistics(task, statistics))
  const { length } = exactParts(problem)
  const ridge = fit.penalty === 'ridge' ? 'evidence' : 0
  const rule = { tolerance: fit.tolerance, ridge } as const
  const state = concludeExact(problem, rule, before.state, start, sum.subarray(0, length))
  const rates = asksInformation(before.state) ? ratesIn(sum.subarray(length)) : before.rates
  const { matrices } = opened(before)
  return writeFitted({ state, rates, matrices }, { statistics, previous: base ?? statistics })
}

function ratesIn(baseline: Float64Array): Float64Array {
  return ratesOf(baseline.subarray(0, baseline.length / 2), baseline.subarray(baseline.length / 2))
}
