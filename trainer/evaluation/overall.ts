import type { Task } from '#trainer/jobs.ts'
import { logLossOf } from '#trainer/metrics/binary.ts'
import { aroundMean, aucAround, type Interval } from '#trainer/metrics/intervals.ts'
import { readStatistics } from '#trainer/statistics/artefact.ts'
import { binsOf, scoreOfBin, type Bins } from './bins.ts'
import { modelPart } from './counts.ts'
import { sumOf } from './conclude.ts'

type Part = ReturnType<typeof modelPart>

/** Intervals of a summed evaluation. Null where there are too few rows of either class. */
export interface OverallIntervals {
  readonly auc: Interval | null
  readonly logLoss: Interval | null
  readonly brier: Interval | null
}

/**
 * 95% intervals of the shared model's figures over all members' held-out rows, from the opened sum alone. AUC: DeLong et
 * al. (1988) on binned scores. Log-loss and Brier: the sums are exact, their spread is that of the bins' middle scores.
 */
export function overallIntervals(
  task: Task,
  statistics: Uint8Array,
  evaluation: Uint8Array,
): OverallIntervals {
  const sum = sumOf(task, evaluation)
  const part = modelPart(sum, 'shared')
  const [bins] = binsOf(readStatistics(task, statistics))
  if (task.outcome.task !== 'binary' || !bins) return { auc: null, logLoss: null, brier: null }
  const rows = Math.round(sum[0] ?? 0)
  const spread = (of: (score: number, label: number) => number, total: number) =>
    rows < 2 ? null : aroundMean(total / rows, binnedVariance(part, bins, of), rows)
  return {
    auc: binnedAuc(part),
    logLoss: spread(logLossOf, part.logLoss),
    brier: spread((score, label) => (score - label) ** 2, part.squares),
  }
}

function binnedVariance(
  { positives, negatives }: Part,
  bins: Bins,
  of: (score: number, label: number) => number,
) {
  let count = 0
  let sum = 0
  let squares = 0
  for (let bin = 0; bin < bins.count; bin++) {
    const score = scoreOfBin(bins, bin)
    for (const [label, rows] of [positives[bin] ?? 0, negatives[bin] ?? 0].map(
      (n, i) => [1 - i, n] as const,
    )) {
      const value = of(score, label)
      count += rows
      sum += rows * value
      squares += rows * value ** 2
    }
  }
  return count < 2 ? 0 : Math.max(0, (squares - sum ** 2 / count) / (count - 1))
}

function binnedAuc({ positives, negatives }: Part): Interval | null {
  const below = sharesBelow(negatives)
  const casesBelow = sharesBelow(positives)
  const cases = momentsOf(positives, below)
  const controls = momentsOf(negatives, (bin) => 1 - casesBelow(bin))
  if (cases.count < 2 || controls.count < 2) return null
  const variance = cases.variance / cases.count + controls.variance / controls.count
  return aucAround(cases.mean, variance, Math.min(cases.count, controls.count))
}

/** The share of a histogram's rows in lower bins, those in the same bin counting half. */
function sharesBelow(histogram: Float64Array): (bin: number) => number {
  const total = histogram.reduce((sum, rows) => sum + Math.round(rows), 0)
  let before = 0
  const shares = Array.from(histogram, (rows) => {
    const share = (before + Math.round(rows) / 2) / total
    before += Math.round(rows)
    return share
  })
  return (bin) => shares[bin] ?? 0
}

function momentsOf(histogram: Float64Array, value: (bin: number) => number) {
  const each = (of: (value: number) => number) =>
    histogram.reduce(
      (sum, rows, bin) => (Math.round(rows) > 0 ? sum + Math.round(rows) * of(value(bin)) : sum),
      0,
    )
  const count = each(() => 1)
  const mean = each((one) => one) / count
  return { count, mean, variance: each((one) => (one - mean) ** 2) / (count - 1) }
}
