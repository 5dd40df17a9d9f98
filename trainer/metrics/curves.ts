import { shareInterval } from './intervals.ts'

/** A point of a ROC curve: false and true positive rate, both 0 to 1. */
export interface RocPoint {
  readonly fpr: number
  readonly tpr: number
}

/** A bin of a calibration curve: mean predicted risk, observed share with its interval, and how many rows. */
export interface CalibrationBin {
  readonly predicted: number
  readonly observed: number
  readonly low: number
  readonly high: number
  readonly rows: number
}

const MOST_POINTS = 200
const MOST_BINS = 10
/** Fewer rows than this make no bin of a calibration curve. */
const FEWEST_IN_BIN = 10

/** The ROC curve from (0, 0) to (1, 1), ascending, at most 200 points of it. Empty without both classes. */
export function rocCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): RocPoint[] {
  const order = orderOf(scores).toReversed()
  const cases = order.filter((row) => labels[row]).length
  const controls = order.length - cases
  if (cases === 0 || controls === 0) return []
  const points: RocPoint[] = [{ fpr: 0, tpr: 0 }]
  let hits = 0
  order.forEach((row, i) => {
    if (labels[row]) hits += 1
    // Equal scores are one threshold: a point stands only where the score changes.
    const isLast = i + 1 === order.length || scores[order[i + 1] ?? 0] !== scores[row]
    if (isLast) points.push({ fpr: (i + 1 - hits) / controls, tpr: hits / cases })
  })
  return thinned(points)
}

/** Evenly chosen points; the first and the last stay. */
function thinned(points: readonly RocPoint[]): RocPoint[] {
  if (points.length <= MOST_POINTS) return [...points]
  const step = (points.length - 1) / (MOST_POINTS - 1)
  return Array.from({ length: MOST_POINTS }, (_, i) => points[Math.round(i * step)]).filter(
    (point) => point !== undefined,
  )
}

/** At most ten bins of as good as equal numbers of rows by predicted risk, ascending, none of fewer than ten rows. */
export function calibrationCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): CalibrationBin[] {
  const order = orderOf(scores)
  const count = Math.min(MOST_BINS, Math.floor(order.length / FEWEST_IN_BIN))
  return Array.from({ length: count }, (_, bin) => {
    const from = Math.round((bin * order.length) / count)
    const rows = order.slice(from, Math.round(((bin + 1) * order.length) / count))
    const predicted = rows.reduce((sum, row) => sum + (scores[row] ?? 0), 0) / rows.length
    const {
      value: observed,
      low,
      high,
    } = shareInterval(rows.filter((row) => labels[row]).length, rows.length)
    return { predicted, observed, low, high, rows: rows.length }
  })
}

function orderOf(scores: ArrayLike<number>): number[] {
  return Array.from({ length: scores.length }, (_, row) => row).toSorted(
    (a, b) => (scores[a] ?? 0) - (scores[b] ?? 0),
  )
}
