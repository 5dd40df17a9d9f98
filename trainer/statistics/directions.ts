import { FEW } from '#domain/floors.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { settle } from '#trainer/variables/features.ts'
import { targetsOf } from './targets.ts'

/** What of a variable may rise or fall with the outcome: a number, or whether a row is in one of its levels. */
interface Cell {
  /** Index of the study variable. */
  readonly variable: number
  /** The level of a category, the first too; null for numbers, and for yes and no. */
  readonly level: number | null
  readonly of: (value: number) => number
}

/** So few rows are looked at for our own eyes only. */
export const FEWEST_LOOKED_AT: Fewest = { cell: 2, outcome: 2 }
/** Below so many standard errors a correlation counts as none. */
const SURE = 1
/** How far correlations of honest hospitals lie apart. */
export const APART = 0.1
/** Correlations are told in steps of one tenth, and no larger one than two: no hospital's strong ones drown the others'. */
const STEPS = 10
const MOST_STEPS = 2

/** The cells of a study in order: a function of its variables alone. */
export function cellsOf({ variables }: Pick<Task, 'variables'>): readonly Cell[] {
  return variables.flatMap((declared, variable): Cell[] => {
    if (declared.type === 'number') return [{ variable, level: null, of: (value) => value }]
    if (declared.type === 'boolean') {
      const absent = declared.missing === 'no' ? 0 : Number.NaN
      const of = (value: number) => (Number.isNaN(value) ? absent : Number(value > 0))
      return [{ variable, level: null, of }]
    }
    return declared.categories.map((_, level) => {
      return { variable, level, of: (value) => (Number.isNaN(value) ? value : Number(value === level)) }
    })
  })
}

/** Length of a hospital's directions: one that counts hospitals, then one for each cell and quantity of the outcome. */
export function directionsLength(task: Task): number {
  return 1 + cellsOf(task).length * directedTargets(task).length
}

/** Quantities of the outcome that directions are told for: time is not, as it goes against the event. */
export function directedTargets({ outcome }: Pick<Task, 'outcome'>) {
  const targets = targetsOf(outcome)
  return outcome.task === 'survival' ? targets.slice(0, 1) : targets
}

/**
 * This hospital's part of the directions: 1, then for each cell and quantity of the outcome how one goes with the other here,
 * in whole tenths of a correlation, 0 where the rows do not tell or fewer than the study's smallest number are of a level. Each hospital counts the same, so that no large one decides.
 */
export function contributeDirections(task: Task, table: Table, train: Uint32Array): Float64Array {
  const fewest = { cell: Math.max(FEW, task.rules.minimumRows), outcome: FEW }
  const told = correlationsOf(task, table, train, fewest).map(({ r, errors }) =>
    Math.abs(errors) > SURE ? Math.max(-MOST_STEPS, Math.min(MOST_STEPS, Math.round(STEPS * r))) : 0,
  )
  return Float64Array.of(1, ...told)
}

/** Means of the others' correlations, cell after cell. Null where fewer than two others have told any. */
export function othersDirections(all: Float64Array, ours: Float64Array): Float64Array | null {
  const hospitals = Math.round((all[0] ?? 0) - (ours[0] ?? 0))
  if (hospitals < 2) return null
  return all.map((sum, i) => (sum - (ours[i] ?? 0)) / (STEPS * hospitals)).slice(1)
}

/** A correlation, and the same in standard errors. */
export interface Correlation {
  readonly r: number
  readonly errors: number
}

/** How each cell goes with each quantity of the outcome, cell after cell; 0 where too few rows differ. */
export function correlationsOf(task: Task, table: Table, train: Uint32Array, fewest: Fewest): Correlation[] {
  const outcomes = directedTargets(task).map(({ of }) =>
    Float64Array.from(train, (row) => of(table.outcome[row] ?? Number.NaN, table.event?.[row] ?? 0)),
  )
  return cellsOf(task).flatMap((cell) => {
    const values = valuesOf(task, table, train, cell)
    return outcomes.map((outcome) => correlationOf(values, outcome, fewest))
  })
}

/** Values of a cell over rows; NaN where missing. */
export function valuesOf(task: Task, table: Table, rows: Uint32Array, { variable, of }: Cell): Float64Array {
  const declared = task.variables[variable]
  const column = table.columns[variable]
  if (!declared || !column) throw new RangeError('A cell has a variable and a column')
  return Float64Array.from(rows, (row) => of(settle(declared, column[row] ?? Number.NaN)))
}

/** How many rows must differ from what most have, in a cell and in the outcome, for a correlation to count. */
interface Fewest {
  readonly cell: number
  readonly outcome: number
}

/** The correlation over the pairs that are there; 0 where one side is the same in all of them but for too few. */
export function correlationOf(
  values: ArrayLike<number>,
  outcome: ArrayLike<number>,
  fewest: Fewest,
): Correlation {
  const [usualX, usualY] = [majorityOf(values), majorityOf(outcome)]
  let [n, oddX, oddY, sumX, sumY] = [0, 0, 0, 0, 0]
  eachPair(values, outcome, (x, y) => {
    n += 1
    sumX += x
    sumY += y
    if (x !== usualX) oddX += 1
    if (y !== usualY) oddY += 1
  })
  if (oddX < fewest.cell || oddY < fewest.outcome) return NONE
  let [xx, xy, yy] = [0, 0, 0]
  eachPair(values, outcome, (x, y) => {
    const [a, b] = [x - sumX / n, y - sumY / n]
    xx += a * a
    xy += a * b
    yy += b * b
  })
  if (!(xx * yy > 0)) return NONE
  const r = Math.min(1, Math.max(-1, xy / Math.sqrt(xx * yy)))
  return { r, errors: (r * Math.sqrt(n - 2)) / Math.sqrt(Math.max(1e-9, 1 - r * r)) }
}

const NONE: Correlation = { r: 0, errors: 0 }

function eachPair(
  values: ArrayLike<number>,
  outcome: ArrayLike<number>,
  use: (x: number, y: number) => void,
): void {
  for (let i = 0; i < values.length; i++) {
    const [x, y] = [values[i] ?? Number.NaN, outcome[i] ?? Number.NaN]
    if (Number.isFinite(x) && Number.isFinite(y)) use(x, y)
  }
}

/** The value that more than half of all have; where none is that frequent, any (Boyer and Moore 1991). */
function majorityOf(values: ArrayLike<number>): number {
  let [candidate, lead] = [Number.NaN, 0]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN
    if (!Number.isFinite(value)) continue
    if (lead === 0) candidate = value
    lead += value === candidate ? 1 : -1
  }
  return candidate
}
