import type { Outcome } from '#domain/variable.ts'
import type { Intervals } from '#trainer/jobs.ts'
import { concordanceEstimate } from '#trainer/metrics/concordance.ts'
import {
  differenceOf,
  type Estimate,
  explainedEstimate,
  meanAreaEstimate,
  meanEstimate,
  varianceOf,
} from '#trainer/metrics/estimates.ts'
import { aroundMean, aucAround, type Interval, shareInterval } from '#trainer/metrics/intervals.ts'
import { judgeRow } from '#trainer/metrics/multiclass.ts'
import type { Scored } from './scored.ts'

/** A figure, how its rows spread it, and its interval. */
export interface Spread {
  readonly estimate: Estimate
  readonly interval: Interval
}
export type Spreads = Readonly<Partial<Record<keyof Intervals, Spread>>>

/** How sure the figures of a hospital's own held-out rows are, where the outcome is not yes or no. Absent where too few rows are. */
export function spreadsOf(outcome: Outcome, scored: Scored): Spreads {
  if (outcome.task === 'multiclass') return ofClasses(scored, outcome.classes.length)
  if (outcome.task === 'regression') return ofNumbers(scored)
  return ofTimes(scored)
}

function spread(estimate: Estimate | null, bounds: (one: Estimate) => Interval): Spread | undefined {
  return estimate ? { estimate, interval: bounds(estimate) } : undefined
}

/** Kept out of the object where there is none. */
function known(all: Record<string, Spread | undefined>): Spreads {
  return Object.fromEntries(Object.entries(all).filter(([, one]) => one !== undefined))
}

const mean = (estimate: Estimate) => aroundMean(estimate.value, varianceOf(estimate), 1)

function ofClasses({ scores, labels }: Scored, classes: number): Spreads {
  const judged = Array.from(labels, (label, row) => judgeRow(scores, row, label, classes))
  const over = (of: (row: (typeof judged)[number]) => number) => meanEstimate(Float64Array.from(judged, of))
  const right = judged.filter((one) => one.right > 0).length
  const counts = Array.from({ length: classes }, (_, k) => labels.filter((one) => one === k).length)
  const smallest = Math.min(...counts.filter((rows) => rows > 0))
  return known({
    accuracy: spread(
      over((one) => one.right),
      () => shareInterval(right, labels.length),
    ),
    auc: spread(meanAreaEstimate(scores, labels, classes), (one) =>
      aucAround(one.value, varianceOf(one), smallest),
    ),
    logLoss: spread(
      over((one) => one.logLoss),
      mean,
    ),
    brier: spread(
      over((one) => one.squares),
      mean,
    ),
  })
}

function ofNumbers({ scores, labels }: Scored): Spreads {
  const errors = scores.map((score, row) => score - (labels[row] ?? 0))
  return known({
    mae: spread(meanEstimate(errors.map(Math.abs)), mean),
    mse: spread(meanEstimate(errors.map((one) => one * one)), mean),
    r2: spread(labels.length < 3 ? null : explainedEstimate(scores, labels), (one) => {
      const { low, high } = around(one)
      return { value: one.value, low, high: Math.min(1, high) }
    }),
  })
}

function ofTimes({ labels, survival }: Scored): Spreads {
  if (!survival) return {}
  const { hazards, events } = survival
  const happened = events.reduce((sum, event) => sum + (event ? 1 : 0), 0)
  const estimate = happened < 2 ? null : concordanceEstimate(hazards, labels, events)
  return known({
    cIndex: spread(estimate, (one) => aucAround(one.value, varianceOf(one), happened)),
  })
}

/** A figure that may be of either sign. */
function around(estimate: Estimate): Interval {
  return differenceOf(estimate, { value: 0, influence: new Float64Array(estimate.influence.length) })
}
