import type { Variable } from '#domain/variable.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { featuresOf, settle } from '#trainer/variables/features.ts'
import { readStatistics } from './artefact.ts'
import { contributeStatistics } from './contribution.ts'
import { MOMENTS, type Range, type Summary } from './moments.ts'

/** How one feature of ours lies against all others together. For this hospital's own eyes. */
export interface Drift {
  readonly name: string
  /** Index of the study variable. */
  readonly variable: number
  readonly ours: number
  readonly others: number
  /** (ours - others) / the others' standard deviation; null where nobody else has values or they do not vary. */
  readonly difference: number | null
  /** Numbers: the share of our values outside the declared range. */
  readonly outside: number
  readonly finding: 'none' | 'shifted' | 'unit'
  /** The factor by which our unit seems to differ, where it does: ours divided by this would be like the others'. */
  readonly factor: number | null
}

/** Beyond these a hospital is unlike the others: in standard deviations, and as a share of values outside the range. */
const SHIFTED = 1
const FAR_OUTSIDE = 0.2

/** Factors between units in use: powers of ten, mmol/l and mg/dl of glucose, cholesterol, creatinine (in umol) and urea, kPa and mmHg, pounds, inches. */
const FACTORS = [
  10, 100, 1000, 1e6, 18.02, 38.67, 88.42, 88.57, 2.8, 7.5006, 2.2046, 2.54, 60, 24, 365.25, 12,
]
const NEAR = 0.2

/**
 * Compares our training rows with the other hospitals' (all minus ours, exactly), feature by feature. A number whose mean
 * differs by about the factor between two units, far off or outside the range, is found as a unit.
 */
export function driftOf(
  task: Task,
  table: Table,
  train: Uint32Array,
  statistics: Uint8Array,
): readonly Drift[] {
  const features = featuresOf(task)
  const whole = readStatistics(task, statistics).features
  const sums = contributeStatistics(task, table, train)
  return features.map((feature, index) => {
    const { variable, name } = feature
    const others = withoutOurs(whole[index], sums, feature, MOMENTS * index)
    const raw = rawOf(task.variables[variable], table.columns[variable], train)
    const measured = task.variables[variable]?.type === 'number' && features[index - 1]?.variable !== variable
    const ours = measured ? raw.mean : others.ours
    const difference = others.sd > 0 ? (ours - others.mean) / others.sd : null
    const outside = measured ? raw.outside : 0
    const found = findingOf(difference, outside, measured ? ours / others.mean : null)
    return { name, variable, ours, others: others.mean, difference, outside, ...found }
  })
}

function findingOf(difference: number | null, outside: number, ratio: number | null) {
  const odd = Math.abs(difference ?? 0) > SHIFTED || outside > FAR_OUTSIDE
  const factor = odd && ratio !== null ? unitOf(ratio) : null
  if (factor !== null) return { finding: 'unit' as const, factor }
  return { finding: odd ? ('shifted' as const) : ('none' as const), factor }
}

/** Mean and sd of all others, and our own mean in the declared range. */
function withoutOurs(all: Summary | undefined, sums: Float64Array, { low, high }: Range, at: number) {
  const half = (high - low) / 2
  const [count = 0, sum = 0, squares = 0] = sums.subarray(at, at + MOMENTS)
  const unmapped = (value: number) => low + (value + 1) * half
  const ours = count > 0 ? unmapped(sum / count) : Number.NaN
  if (!all) return { ours, mean: Number.NaN, sd: 0 }
  const mapped = half > 0 ? (all.mean - low) / half - 1 : 0
  const sd = all.constant || half === 0 ? 0 : all.sd / half
  const left = all.count - count
  if (!(left > 1)) return { ours, mean: unmapped(mapped), sd: 0 }
  const mean = (all.count * mapped - sum) / left
  const second = (all.count * (sd * sd + mapped * mapped) - squares) / left
  return { ours, mean: unmapped(mean), sd: Math.sqrt(Math.max(0, second - mean * mean)) * half }
}

/** Mean of the values as they stand, before any is drawn in to the range. */
function rawOf(variable: Variable | undefined, column: Float32Array | undefined, train: Uint32Array) {
  let [count, sum, outside] = [0, 0, 0]
  for (const row of train) {
    const value = column?.[row] ?? Number.NaN
    if (!Number.isFinite(value) || !variable) continue
    count += 1
    sum += value
    if (settle({ ...variable, outside: 'missing' } as Variable, value) !== value) outside += 1 // the rule for numbers alone
  }
  return { mean: count > 0 ? sum / count : Number.NaN, outside: count > 0 ? outside / count : 0 }
}

/** The unit's factor that a ratio of means is near to, larger or smaller than 1; null for none. */
function unitOf(ratio: number): number | null {
  const all = FACTORS.flatMap((factor) => [factor, 1 / factor])
  const near = all.filter((factor) => Math.abs(ratio / factor - 1) < NEAR)
  const distance = (factor: number) => Math.abs(ratio / factor - 1)
  return near.toSorted((a, b) => distance(a) - distance(b))[0] ?? null
}
