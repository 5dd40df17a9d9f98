import type { Figures } from '#trainer/jobs.ts'

/** What errors of predicted numbers add up to. */
export interface Errors {
  readonly rows: number
  readonly squares: number
  readonly absolute: number
  /** Sum of squares of the outcome about its mean. */
  readonly spread: number
}

/** Exact figures of predicted numbers, in the outcome's unit. */
export function regressionFigures(scores: Float64Array, labels: Float32Array): Figures {
  let [sum, squares, absolute] = [0, 0, 0]
  labels.forEach((label, row) => {
    const error = (scores[row] ?? 0) - label
    sum += label
    squares += error * error
    absolute += Math.abs(error)
  })
  const mean = sum / labels.length
  const spread = labels.reduce((total, label) => total + (label - mean) ** 2, 0)
  return figuresOfErrors({ rows: labels.length, squares, absolute, spread })
}

/** Mean squared and absolute error and the share of variance explained; null where no row, or no spread, is. */
export function figuresOfErrors({ rows, squares, absolute, spread }: Errors): Figures {
  const mean = (sum: number) => (rows > 0 ? sum / rows : null)
  const none = { events: null, auc: null, logLoss: null, brier: null, accuracy: null }
  const r2 = spread > 0 ? 1 - squares / spread : null
  return { rows, ...none, mse: mean(squares), mae: mean(absolute), r2 }
}
