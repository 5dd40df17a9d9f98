import { AppError } from '#domain/errors.ts'
import type { RowCounts, Table, Task } from '#trainer/jobs.ts'
import { settle } from './features.ts'

/** Rows beyond this are refused: sums over them are proven to fit the fixed-point range only up to here. */
export const MAX_ROWS = 1_000_000

/** Which rows of a table a study can use, as row numbers, each part in the table's order. */
export interface Rows {
  readonly train: Uint32Array
  readonly test: Uint32Array
  readonly excluded: number
}

/** Sorts rows into training, held-out and excluded (no outcome, or missing where the study excludes). */
export function usableRows(task: Task, table: Table): Rows {
  checkShape(task, table)
  const train: number[] = []
  const test: number[] = []
  let excluded = 0
  for (let row = 0; row < table.outcome.length; row++) {
    if (!usable(task, table, row)) excluded += 1
    else if (table.heldOut[row]) test.push(row)
    else train.push(row)
  }
  return { train: Uint32Array.from(train), test: Uint32Array.from(test), excluded }
}

/** Counts for the hospital's own eyes and for the rules on smallest numbers. */
export function countRows(task: Task, table: Table, rows: Rows): RowCounts {
  const { train, test, excluded } = rows
  return { train: train.length, test: test.length, excluded, events: countEvents(task, table, train) }
}

/** Refuses a contribution from too few training rows ('rows-too-few'). */
export function checkRows(task: Task, counts: RowCounts): void {
  const { minimumRows } = task.rules
  if (counts.train >= minimumRows) return
  const message = `The study asks for at least ${minimumRows} training rows; ${counts.train} can be used here.`
  throw new AppError('rows-too-few', message)
}

function countEvents(task: Task, table: Table, rows: Uint32Array): number | null {
  const values = task.outcome.task === 'survival' ? table.event : table.outcome
  if (!values || (task.outcome.task !== 'binary' && task.outcome.task !== 'survival')) return null
  return rows.reduce((sum, row) => sum + (values[row] ? 1 : 0), 0)
}

function usable(task: Task, table: Table, row: number): boolean {
  if (!known(task.outcome, table.outcome[row] ?? Number.NaN)) return false
  return task.variables.every((variable, index) => {
    if (variable.missing !== 'exclude') return true
    return !Number.isNaN(settle(variable, table.columns[index]?.[row] ?? Number.NaN))
  })
}

/** Whether a row's outcome is one: a listed class, a time that is not negative, any number. */
function known(outcome: Task['outcome'], value: number): boolean {
  if (!Number.isFinite(value)) return false
  if (outcome.task === 'multiclass') {
    return Number.isInteger(value) && value >= 0 && value < outcome.classes.length
  }
  return outcome.task !== 'survival' || value >= 0
}

function checkShape(task: Task, table: Table): void {
  const rows = table.outcome.length
  const even = [...table.columns, table.heldOut, ...(table.event ? [table.event] : [])].every(
    (column) => column.length === rows,
  )
  const timed = task.outcome.task !== 'survival' || table.event !== null
  if (!even || !timed || table.columns.length !== task.variables.length) {
    throw new AppError('bad-request', 'The table does not have the columns and rows that the study describes')
  }
  if (rows > MAX_ROWS)
    throw new AppError('too-large', `A table may have ${MAX_ROWS} rows; this one has ${rows}`)
}
