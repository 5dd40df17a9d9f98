import { headlines, type Outcome } from '#domain/variable.ts'
import type { Judgement, SubgroupJudgement, Table } from '#trainer/jobs.ts'
import { logLossOf } from '#trainer/metrics/binary.ts'
import { calibrationCurve, rocCurve } from '#trainer/metrics/curves.ts'
import { differenceOf } from '#trainer/metrics/estimates.ts'
import {
  aucDifference,
  aucInterval,
  type Interval,
  meanInterval,
  shareInterval,
} from '#trainer/metrics/intervals.ts'
import { worthOf } from '#trainer/metrics/worth.ts'
import type { Judged } from './counts.ts'
import type { Scored } from './scored.ts'
import { type Spreads, spreadsOf } from './spread.ts'

type Both = Readonly<Record<Judged, Scored>>
type Intervals = Judgement['intervals']['shared']

/**
 * What the held-out rows of one hospital say of two models beside each other. `rows` are their numbers in the table. A
 * subgroup of fewer than `smallest` rows is left out: its figures would be about a few patients.
 */
export function judgementOf(
  outcome: Outcome,
  table: Table,
  rows: Uint32Array,
  both: Both,
  smallest: number,
): Judgement {
  const figures = outcome.task === 'binary' ? ofBinary(both) : ofOther(outcome, both)
  const subgroups = table.subgroups.flatMap((one) => subgroupsOf(outcome, one, rows, both, smallest))
  return { ...figures, subgroups, worth: worthOf(outcome, both) }
}

function ofBinary({ shared, alone }: Both): Omit<Judgement, 'subgroups' | 'worth'> {
  return {
    intervals: { alone: intervalsOf(alone), shared: intervalsOf(shared) },
    difference: aucDifference(shared.scores, alone.scores, shared.labels),
    roc: { alone: rocCurve(alone.scores, alone.labels), shared: rocCurve(shared.scores, shared.labels) },
    calibration: {
      alone: calibrationCurve(alone.scores, alone.labels),
      shared: calibrationCurve(shared.scores, shared.labels),
    },
  }
}

/** Curves are for outcomes of yes or no alone. */
function ofOther(outcome: Outcome, both: Both): Omit<Judgement, 'subgroups' | 'worth'> {
  const [shared, alone] = [spreadsOf(outcome, both.shared), spreadsOf(outcome, both.alone)]
  const main = headlines[outcome.task]
  const [ours, own] = [shared[main]?.estimate, alone[main]?.estimate]
  const none = { alone: [], shared: [] }
  return {
    intervals: { alone: written(alone), shared: written(shared) },
    difference: ours && own ? differenceOf(ours, own) : null,
    ...{ roc: none, calibration: none },
  }
}

function written(spreads: Spreads): Intervals {
  const intervals = Object.entries(spreads).map(([measure, { interval }]) => [measure, interval])
  return { auc: null, logLoss: null, brier: null, ...Object.fromEntries(intervals) }
}

function intervalsOf({ scores, labels }: Scored): Intervals {
  const label = (row: number) => labels[row] ?? 0
  const rows = labels.length
  const right = scores.filter((score, row) => score >= 0.5 === label(row) > 0).length
  return {
    auc: aucInterval(scores, labels),
    logLoss: meanInterval(scores.map((score, row) => logLossOf(score, label(row)))),
    brier: meanInterval(scores.map((score, row) => (score - label(row)) ** 2)),
    accuracy: rows > 0 ? shareInterval(right, rows) : null,
  }
}

function subgroupsOf(
  outcome: Outcome,
  { name, labels, codes }: Table['subgroups'][number],
  rows: Uint32Array,
  { shared, alone }: Both,
  smallest: number,
): SubgroupJudgement[] {
  const main = ({ scores, ...scored }: Scored): Interval | null =>
    outcome.task === 'binary'
      ? aucInterval(scores, scored.labels)
      : (spreadsOf(outcome, { scores, ...scored })[headlines[outcome.task]]?.interval ?? null)
  return labels.flatMap((label, code) => {
    const at = [...rows.keys()].filter((i) => codes[rows[i] ?? 0] === code)
    if (at.length < smallest) return []
    const [ours, own] = [partOf(shared, at), partOf(alone, at)]
    const events = eventsOf(outcome, ours)
    return [{ name, label, rows: at.length, events, alone: main(own), shared: main(ours) }]
  })
}

/** Some of the rows, with all scores of each. */
function partOf({ scores, labels, survival }: Scored, at: readonly number[]): Scored {
  const each = scores.length / labels.length
  const part = {
    scores: Float64Array.from({ length: at.length * each }, (_, i) => {
      const row = at[Math.floor(i / each)] ?? 0
      return scores[row * each + (i % each)] ?? 0
    }),
    labels: Float32Array.from(at, (row) => labels[row] ?? 0),
  }
  if (!survival) return part
  const hazards = Float64Array.from(at, (row) => survival.hazards[row] ?? 0)
  const events = Uint8Array.from(at, (row) => survival.events[row] ?? 0)
  return { ...part, survival: { hazards, events } }
}

function eventsOf({ task }: Outcome, { labels, survival }: Scored): number | null {
  if (task === 'binary') return labels.filter((one) => one > 0).length
  return survival ? survival.events.filter((one) => one > 0).length : null
}
