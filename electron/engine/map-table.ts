import type { Cell, Mapping } from '#domain/dataset.ts'
import type { Study } from '#domain/study.ts'
import type { Variable } from '#domain/variable.ts'
import type { Table } from '#trainer/jobs.ts'
import { outcomeReader, variableReader } from './readers.ts'
import { groupsOf } from './subgroups.ts'

/** The rows of a dataset version, one column at a time. */
export interface Columns {
  readonly rows: number
  readonly names: ReadonlySet<string>
  cells(column: string): readonly Cell[]
}

/** How one variable's values read, as counts over all rows. */
export interface Tally {
  readonly missing: number
  /** Present values that cannot be read as this variable. */
  readonly unreadable: number
  readonly outside: number
  readonly unlisted: number
  /** Whether at least two different values were read. */
  readonly varies: boolean
}

/** A table with what was seen while it was read. */
export interface Mapped {
  readonly table: Table
  readonly tallies: readonly Tally[]
  readonly outcomeUnreadable: number
}

/** Whether a row is held out, by its number in the dataset. */
export type HeldOut = (row: number) => boolean

/**
 * Reads a dataset's columns as a study sees them, and lets others work after each column. A column that is not there reads as
 * missing everywhere, and an outcome whose rule does not fit as unknown: the check of the mapping names both.
 */
export async function mapTable(
  study: Study,
  mapping: Mapping,
  source: Columns,
  held: HeldOut,
  breathe: () => Promise<void>,
): Promise<Mapped> {
  const columns: Float32Array[] = []
  const tallies: Tally[] = []
  for (const variable of study.variables) {
    const { values, tally } = readVariable(variable, mapping, source)
    columns.push(values)
    tallies.push(tally)
    await breathe()
  }
  const { unreadable, ...outcome } = readOutcome(study, mapping, source)
  await breathe()
  const subgroups = mapping.subgroups.map((name) => ({
    name,
    ...groupsOf(cellsOf(source, name) ?? [], source.rows),
  }))
  const heldOut = Uint8Array.from({ length: source.rows }, (_, row) => (held(row) ? 1 : 0))
  return { table: { columns, ...outcome, heldOut, subgroups }, tallies, outcomeUnreadable: unreadable }
}

function cellsOf(source: Columns, column: string | undefined): readonly Cell[] | null {
  return column !== undefined && source.names.has(column) ? source.cells(column) : null
}

function readVariable(variable: Variable, mapping: Mapping, source: Columns) {
  const values = new Float32Array(source.rows).fill(NaN)
  const from = mapping.variables[variable.name]
  const cells = cellsOf(source, from?.column)
  if (!from || !cells) return { values, tally: { ...noTally, missing: source.rows } }
  const read = variableReader(variable, from)
  let missing = 0
  let unreadable = 0
  for (let row = 0; row < values.length; row++) {
    const value = read(cells[row] ?? null)
    if (value === null) unreadable++
    else if (Number.isNaN(value)) missing++
    else values[row] = value
  }
  return { values, tally: { ...tallyOf(variable, values), missing, unreadable } }
}

const noTally: Tally = { missing: 0, unreadable: 0, outside: 0, unlisted: 0, varies: false }

/** What the values of a variable that could be read show; NaN is none. */
function tallyOf(variable: Variable, values: Float32Array): Pick<Tally, 'outside' | 'unlisted' | 'varies'> {
  const { low, high, codes } = limitsOf(variable)
  let outside = 0
  let unlisted = 0
  let smallest = Infinity
  let largest = -Infinity
  for (const value of values) {
    if (value < low || value > high) outside++
    if (value >= codes) unlisted++
    if (value < smallest) smallest = value
    if (value > largest) largest = value
  }
  return { outside, unlisted, varies: smallest < largest }
}

/** Limits as the values' own 32 bits hold them: a value on a limit is not outside it. */
function limitsOf(variable: Variable) {
  const everything = { low: -Infinity, high: Infinity, codes: Infinity }
  if (variable.type === 'number') {
    return { ...everything, low: Math.fround(variable.low), high: Math.fround(variable.high) }
  }
  return variable.type === 'category' ? { ...everything, codes: variable.categories.length } : everything
}

function readOutcome(study: Study, mapping: Mapping, source: Columns) {
  const outcome = new Float32Array(source.rows).fill(NaN)
  const event = study.outcome.task === 'survival' ? new Uint8Array(source.rows) : null
  const reader = outcomeReader(study.outcome, mapping.outcome)
  const columns = (reader?.columns ?? []).map((name) => cellsOf(source, name))
  let unreadable = 0
  if (!reader || columns.includes(null)) return { outcome, event, unreadable }
  for (let row = 0; row < source.rows; row++) {
    const found = reader.read(columns.map((cells) => cells?.[row] ?? null))
    if (found.value === null) unreadable++
    outcome[row] = found.value ?? NaN
    if (event) event[row] = found.event
  }
  return { outcome, event, unreadable }
}
