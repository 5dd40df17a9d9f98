import type { Table, Task } from '#trainer/jobs.ts'
import { scalingOf, type Statistics } from '#trainer/statistics/artefact.ts'
import { targetOf } from '#trainer/statistics/targets.ts'
import { encodeInto } from '#trainer/variables/encode.ts'
import type { Problem } from './problem.ts'

/** One hospital's rows as an exact fit sees them, in 64 bits. */
export interface Design {
  readonly rows: number
  /** Row after row: 1 where there is an intercept, then the scaled features. */
  readonly x: Float64Array
  /** The class's index, the standardised number, or the time. */
  readonly y: Float64Array
  /** Survival: 1 where the time is that of the event. */
  readonly events: Uint8Array | null
}

/** The given rows of a table under the scaling that all members share. */
export function designOf(
  problem: Problem,
  task: Task,
  table: Table,
  rows: Uint32Array,
  statistics: Statistics,
): Design {
  const { columns, intercept } = problem
  const x = new Float64Array(rows.length * columns)
  if (intercept === 1) for (let i = 0; i < rows.length; i++) x[i * columns] = 1
  encodeInto(x, { from: intercept, stride: columns }, { task, table, rows, scaling: scalingOf(statistics) })
  const target = targetOf(task.outcome, statistics.targets[0])
  const y = Float64Array.from(rows, (row) => target(table.outcome[row] ?? Number.NaN))
  const events = table.event && Uint8Array.from(rows, (row) => table.event?.[row] ?? 0)
  return { rows: rows.length, x, y, events }
}
