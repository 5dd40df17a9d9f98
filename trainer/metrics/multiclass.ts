import type { Figures } from '#trainer/jobs.ts'
import { areaUnderRoc, CLAMP } from './binary.ts'

/** Exact figures of class probabilities (row after row) against class indices. `auc` is the mean of one class against the rest. */
export function multiclassFigures(scores: Float64Array, labels: Float32Array, classes: number): Figures {
  const rows = labels.length
  let [logLoss, squares, right] = [0, 0, 0]
  for (let row = 0; row < rows; row++) {
    const judged = judgeRow(scores, row, labels[row] ?? 0, classes)
    logLoss += judged.logLoss
    squares += judged.squares
    right += judged.right
  }
  const mean = (sum: number) => (rows > 0 ? sum / rows : null)
  const areas = Array.from({ length: classes }, (_, k) => {
    const own = Float64Array.from(labels, (_label, row) => scores[row * classes + k] ?? 0)
    return areaUnderRoc(
      own,
      Float32Array.from(labels, (label) => Number(label === k)),
    )
  })
  const auc = meanArea(areas)
  return { rows, events: null, auc, logLoss: mean(logLoss), brier: mean(squares), accuracy: mean(right) }
}

/** One row's negative log-likelihood, squared errors over all classes, and 1 where the likeliest class came. */
export function judgeRow(scores: Float64Array, row: number, label: number, classes: number) {
  let squares = 0
  let best = 0
  for (let k = 0; k < classes; k++) {
    const p = scores[row * classes + k] ?? 0
    squares += (p - Number(k === label)) ** 2
    if (p > (scores[row * classes + best] ?? 0)) best = k
  }
  const p = Math.max(CLAMP, scores[row * classes + label] ?? 0)
  return { logLoss: -Math.log(p), squares, right: Number(best === label) }
}

/** Mean of the areas that exist (Hand and Till call for all classes; one without rows has none). */
export function meanArea(areas: readonly (number | null)[]): number | null {
  const known = areas.filter((area) => area !== null)
  return known.length > 0 ? known.reduce((sum, area) => sum + area, 0) / known.length : null
}
