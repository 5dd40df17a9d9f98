import type { Variable } from '#domain/variable.ts'

/** Factors between units in use: percent, powers of ten, mmol/l and mg/dl of glucose, cholesterol, creatinine (in umol), triglycerides and urea, kPa and mmHg, pounds, inches. */
const MEASURES = [10, 100, 1000, 1e6, 18.02, 38.67, 88.42, 88.57, 2.8, 7.5006, 2.2046, 2.54]
/** Between seconds, minutes, hours, days, weeks, months and years. */
const TIMES = [7, 12, 24, 30.44, 52.18, 60, 365.25, 3600, 8766]
const TIME_UNIT = /^(s|ms|min|h|d|wk|mo|a|y|yr|(second|minute|hour|hr|day|week|month|year)s?)$/i

/** How far honest hospitals lie apart: their means in standard deviations, and the logarithms of their deviations. */
const MEANS_APART = 0.5
const SPREADS_APART = 0.25
/** The spreads of skewed quantities lie further apart, with their means: by so much of their coefficient of variation. */
const SKEWED_APART = 0.3
/** Beyond this coefficient of variation means lie no further apart. */
const MOST_VARIATION = 0.8
/** A larger one is a matter of a few values. */
const MOST_SKEWED = 1.5
/** By so much (as half a squared distance) a factor has to explain our values better than none does. */
const BETTER = 9
/** And so well it has to explain them. */
const EXPLAINED = 3.5
/** A value outside the declared range speaks against a factor, as so many squared standard deviations if all are. */
const OUTSIDE = 40
/** Fewer values say nothing about a unit. */
const FEWEST_VALUES = 10
/** More than so many values are not looked at: the answer would be the same. */
const MOST_VALUES = 20_000

/** Mean and standard deviation of what the others have. */
export interface Spread {
  readonly mean: number
  readonly sd: number
}

/**
 * The factor by which our values seem to be in another unit than the others': mean and spread fit once divided by it, and do
 * not as they are. Also within one standard deviation, by the spread. Null where none is needed, none fits or few values tell.
 */
export function unitOf(
  variable: Pick<Extract<Variable, { type: 'number' }>, 'low' | 'high' | 'unit'>,
  values: ArrayLike<number>,
  others: Spread,
): number | null {
  const known = someOf(values)
  if (known.length < FEWEST_VALUES || !(others.sd > 0)) return null
  const asTheyAre = distanceOf(known, 1, variable, others)
  const factors = factorsOf(variable.unit)
  const tried = [...factors, ...factors.map((factor) => 1 / factor)].map((factor) => ({
    factor,
    distance: distanceOf(known, factor, variable, others),
  }))
  const [best] = tried.toSorted((a, b) => a.distance - b.distance)
  if (!best || best.distance > EXPLAINED || asTheyAre - best.distance < BETTER) return null
  return best.factor
}

/** Factors that a unit may be mistaken by; all of them where none is named. */
function factorsOf(unit: string | null): readonly number[] {
  if (unit === null) return [...MEASURES, ...TIMES]
  return TIME_UNIT.test(unit) ? TIMES : MEASURES
}

/** Values that are numbers, evenly taken where there are many. */
function someOf(values: ArrayLike<number>): Float64Array {
  const known = Float64Array.from(values).filter(Number.isFinite)
  const step = Math.ceil(known.length / MOST_VALUES)
  return step > 1 ? known.filter((_, i) => i % step === 0) : known
}

/** Half the squared distance between our values, divided by a factor, and the others', in what honest hospitals differ by. */
function distanceOf(
  values: Float64Array,
  factor: number,
  range: { readonly low: number; readonly high: number },
  others: Spread,
): number {
  const inside = values
    .map((value) => value / factor)
    .filter((value) => value >= range.low && value <= range.high)
  const outside = OUTSIDE * (1 - inside.length / values.length)
  const ours = momentsOf(inside)
  if (inside.length < FEWEST_VALUES || !(ours.sd > 0)) return OUTSIDE + outside
  const isPositive = range.low >= 0 && others.mean > 0 && ours.mean > 0
  const far = isPositive ? relativeOf(ours, others) : meansOf(ours, others)
  const variation = isPositive ? Math.min(ours.sd / ours.mean, others.sd / others.mean, MOST_SKEWED) : 0
  const kurtosis = Math.max(ours.kurtosis, kurtosisBy(variation))
  const apart = SPREADS_APART + SKEWED_APART * variation
  const wide = Math.log(ours.sd / others.sd) ** 2 / (apart ** 2 + (kurtosis - 1) / (4 * inside.length))
  return (far + wide) / 2 + outside
}

type Moments = ReturnType<typeof momentsOf>

function meansOf(ours: Moments, others: Spread): number {
  return ((ours.mean - others.mean) / others.sd) ** 2 / (MEANS_APART ** 2 + 1 / ours.count)
}

/** What cannot be negative is compared by ratios: a few large values sway a mean. */
function relativeOf(ours: Moments, others: Spread): number {
  const variation = Math.sqrt((others.sd / others.mean) * (ours.sd / ours.mean))
  const apart = MEANS_APART * Math.min(variation, MOST_VARIATION)
  return Math.log(ours.mean / others.mean) ** 2 / (apart ** 2 + variation ** 2 / ours.count)
}

/** The kurtosis of a log-normal quantity by its coefficient of variation: a sample shows too small a one. */
function kurtosisBy(variation: number): number {
  const power = 1 + variation ** 2
  return power ** 4 + 2 * power ** 3 + 3 * power ** 2 - 3
}

function momentsOf(values: Float64Array) {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length
  const central = (power: number) =>
    values.reduce((sum, one) => sum + (one - mean) ** power, 0) / values.length
  const variance = central(2)
  return { count: values.length, mean, sd: Math.sqrt(variance), kurtosis: central(4) / (variance * variance) }
}
