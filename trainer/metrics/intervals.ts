/** A figure with the 95% interval that it lies in. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** Half the width of a 95% interval in standard errors. */
export const Z = 1.959963984540054

/** For each case the share of controls below it, and for each control the share of cases above it; ties count half. */
interface Placements {
  readonly cases: Float64Array
  readonly controls: Float64Array
}

/** AUC with the interval of DeLong et al. (1988) on the logit scale. Null with fewer than two cases or two controls. */
export function aucInterval(scores: ArrayLike<number>, labels: ArrayLike<number>): Interval | null {
  return ofPlacements(placementsOf(scores, labels))
}

/** The AUC of `ours` minus that of `theirs` over the same rows, with the paired interval of DeLong et al. (1988). */
export function aucDifference(
  ours: ArrayLike<number>,
  theirs: ArrayLike<number>,
  labels: ArrayLike<number>,
): Interval | null {
  const a = placementsOf(ours, labels)
  const b = placementsOf(theirs, labels)
  const cases = a.cases.map((one, i) => one - (b.cases[i] ?? 0))
  const controls = a.controls.map((one, i) => one - (b.controls[i] ?? 0))
  if (cases.length < 2 || controls.length < 2) return null
  const value = meanOf(cases)
  const half = Z * Math.sqrt(varianceOf(cases) / cases.length + varianceOf(controls) / controls.length)
  return { value, low: value - half, high: value + half }
}

/** The mean of so many values, none below 0, with the interval of its standard error. Null for fewer than two. */
export function meanInterval(values: ArrayLike<number>): Interval | null {
  const { length } = values
  if (length < 2) return null
  const all = Float64Array.from(values)
  return aroundMean(meanOf(all), varianceOf(all), length)
}

/** A mean of values that are never negative, from their variance and number. */
export function aroundMean(value: number, variance: number, count: number): Interval {
  const half = Z * Math.sqrt(variance / count)
  return { value, low: Math.max(0, value - half), high: value + half }
}

/** A share of so many rows with the score interval of Wilson (1927). */
export function shareInterval(events: number, rows: number): Interval {
  const share = rows > 0 ? events / rows : 0
  const weight = Z ** 2 / rows
  const centre = (share + weight / 2) / (1 + weight)
  const half = (Z * Math.sqrt((share * (1 - share)) / rows + (weight / rows) * 0.25)) / (1 + weight)
  return { value: share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}

function ofPlacements({ cases, controls }: Placements): Interval | null {
  if (cases.length < 2 || controls.length < 2) return null
  const variance = varianceOf(cases) / cases.length + varianceOf(controls) / controls.length
  return aucAround(meanOf(cases), variance, Math.min(cases.length, controls.length))
}

/** An area with its variance as an interval on the logit scale, which stays within 0 and 1. `smaller` counts the smaller class. */
export function aucAround(value: number, variance: number, smaller: number): Interval {
  // All pairs in order: DeLong's variance is 0 and says nothing, Wilson's of the smaller class is honest.
  if (value <= 0 || value >= 1 || variance <= 0) return shareInterval(value * smaller, smaller)
  const half = (Z * Math.sqrt(variance)) / (value * (1 - value))
  const at = Math.log(value / (1 - value))
  const back = (logit: number) => 1 / (1 + Math.exp(-logit))
  return { value, low: back(at - half), high: back(at + half) }
}

/** Placements of the cases and of the controls, each in the rows' order. */
export function placementsOf(scores: ArrayLike<number>, labels: ArrayLike<number>): Placements {
  const cases: number[] = []
  const controls: number[] = []
  for (let i = 0; i < labels.length; i++) (labels[i] ? cases : controls).push(scores[i] ?? 0)
  const controlsBelow = sharesBelow(Float64Array.from(controls).toSorted())
  const casesBelow = sharesBelow(Float64Array.from(cases).toSorted())
  return {
    cases: Float64Array.from(cases, controlsBelow),
    controls: Float64Array.from(controls, (score) => 1 - casesBelow(score)),
  }
}

/** The share of sorted values that lie below a score, those equal to it counting half. */
function sharesBelow(sorted: Float64Array): (score: number) => number {
  const first = (score: number, isPast: (value: number) => boolean) => {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isPast(sorted[middle] ?? score)) high = middle
      else low = middle + 1
    }
    return low
  }
  return (score) =>
    (first(score, (value) => value >= score) + first(score, (value) => value > score)) / (2 * sorted.length)
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length
}

function varianceOf(values: Float64Array): number {
  const mean = meanOf(values)
  return values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1)
}
