import { FEW } from '#domain/floors.ts'
import type { Variable } from '#domain/variable.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { settle } from '#trainer/variables/features.ts'
import { partsOfCurves } from '#trainer/variables/spline.ts'
import { usableRows } from '#trainer/variables/rows.ts'

/** How many of our rows are left after a condition of the study and all before it. Null for the outcome, else a variable's name. */
export interface CohortStep {
  readonly variable: string | null
  readonly remain: number
}

/** What of our rows a study is about. */
export interface Cohort {
  /** Rows that our own filter keeps; null where there is none. */
  readonly kept: number | null
  readonly steps: readonly CohortStep[]
  /** Variables whose values too few of our patients have: they count as missing. */
  readonly hidden: readonly string[]
  /** Variables of which some group is that of a few of our patients. */
  readonly rare: readonly string[]
}

/** What the conditions of a study leave of our rows, in the order of its variables: who has an outcome, then who has each value it must have. */
export function cohortOf({ variables }: Task, table: Table): CohortStep[] {
  let rows = Array.from(table.outcome.keys()).filter((row) => Number.isFinite(table.outcome[row]))
  const steps: CohortStep[] = [{ variable: null, remain: rows.length }]
  variables.forEach((variable, index) => {
    if (variable.missing !== 'exclude') return
    const values = table.columns[index]
    rows = rows.filter((row) => !Number.isNaN(settle(variable, values?.[row] ?? Number.NaN)))
    steps.push({ variable: variable.name, remain: rows.length })
  })
  return steps
}

/**
 * Takes the values out of variables of which fewer than five training rows have one that the study lists or that lies in its
 * range, or where so few lie where a curve of its knots is not 0: a plan could draw all of these around a single patient. Returns the names of these variables.
 */
export function hideFew(task: Task, table: Table): string[] {
  const { train } = usableRows(task, table)
  return task.variables.flatMap((variable, index) => {
    const values = table.columns[index]
    if (!values) return []
    const counts = [(value?: number) => inside(variable, value), ...besideKnots(variable)]
    if (!counts.some((count) => isFew(train.reduce((sum, row) => sum + count(values[row]), 0)))) return []
    values.fill(Number.NaN)
    return [variable.name]
  })
}

/** Variables of which some category, or yes or no, is that of fewer than five rows to train on: those are in the sums all the same. */
export function rareGroups({ variables }: Task, table: Table, train: Uint32Array): string[] {
  return variables
    .filter((variable, index) => hasRare(variable, table.columns[index], train))
    .map((one) => one.name)
}

function hasRare(variable: Variable, values: Float32Array | undefined, train: Uint32Array): boolean {
  if (variable.type === 'number' || !values) return false
  const counts = new Map<number, number>()
  for (const row of train) {
    const value = values[row] ?? Number.NaN
    if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts.values()].some(isFew)
}

const isFew = (rows: number) => rows > 0 && rows < FEW

/** For each part of its range that a curve of the variable may be about alone: 1 for a value in it, else 0. */
function besideKnots(variable: Variable): readonly ((value?: number) => number)[] {
  if (variable.type !== 'number' || !variable.knots) return []
  const within = (value = Number.NaN) => settle(variable, value)
  return partsOfCurves(variable.knots).map(
    ([low, high]) =>
      (value?: number) =>
        Number(within(value) > low && within(value) < high),
  )
}

/** 1 for a value that a study lists or whose range holds it, else 0. */
function inside(variable: Variable, value: number | undefined): number {
  if (value === undefined || Number.isNaN(value)) return 0
  if (variable.type === 'number') {
    return Number(value >= Math.fround(variable.low) && value <= Math.fround(variable.high))
  }
  return variable.type === 'category' ? Number(value < variable.categories.length) : 1
}
