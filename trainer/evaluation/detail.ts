import type { Judgement, SubgroupJudgement, Table } from '#trainer/jobs.ts'
import { logLossOf } from '#trainer/metrics/binary.ts'
import { calibrationCurve, rocCurve } from '#trainer/metrics/curves.ts'
import { aucDifference, aucInterval, meanInterval } from '#trainer/metrics/intervals.ts'
import type { Judged } from './counts.ts'
import type { Scored } from './scored.ts'

const noIntervals = { auc: null, logLoss: null, brier: null }

/** For outcomes that have no curves: other tasks than binary ones. */
export const noJudgement: Judgement = {
  intervals: { alone: noIntervals, shared: noIntervals },
  difference: null,
  roc: { alone: [], shared: [] },
  calibration: { alone: [], shared: [] },
  subgroups: [],
}

type Both = Readonly<Record<Judged, Scored>>

/**
 * What the held-out rows of one hospital say of two models beside each other. `rows` are their numbers in the table. A
 * subgroup of fewer than `smallest` rows is left out: its figures would be about a few patients.
 */
export function judgementOf(table: Table, rows: Uint32Array, both: Both, smallest: number): Judgement {
  const { shared, alone } = both
  return {
    intervals: { alone: intervalsOf(alone), shared: intervalsOf(shared) },
    difference: aucDifference(shared.scores, alone.scores, shared.labels),
    roc: { alone: rocCurve(alone.scores, alone.labels), shared: rocCurve(shared.scores, shared.labels) },
    calibration: {
      alone: calibrationCurve(alone.scores, alone.labels),
      shared: calibrationCurve(shared.scores, shared.labels),
    },
    subgroups: table.subgroups.flatMap((one) => subgroupsOf(one, rows, both, smallest)),
  }
}

function intervalsOf({ scores, labels }: Scored): Judgement['intervals']['shared'] {
  const label = (row: number) => labels[row] ?? 0
  return {
    auc: aucInterval(scores, labels),
    logLoss: meanInterval(scores.map((score, row) => logLossOf(score, label(row)))),
    brier: meanInterval(scores.map((score, row) => (score - label(row)) ** 2)),
  }
}

function subgroupsOf(
  { name, labels, codes }: Table['subgroups'][number],
  rows: Uint32Array,
  { shared, alone }: Both,
  smallest: number,
): SubgroupJudgement[] {
  return labels.flatMap((label, code) => {
    const at = [...rows.keys()].filter((i) => codes[rows[i] ?? 0] === code)
    if (at.length < smallest) return []
    const outcomes = at.map((i) => shared.labels[i] ?? 0)
    const auc = ({ scores }: Scored) =>
      aucInterval(
        at.map((i) => scores[i] ?? 0),
        outcomes,
      )
    const events = outcomes.filter((one) => one > 0).length
    return [{ name, label, rows: at.length, events, alone: auc(alone), shared: auc(shared) }]
  })
}
