import { type Interval, placementsOf, Z } from './intervals.ts'

/** A figure with what each row does to it: the squares add up to its variance (the infinitesimal jackknife, Efron 1982). */
export interface Estimate {
  readonly value: number
  readonly influence: Float64Array
}

/** The variance of a figure. */
export function varianceOf({ influence }: Estimate): number {
  return influence.reduce((sum, one) => sum + one * one, 0)
}

/** A figure of `ours` minus that of `theirs` over the same rows, with its paired interval. */
export function differenceOf(ours: Estimate, theirs: Estimate): Interval {
  const value = ours.value - theirs.value
  const influence = ours.influence.map((one, row) => one - (theirs.influence[row] ?? 0))
  const half = Z * Math.sqrt(varianceOf({ value, influence }))
  return { value, low: value - half, high: value + half }
}

/** A mean over rows. Null for fewer than two. */
export function meanEstimate(values: Float64Array): Estimate | null {
  const rows = values.length
  if (rows < 2) return null
  const value = values.reduce((sum, one) => sum + one, 0) / rows
  const scale = 1 / Math.sqrt(rows * (rows - 1))
  return { value, influence: values.map((one) => (one - value) * scale) }
}

/** The share of variance explained (R²), by the delta method. Null where nothing varies. */
export function explainedEstimate(scores: Float64Array, labels: Float32Array): Estimate | null {
  const rows = labels.length
  const mean = labels.reduce((sum, one) => sum + one, 0) / rows
  const spread = Float64Array.from(labels, (label) => (label - mean) ** 2)
  const squares = scores.map((score, row) => (score - (labels[row] ?? 0)) ** 2)
  const [total, missed] = [spread, squares].map((all) => all.reduce((sum, one) => sum + one, 0))
  if (!total || missed === undefined) return null
  const share = missed / total
  const scale = Math.sqrt(rows / (rows - 1)) / total
  return {
    value: 1 - share,
    influence: squares.map((one, row) => (share * (spread[row] ?? 0) - one) * scale),
  }
}

/**
 * The mean over classes of the area of one class against the rest, with the covariances of DeLong et al. (1988). Classes of
 * which no row is are left out; null where another has, or leaves, a single row.
 */
export function meanAreaEstimate(
  scores: Float64Array,
  labels: Float32Array,
  classes: number,
): Estimate | null {
  const influence = new Float64Array(labels.length)
  const areas: number[] = []
  for (let k = 0; k < classes; k++) {
    const own = Float64Array.from(labels, (_, row) => scores[row * classes + k] ?? 0)
    const isCase = Uint8Array.from(labels, (label) => Number(label === k))
    const { cases, controls } = placementsOf(own, isCase)
    if (cases.length === 0 || controls.length === 0) continue
    if (cases.length < 2 || controls.length < 2) return null
    const area = cases.reduce((sum, one) => sum + one, 0) / cases.length
    areas.push(area)
    let [caseAt, controlAt] = [0, 0]
    isCase.forEach((one, row) => {
      const of = one ? cases : controls
      const place = of[one ? caseAt++ : controlAt++] ?? 0
      influence[row] = (influence[row] ?? 0) + (place - area) / Math.sqrt(of.length * (of.length - 1))
    })
  }
  if (areas.length === 0) return null
  const value = areas.reduce((sum, area) => sum + area, 0) / areas.length
  return { value, influence: influence.map((one) => one / areas.length) }
}
