import { AppError } from '#domain/errors.ts'
import { floats64, readArtefact, writeArtefact } from '#trainer/artefact.ts'
import type { Task } from '#trainer/jobs.ts'
import type { Scaling } from '#trainer/variables/encode.ts'
import { type Feature, featuresOf } from '#trainer/variables/features.ts'
import * as v from 'valibot'
import { directionsLength } from './directions.ts'
import { MOMENTS, summarise, type Summary } from './moments.ts'
import {
  momentsWithin,
  QUANTILE_BINS,
  QUANTILES,
  quantileVariables,
  type Quantiles,
  readQuantiles,
} from './quantiles.ts'
import { targetsOf } from './targets.ts'

const Count = v.pipe(v.number(), v.integer(), v.minValue(0))

const Header = {
  features: Count,
  targets: Count,
  /** Features, by index, with one value over all hospitals: they carry nothing and are left out of the model. */
  constant: v.array(Count),
}

/** What all hospitals together know of their training rows, without any hospital's own numbers. */
export interface Statistics {
  readonly features: readonly Summary[]
  readonly targets: readonly Summary[]
  /** By feature: quantiles where the study draws values in to them; null for all others. */
  readonly quantiles: readonly (Quantiles | null)[]
  /** How many hospitals said with which directions what goes: see `contributeDirections`. */
  readonly directions: Float64Array
}

/** Length of a statistics contribution: moments of every feature, then of every quantity of the outcome, then histograms, then directions. */
export function statisticsLength(task: Task): number {
  const moments = MOMENTS * (featuresOf(task).length + targetsOf(task.outcome).length)
  return moments + QUANTILE_BINS * quantileVariables(task).length + directionsLength(task)
}

/** Makes the statistics artefact from an opened sum; the same bytes at every member. */
export function concludeStatistics(task: Task, sums: Float64Array): Uint8Array {
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
  const constant = features.flatMap((feature, i) => (all[i] && isLeftOut(task, feature, all[i]) ? [i] : []))
  const payload = Float64Array.from([
    ...all.flatMap(({ mean, sd, count }) => [mean, sd, count]),
    ...found.flatMap(({ low, lower, median, upper, high }) => [low, lower, median, upper, high]),
    ...sums.subarray(sums.length - directionsLength(task)).map(Math.round),
  ])
  const header = { features: features.length, targets: all.length - features.length, constant }
  return writeArtefact('statistics', header, [payload])
}

/**
 * Whether a feature stays out of the model: one value over all hospitals says nothing. In an exact fit, whose pairs of features
 * are summed, so does a level (or its absence) that fewer rows of all hospitals have than the study asks of one.
 */
function isLeftOut({ plan, rules, variables }: Task, feature: Feature, { constant, mean, count }: Summary) {
  const variable = variables[feature.variable]
  const isNumber = variable?.type === 'number' && feature.name !== `${variable.name} missing`
  if (constant || !plan.fit || isNumber) return constant
  const has = Math.round(mean * count)
  return Math.min(has, count - has) < rules.minimumRows
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
