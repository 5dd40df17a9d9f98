import type { Intervals, Task } from '#trainer/jobs.ts'
import { logLossOf } from '#trainer/metrics/binary.ts'
import { aroundMean, aucAround, type Interval } from '#trainer/metrics/intervals.ts'
import { readStatistics } from '#trainer/statistics/artefact.ts'
import { binsOf, scoreOfBin, type Bins } from './bins.ts'
import { type Judged, judged, modelPart } from './counts.ts'
import { sumOf } from './conclude.ts'
import { tallyOf } from './tally.ts'

type Part = ReturnType<typeof modelPart>

const none: Intervals = { auc: null, logLoss: null, brier: null }

/** 95% intervals of a model's figures over all members' held-out rows, from the opened sum alone: null where it does not show them. */
export function overallIntervals(
  task: Task,
  statistics: Uint8Array,
  evaluation: Uint8Array,
  which: Judged,
): Intervals {
  const sum = sumOf(task, evaluation)
  const { outcome } = task
  if (outcome.task === 'binary') return ofBinary(sum, which, binsOf(readStatistics(task, statistics)))
  const rows = Math.round(sum[0] ?? 0)
  const { rowsLength, modelLength, intervals } = tallyOf(outcome)
  const from = rowsLength + judged.indexOf(which) * modelLength
  if (!intervals || rows < 2) return none
  return { ...none, ...intervals(rows, sum.subarray(from, from + modelLength)) }
}

/** AUC: DeLong et al. (1988) on binned scores. Log-loss and Brier: the sums are exact, their spread is that of the bins' middle scores. */
function ofBinary(sum: Float64Array, which: Judged, [bins]: readonly Bins[]): Intervals {
  const part = modelPart(sum, which)
  const rows = Math.round(sum[0] ?? 0)
  if (!bins) return none
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
