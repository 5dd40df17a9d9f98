import type { UnnamedValues } from '#contract/mapping.ts'
import type { Cell, Mapping } from '#domain/dataset.ts'
import type { Study } from '#domain/study.ts'
import type { Variable } from '#domain/variable.ts'
import type { Table } from '#trainer/jobs.ts'
import { outcomeColumns, outcomeReader } from './outcome-readers.ts'
import { variableReader } from './readers.ts'
import { groupsOf } from './subgroups.ts'
import { createUnnamedCount, type UnnamedCount } from './unnamed.ts'

/** The rows of a dataset version, one column at a time. */
export interface Columns {
  readonly rows: number
  readonly names: ReadonlySet<string>
  cells(column: string): readonly Cell[]
  /** 1 for each row that is used at all; without it, all are. */
  readonly used?: Uint8Array
}

/** How one variable's values read, as counts over all rows. */
export interface Tally {
  readonly missing: number
  /** Present values that the mapping does not name, or that are no numbers. */
  readonly unreadable: number
  readonly outside: number
  readonly unlisted: number
  /** Whether at least two different values were read. */
  readonly varies: boolean
  /** Categories of the study that no row has; empty for other variables. */
  readonly absent: readonly string[]
}

/** A table with what was seen while it was read. */
export interface Mapped {
  readonly table: Table
  readonly tallies: readonly Tally[]
  /** Rows whose outcome the mapping does not name. */
  readonly outcomeUnreadable: number
  /** What is not named, for the steward's screen. Those that stop a mapping are of the outcome, of yes and no, and of categories. */
  readonly unnamed: readonly UnnamedValues[]
}

/** Whether a row is held out, by its number in the dataset. */
export type HeldOut = (row: number) => boolean

/**
 * Reads a dataset's columns as a study sees them, and lets others work after each column. A column that is not there reads as
 * missing everywhere, and an outcome whose rule does not fit as unknown: the check of the mapping names both. Rows that are not
 * used have no outcome.
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
  const unnamed: (UnnamedValues | null)[] = []
  for (const variable of study.variables) {
    const found = readVariable(variable, mapping, source)
    columns.push(found.values)
    tallies.push(found.tally)
    unnamed.push(found.unnamed)
    await breathe()
  }
  const { unreadable, unnamed: ofOutcome, ...outcome } = readOutcome(study, mapping, source)
  await breathe()
  const subgroups = mapping.subgroups.map((name) => ({
    name,
    ...groupsOf(cellsOf(source, name) ?? [], source.rows),
  }))
  const heldOut = Uint8Array.from({ length: source.rows }, (_, row) => (held(row) ? 1 : 0))
  return {
    table: { columns, ...outcome, heldOut, subgroups },
    ...{ tallies, outcomeUnreadable: unreadable },
    unnamed: [...ofOutcome, ...unnamed].filter((one) => one !== null),
  }
}

function cellsOf(source: Columns, column: string | undefined): readonly Cell[] | null {
  return column !== undefined && source.names.has(column) ? source.cells(column) : null
}

function readVariable(variable: Variable, mapping: Mapping, source: Columns) {
  const values = new Float32Array(source.rows).fill(NaN)
  const from = mapping.variables[variable.name]
  const cells = cellsOf(source, from?.column)
  if (!from || !cells) return { values, tally: { ...noTally, missing: source.rows }, unnamed: null }
  const read = variableReader(variable, from)
  const count = createUnnamedCount()
  let missing = 0
  for (let row = 0; row < values.length; row++) {
    const cell = cells[row] ?? null
    const value = read(cell)
    if (value === null) note(count, cell, source, row)
    else if (Number.isNaN(value)) missing++
    else values[row] = value
  }
  const unnamed = count.view(variable.name, from.column, variable.type !== 'number')
  return { values, tally: { ...tallyOf(variable, values), missing, unreadable: count.rows() }, unnamed }
}

/** A value that nobody has named, in a row that is used. */
function note(count: UnnamedCount, cell: Cell, { used }: Columns, row: number): void {
  if (used?.[row] !== 0) count.take(cell)
}

const noTally: Tally = { missing: 0, unreadable: 0, outside: 0, unlisted: 0, varies: false, absent: [] }

/** What the values of a variable that could be read show; NaN is none. */
function tallyOf(variable: Variable, values: Float32Array): Omit<Tally, 'missing' | 'unreadable'> {
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
  const seen = variable.type === 'category' ? new Set(values) : null
  const absent = variable.type === 'category' ? variable.categories.filter((_, i) => !seen?.has(i)) : []
  return { outside, unlisted, varies: smallest < largest, absent }
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
  const columns = outcomeColumns(mapping.outcome)
  const cells = columns.map((name) => cellsOf(source, name))
  const reader = outcomeReader(study.outcome, mapping.outcome, (name) => cells[columns.indexOf(name)] ?? [])
  if (!reader || cells.includes(null)) return { outcome, event, unreadable: 0, unnamed: [] }
  const counts = columns.map(() => createUnnamedCount())
  for (let row = 0; row < source.rows; row++) {
    if (source.used?.[row] === 0) continue
    const found = reader.read(cells.map((column) => column?.[row] ?? null))
    outcome[row] = found.value
    if (event) event[row] = found.event
    if (found.unnamed) counts[found.unnamed.column]?.take(found.unnamed.cell)
  }
  const unnamed = counts.map((count, i) => count.view(study.outcome.name, columns[i] ?? '', true))
  return { outcome, event, unreadable: counts.reduce((sum, one) => sum + one.rows(), 0), unnamed }
}
