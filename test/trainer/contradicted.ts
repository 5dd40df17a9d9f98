import type { Table, Task } from '#trainer/jobs.ts'
import { concludeStatistics } from '#trainer/statistics/artefact.ts'
import { contributeStatistics } from '#trainer/statistics/contribution.ts'
import { type Drift, driftOf } from '#trainer/statistics/drift.ts'
import { usableRows } from '#trainer/variables/rows.ts'
import { add } from './federation.ts'

/** What each hospital of a federation is told that all others' opened sums contradict in its rows; other patients are none. */
export function contradicted(task: Task, tables: readonly Table[]): readonly (readonly Drift[])[] {
  const rows = tables.map((table) => usableRows(task, table).train)
  const parts = tables.map((table, i) => contributeStatistics(task, table, rows[i]!))
  const statistics = concludeStatistics(task, add(parts))
  return tables.map((table, i) =>
    driftOf(task, table, rows[i]!, statistics).filter(
      ({ finding }) => finding !== 'none' && finding !== 'shifted',
    ),
  )
}

/** The same tables, with a mistake at one of them. */
export function withMistake(
  tables: readonly Table[],
  at: number,
  spoil: (table: Table) => Table,
): readonly Table[] {
  return tables.map((table, i) => (i === at ? spoil(table) : table))
}
