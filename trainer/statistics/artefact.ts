import { AppError } from '#domain/errors.ts'
import { floats64, readArtefact, writeArtefact } from '#trainer/artefact.ts'
import type { Task } from '#trainer/jobs.ts'
import type { Scaling } from '#trainer/variables/encode.ts'
import { featuresOf } from '#trainer/variables/features.ts'
import * as v from 'valibot'
import { MOMENTS, summarise, type Summary } from './moments.ts'
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
}

/** Length of a statistics contribution: moments of every feature, then of every quantity of the outcome. */
export function statisticsLength(task: Task): number {
  return MOMENTS * (featuresOf(task).length + targetsOf(task.outcome).length)
}

/** Makes the statistics artefact from an opened sum; the same bytes at every member. */
export function concludeStatistics(task: Task, sums: Float64Array): Uint8Array {
  if (sums.length !== statisticsLength(task)) {
    throw new AppError('bad-request', 'The sum does not have the length of this study')
  }
  const features = featuresOf(task)
  const all = [...features, ...targetsOf(task.outcome)].map((range, i) => summarise(sums, range, MOMENTS * i))
  const constant = all.flatMap(({ constant }, i) => (constant && i < features.length ? [i] : []))
  const payload = Float64Array.from(all.flatMap(({ mean, sd, count }) => [mean, sd, count]))
  const header = { features: features.length, targets: all.length - features.length, constant }
  return writeArtefact('statistics', header, [payload])
}

/** Reads a statistics artefact of this study strictly ('document-refused' for anything else). */
export function readStatistics(task: Task, bytes: Uint8Array): Statistics {
  const { header, payload } = readArtefact('statistics', Header, bytes)
  const features = featuresOf(task).length
  const count = features + targetsOf(task.outcome).length
  const values = floats64(payload, 0, 3 * count)
  const fits = header.features === features && header.targets === count - features
  if (!fits || payload.length !== 24 * count || !values.every(Number.isFinite)) {
    throw new AppError('document-refused', 'The statistics are not those of this study')
  }
  const constant = new Set(header.constant)
  const all = Array.from({ length: count }, (_, i) => ({
    mean: values[3 * i] ?? 0,
    sd: values[3 * i + 1] ?? 1,
    count: values[3 * i + 2] ?? 0,
    constant: i < features && constant.has(i),
  }))
  return { features: all.slice(0, features), targets: all.slice(features) }
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
  }
}
