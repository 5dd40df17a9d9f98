import type { Variable } from '#domain/variable.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { type Feature, featuresOf, settle } from '#trainer/variables/features.ts'
import { readStatistics, type Statistics } from './artefact.ts'
import { recodedVariables } from './coding.ts'
import { contributeDirections, othersDirections } from './directions.ts'
import { isRateApart, turnedRound } from './labels.ts'
import { addMoments, MOMENTS, type Range, type Summary } from './moments.ts'
import { targetsOf } from './targets.ts'
import { unitOf } from './units.ts'

/**
 * What is odd about ours: far from the others; in another unit; a variable's levels named otherwise; a rate of the outcome
 * that no honest hospital is likely to have; an outcome that goes with the variables the other way round.
 */
type DriftFinding = 'none' | 'shifted' | 'unit' | 'coding' | 'rate' | 'direction'

/** How one feature of ours, a variable's coding or a quantity of the outcome lies against all others together. For this hospital's own eyes. */
export interface Drift {
  readonly name: string
  /** Index of the study variable; null for the outcome. */
  readonly variable: number | null
  readonly ours: number
  readonly others: number
  /** (ours - others) / the others' standard deviation; null where nobody else has values or they do not vary. */
  readonly difference: number | null
  /** Numbers: the share of our values outside the declared range. */
  readonly outside: number
  readonly finding: DriftFinding
  /** The factor by which our unit seems to differ, where it does: ours divided by this would be like the others'. */
  readonly factor: number | null
}

/** Beyond these a hospital is unlike the others: in standard deviations, and as a share of values outside the range. */
const SHIFTED = 1
const FAR_OUTSIDE = 0.2

/** Our rows beside the statistics of all. */
interface Compared {
  readonly task: Task
  readonly table: Table
  readonly train: Uint32Array
  readonly whole: Statistics
}

/**
 * Compares our training rows with the other hospitals' (all minus ours, exactly): each feature, then variables whose levels
 * seem to be named otherwise, then the outcome. Directions and rates are judged one hospital, one voice.
 */
export function driftOf(
  task: Task,
  table: Table,
  train: Uint32Array,
  statistics: Uint8Array,
): readonly Drift[] {
  const compared = { task, table, train, whole: readStatistics(task, statistics) }
  const ours = contributeDirections(task, table, train)
  const directions = othersDirections(compared.whole.directions, ours)
  const features = featuresOf(task)
  const lines = features.map((feature, index) => featureLine(compared, feature, index))
  const recoded = recodedVariables(task, table, train, { lines, directions })
  return [
    ...lines,
    ...recoded.map((variable) => codingLine(task, variable)),
    ...outcomeLines(compared, directions),
  ]
}

function featureLine(compared: Compared, feature: Feature, index: number): Drift {
  const { task, table, train, whole } = compared
  const { variable, name } = feature
  const declared = task.variables[variable]
  const column = Float64Array.from(train, (row) => table.columns[variable]?.[row] ?? Number.NaN)
  const values = column.map((value) => (declared ? feature.of(settle(declared, value)) : value))
  const quantiles = whole.quantiles[index]
  const drawn = quantiles
    ? values.map((value) => Math.min(quantiles.high, Math.max(quantiles.low, value)))
    : values
  const rest = withoutOurs(whole.features[index], drawn, feature)
  // A number's value comes before its missing indicator.
  const isValue = featuresOf(task)[index - 1]?.variable !== variable
  if (declared?.type !== 'number' || !isValue) return lineOf({ name, variable }, rest.ours, rest, 0, null)
  const { mean, outside } = rawOf(declared, column)
  return lineOf({ name, variable }, mean, rest, outside, unitOf(declared, column, rest))
}

function codingLine(task: Task, variable: number): Drift {
  const nothing = { ours: Number.NaN, others: Number.NaN, difference: null, outside: 0, factor: null }
  return { name: task.variables[variable]?.name ?? '', variable, ...nothing, finding: 'coding' }
}

function outcomeLines({ task, table, train, whole }: Compared, directions: Float64Array | null): Drift[] {
  const all = targetsOf(task.outcome).map((target, index) => {
    const { name, low, high, of } = target
    const values = Float64Array.from(train, (row) =>
      of(table.outcome[row] ?? Number.NaN, table.event?.[row] ?? 0),
    )
    const rest = withoutOurs(whole.targets[index], values, target)
    const isShare = low === 0 && high === 1
    const rate = isShare && rest.sd > 0 ? { ours: rest.ours, rows: train.length, others: rest.mean } : null
    const { unit } = { unit: null, ...task.outcome }
    const factor = isShare ? null : unitOf({ low, high, unit }, values, rest)
    return { rate, line: lineOf({ name, variable: null }, rest.ours, rest, 0, factor) }
  })
  const rates = all.map((one) => one.rate)
  const turned = directions ? turnedRound(task, table, train, { directions, rates }) : []
  return all.map(({ rate, line }, index) => {
    if (turned.includes(index)) return { ...line, finding: 'direction' }
    return rate && isRateApart(rate) ? { ...line, finding: 'rate' } : line
  })
}

function lineOf(
  about: Pick<Drift, 'name' | 'variable'>,
  ours: number,
  others: { readonly mean: number; readonly sd: number },
  outside: number,
  factor: number | null,
): Drift {
  const difference = others.sd > 0 ? (ours - others.mean) / others.sd : null
  const isOdd = Math.abs(difference ?? 0) > SHIFTED || outside > FAR_OUTSIDE
  const finding = factor !== null ? 'unit' : isOdd ? 'shifted' : 'none'
  return { ...about, ours, others: others.mean, difference, outside, finding, factor }
}

/** Mean and sd of all others, and our own mean in the declared range. */
function withoutOurs(all: Summary | undefined, values: Float64Array, range: Range) {
  const { low, high } = range
  const half = (high - low) / 2
  const sums = new Float64Array(MOMENTS)
  addMoments(values, range, sums, 0)
  const [count = 0, sum = 0, squares = 0] = sums
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

/** Mean of the values as they stand, before any is drawn in to the range, and the share of them outside of it. */
function rawOf(declared: Variable, column: Float64Array) {
  const known = column.filter(Number.isFinite)
  const outside = known.filter(
    (value) => settle({ ...declared, outside: 'missing' } as Variable, value) !== value, // the rule for numbers alone
  ).length
  const sum = known.reduce((total, value) => total + value, 0)
  return { mean: sum / known.length, outside: known.length > 0 ? outside / known.length : 0 }
}
