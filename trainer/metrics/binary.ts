import type { Figures } from '#trainer/jobs.ts'

/** Probabilities are kept this far from 0 and 1 where a logarithm is taken. */
export const CLAMP = 1e-15

/** Exact figures of probabilities against labels 0 and 1. `auc` is null where one of the two classes is missing, all where no row is. */
export function binaryFigures(scores: ArrayLike<number>, labels: ArrayLike<number>): Figures {
  const rows = labels.length
  let events = 0
  for (let i = 0; i < rows; i++) events += labels[i] ? 1 : 0
  const mean = (of: (score: number, label: number) => number) => {
    let sum = 0
    for (let i = 0; i < rows; i++) sum += of(scores[i] ?? 0, labels[i] ?? 0)
    return rows > 0 ? sum / rows : null
  }
  return {
    rows,
    events,
    auc: areaUnderRoc(scores, labels),
    logLoss: mean(logLossOf),
    brier: mean((score, label) => (score - label) ** 2),
    accuracy: mean((score, label) => Number(score >= 0.5 === label > 0)),
  }
}

/** Negative log-likelihood of one label under a probability clamped to [1e-15, 1 - 1e-15]. */
export function logLossOf(score: number, label: number): number {
  const p = Math.min(1 - CLAMP, Math.max(CLAMP, score))
  return label > 0 ? -Math.log(p) : -Math.log1p(-p)
}

/** Probability that a case scores above a control, ties counting half (Mann and Whitney 1947). Null without both. */
export function areaUnderRoc(scores: ArrayLike<number>, labels: ArrayLike<number>): number | null {
  const order = Array.from({ length: labels.length }, (_, i) => i).toSorted(
    (a, b) => (scores[a] ?? 0) - (scores[b] ?? 0),
  )
  let cases = 0
  let controls = 0
  let wins = 0
  for (let from = 0; from < order.length;) {
    const score = scores[order[from] ?? 0]
    let tiedCases = 0
    let tiedControls = 0
    let to = from
    for (; to < order.length && scores[order[to] ?? 0] === score; to++) {
      if (labels[order[to] ?? 0]) tiedCases += 1
      else tiedControls += 1
    }
    wins += tiedCases * (controls + tiedControls / 2)
    cases += tiedCases
    controls += tiedControls
    from = to
  }
  return cases > 0 && controls > 0 ? wins / (cases * controls) : null
}
