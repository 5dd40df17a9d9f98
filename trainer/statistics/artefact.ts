import { AppError } from '#domain/errors.ts'
import { floats64, readArtefact, writeArtefact } from '#trainer/artefact.ts'
import type { Task } from '#trainer/jobs.ts'
import type { Scaling } from '#trainer/variables/encode.ts'
import { featuresOf } from '#trainer/variables/features.ts'
import * as v from 'valibot'
import { directionsLength } from './directions.ts'
import { MOMENTS, summarise, type Summary } from './moments.ts'
import { offModeLength } from './off-mode.ts'
import {
  momentsWithin,
  QUANTILE_BINS,
  QUANTILES,
  quantileVariables,
  type Quantiles,
  readQuantiles,
} from './quantiles.ts'
import { isOutcomeRare, leftOutOf } from './rare.ts'
import { targetsOf } from './targets.ts'

const Count = v.pipe(v.number(), v.integer(), v.minValue(0))

const Header = {
  features: Count,
  targets: Count,
  /** Features, by index, with one value over all hospitals: they carry nothing and are left out of the model. */
  constant: v.array(Count),
  /** Whether too few rows have an outcome, or another one, for an exact fit. */
  rareOutcome: v.boolean(),
}

/** What all hospitals together know of their training rows, without any hospital's own numbers. */
export interface Statistics {
  readonly features: readonly Summary[]
  readonly targets: readonly Summary[]
  /** By feature: quantiles where the study draws values in to them; null for all others. */
  readonly quantiles: readonly (Quantiles | null)[]
  /** How many hospitals said with which directions what goes: see `contributeDirections`. */
  readonly directions: Float64Array
  /** Exact plans: too few rows of all hospitals have an outcome, or have another one. */
  readonly rareOutcome: boolean
}

/** Length of a statistics contribution: moments of every feature, then of every quantity of the outcome, then histograms, directions, and what hardly varies. */
export function statisticsLength(task: Task): number {
  const moments = MOMENTS * (featuresOf(task).length + targetsOf(task.outcome).length)
  const histograms = QUANTILE_BINS * quantileVariables(task).length
  return moments + histograms + directionsLength(task) + offModeLength(task)
}

/**
 * Makes the statistics artefact from an opened sum; the same bytes at every member. In an exact fit what sets fewer than the study's
 * smallest number of rows apart is left out; `fewest` is another number, for a model that no sum is made of.
 */
export function concludeStatistics(task: Task, sums: Float64Array, fewest = fewestOf(task)): Uint8Array {
  if (sums.length !== statisticsLength(task)) {
    throw new AppError('bad-request', 'The sum does not have the length of this study')
  }
  const features = featuresOf(task)
  const all = [...features, ...targetsOf(task.outcome)].map((range, i) => summarise(sums, range, MOMENTS * i))
  const found = quantileFeatures(task).map((feature, i) => {
    const counts = sums.subarray(MOMENTS * all.length + i * QUANTILE_BINS).subarray(0, QUANTILE_BINS)
    const range = features[feature] ?? { low: 0, high: 0 }
    const quantiles = readQuantiles(counts, range, task.plan.clipping ?? 0)
    const before = all[feature]
    if (before) all[feature] = within(before, momentsWithin(counts, range, quantiles))
    return quantiles
  })
  const directions = sums.length - offModeLength(task)
  const opened = {
    features: all.slice(0, features.length),
    targets: all.slice(features.length),
    offMode: sums.subarray(directions).map(Math.round),
    fewest,
  }
  const leftOut = new Set(leftOutOf(task, opened))
  const constant = [...features.keys()].filter((i) => all[i]?.constant || leftOut.has(i))
  const payload = Float64Array.from([
    ...all.flatMap(({ mean, sd, count }) => [mean, sd, count]),
    ...found.flatMap(({ low, lower, median, upper, high }) => [low, lower, median, upper, high]),
    ...sums.subarray(directions - directionsLength(task), directions).map(Math.round),
  ])
  const rareOutcome = isOutcomeRare(task, opened)
  const header = { features: features.length, targets: all.length - features.length, constant, rareOutcome }
  return writeArtefact('statistics', header, [payload])
}

/** Exact plans: fewer rows of all hospitals than this are too few to be told apart by a feature, since pairs of them are summed. */
function fewestOf({ plan, rules }: Task): number {
  return plan.fit ? rules.minimumRows : 0
}

/** What is left of a quantity once its values are drawn in: nothing where both ends fall together. */
function within(before: Summary, { mean, variance }: { mean: number; variance: number }): Summary {
  const constant = before.constant || !(variance > 1e-12 * before.sd * before.sd)
  return { ...before, mean, sd: constant ? 1 : Math.sqrt(variance), constant }
}

/** Features, by index, that have quantiles: the values of number variables. */
function quantileFeatures(task: Task): readonly number[] {
  const wanted = new Set(quantileVariables(task))
  const features = featuresOf(task)
  const first = (index: number) => features[index]?.variable !== features[index - 1]?.variable
  return features.flatMap(({ variable }, index) => (wanted.has(variable) && first(index) ? [index] : []))
}

/** Reads a statistics artefact of this study strictly ('document-refused' for anything else). */
export function readStatistics(task: Task, bytes: Uint8Array): Statistics {
  const { header, payload } = readArtefact('statistics', Header, bytes)
  const features = featuresOf(task).length
  const count = features + targetsOf(task.outcome).length
  const drawn = quantileFeatures(task)
  const before = 3 * count + QUANTILES * drawn.length
  const length = before + directionsLength(task)
  const values = floats64(payload, 0, length)
  const fits = header.features === features && header.targets === count - features
  if (!fits || payload.length !== 8 * length || !values.every(Number.isFinite)) {
    throw new AppError('document-refused', 'The statistics are not those of this study')
  }
  const constant = new Set(header.constant)
  const all = Array.from({ length: count }, (_, i) => ({
    mean: values[3 * i] ?? 0,
    sd: values[3 * i + 1] ?? 1,
    count: values[3 * i + 2] ?? 0,
    constant: i < features && constant.has(i),
  }))
  const places = new Map(drawn.map((feature, i) => [feature, 3 * count + QUANTILES * i]))
  const quantiles = Array.from({ length: features }, (_, i) => quantilesAt(values, places.get(i)))
  return {
    features: all.slice(0, features),
    targets: all.slice(features),
    quantiles,
    directions: values.slice(before),
    rareOutcome: header.rareOutcome,
  }
}

function quantilesAt(values: Float64Array, place: number | undefined): Quantiles | null {
  if (place === undefined) return null
  const [low = 0, lower = 0, median = 0, upper = 0, high = 0] = values.subarray(place, place + QUANTILES)
  return { low, lower, median, upper, high }
}

/** Training rows of all hospitals together. */
export function rowsOf({ targets }: Statistics): number {
  return targets[0]?.count ?? 0
}

/** The scaling that these statistics ask for. Constant features come out as 0 everywhere. */
export function scalingOf(statistics: Statistics): Scaling {
  return {
    means: Float64Array.from(statistics.features, ({ mean }) => mean),
    inverses: Float64Array.from(statistics.features, ({ sd, constant }) => (constant ? 0 : 1 / sd)),
    lows: Float64Array.from(statistics.quantiles, (one) => one?.low ?? -Infinity),
    highs: Float64Array.from(statistics.quantiles, (one) => one?.high ?? Infinity),
  }
}
