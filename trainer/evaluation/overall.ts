import type { Intervals, Task } from '#trainer/jobs.ts'
import { sumOf } from './conclude.ts'
import { type Judged, judged } from './counts.ts'
import { tallyOf } from './tally.ts'

const none: Intervals = { auc: null, logLoss: null, brier: null }

/** 95% intervals of a model's figures over all members' held-out rows, from the opened sum alone: null where it does not show them. */
export function overallIntervals(task: Task, evaluation: Uint8Array, which: Judged): Intervals {
  const sum = sumOf(task, evaluation)
  const rows = Math.round(sum[0] ?? 0)
  const { rowsLength, modelLength, intervals } = tallyOf(task.outcome)
  const from = rowsLength + judged.indexOf(which) * modelLength
  if (!intervals || rows < 2) return none
  return { ...none, ...intervals(rows, sum.subarray(from, from + modelLength)) }
}
