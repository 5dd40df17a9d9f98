import { AppError } from '#domain/errors.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { concludeStatistics, readStatistics } from '#trainer/statistics/artefact.ts'
import { contributeStatistics } from '#trainer/statistics/contribution.ts'
import { usableRows } from '#trainer/variables/rows.ts'
import { checkEnough, numbersAfter, shortestFor } from './enough.ts'
import { bitsOfARow, checkKinds } from './kinds.ts'
import { problemOf } from './problem.ts'

/** Why hospitals with these tables would refuse an exact fit before its first sum; null where they would not. For whoever may have all tables. */
export function whyFitRefused(task: Task, tables: readonly Table[]): string | null {
  const problem = problemOf(task)
  const sums = tables.map((table) => contributeStatistics(task, table, usableRows(task, table).train))
  const total = (sums[0] ?? new Float64Array(0)).map((_, i) =>
    sums.reduce((all, one) => all + (one[i] ?? 0), 0),
  )
  const statistics = readStatistics(task, concludeStatistics(task, total))
  const opened = shortestFor(problem, task.plan.fit?.penalty ?? 'none')
  try {
    checkEnough(problem, statistics, opened)
    for (const table of tables)
      checkKinds(
        bitsOfARow(task, table, usableRows(task, table).train),
        numbersAfter(problem, statistics, opened),
      )
    return null
  } catch (error) {
    if (error instanceof AppError && error.code === 'rows-too-few') return error.message
    throw error
  }
}
