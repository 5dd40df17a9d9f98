import type { Cell, Mapping } from '#domain/dataset.ts'
import type { Study } from '#domain/study.ts'
import type { Table } from '#trainer/jobs.ts'
import { outcomeReader, variableReader, type OutcomeReader, type Reader } from './readers.ts'

/** How one variable's values read, as counts over all rows. */
export interface Tally {
  missing: number
  /** Present values that cannot be read as this variable. */
  unreadable: number
  outside: number
  unlisted: number
  /** The first value read, and whether another one came after it. */
  first: number
  varies: boolean
}

/** A table with what was seen while it was read. */
export interface Mapped {
  readonly table: Table
  readonly tallies: readonly Tally[]
  readonly outcomeUnreadable: number
}

/** Takes rows in order and gives the table at the end. Rows may come in batches, so that nobody has to hold them all. */
export interface TableBuilder {
  add(row: readonly Cell[]): void
  finish(): Mapped
}

type VariableColumn = {
  readonly at: number
  readonly read: Reader
  readonly low: number
  readonly high: number
  readonly codes: number
  readonly values: Float32Array
  readonly tally: Tally
}

/** Whether a row is held out, by its number in the dataset. */
export type HeldOut = (row: number) => boolean

/**
 * Reads a dataset's rows as a study sees them. Columns that are missing read as missing everywhere, and an outcome whose rule
 * does not fit as unknown: the check of the mapping names both before anything is computed.
 */
export function buildTable(study: Study, mapping: Mapping, columns: readonly string[], rows: number, held: HeldOut): TableBuilder {
  const variables = study.variables.map((_, i) => variableColumn(study, mapping, columns, rows, i))
  const outcome = outcomeColumn(study, mapping, columns, rows)
  const subgroups = mapping.subgroups.map((name) => subgroupColumn(name, columns.indexOf(name), rows))
  const heldOut = new Uint8Array(rows)
  let next = 0
  return {
    add(row) {
      for (const column of variables) readInto(column, row, next)
      outcome.add(row, next)
      for (const group of subgroups) group.add(row, next)
      heldOut[next] = held(next) ? 1 : 0
      next++
    },
    finish: () => ({
      table: {
        columns: variables.map((one) => one.values),
        outcome: outcome.values,
        event: outcome.event,
        heldOut,
        subgroups: subgroups.map(({ name, labels, codes }) => ({ name, labels, codes })),
      },
      tallies: variables.map((one) => one.tally),
      outcomeUnreadable: outcome.unreadable(),
    }),
  }
}

function variableColumn(study: Study, mapping: Mapping, columns: readonly string[], rows: number, i: number): VariableColumn {
  const variable = study.variables[i]
  if (!variable) throw new RangeError('No such variable')
  const source = mapping.variables[variable.name]
  const numeric = variable.type === 'number'
  return {
    at: source ? columns.indexOf(source.column) : -1,
    read: source ? variableReader(variable, source) : () => NaN,
    low: numeric ? variable.low : -Infinity,
    high: numeric ? variable.high : Infinity,
    codes: variable.type === 'category' ? variable.categories.length : Infinity,
    values: new Float32Array(rows),
    tally: { missing: 0, unreadable: 0, outside: 0, unlisted: 0, first: NaN, varies: false },
  }
}

function readInto(column: VariableColumn, row: readonly Cell[], at: number): void {
  const { tally } = column
  const value = column.read(row[column.at] ?? null)
  if (value === null || Number.isNaN(value)) {
    if (value === null) tally.unreadable++
    else tally.missing++
    column.values[at] = NaN
    return
  }
  if (value < column.low || value > column.high) tally.outside++
  if (value >= column.codes) tally.unlisted++
  if (Number.isNaN(tally.first)) tally.first = value
  else if (value !== tally.first) tally.varies = true
  column.values[at] = value
}

function outcomeColumn(study: Study, mapping: Mapping, columns: readonly string[], rows: number) {
  const reader: OutcomeReader | null = outcomeReader(study.outcome, mapping.outcome)
  const at = (reader?.columns ?? []).map((name) => columns.indexOf(name))
  const values = new Float32Array(rows).fill(NaN)
  const event = study.outcome.task === 'survival' ? new Uint8Array(rows) : null
  let unreadable = 0
  return {
    values,
    event,
    unreadable: () => unreadable,
    add(row: readonly Cell[], i: number) {
      if (!reader) return
      const found = reader.read(at.map((one) => row[one] ?? null))
      if (found.value === null) unreadable++
      values[i] = found.value ?? NaN
      if (event) event[i] = found.event
    },
  }
}

const MISSING = '(missing)'
const OTHER = '(other)'
const MAX_LABELS = 255

function subgroupColumn(name: string, at: number, rows: number) {
  const labels: string[] = [MISSING, OTHER]
  const known = new Map<string, number>()
  const codes = new Uint8Array(rows)
  return {
    name,
    labels,
    codes,
    add(row: readonly Cell[], i: number) {
      const cell = row[at] ?? null
      if (cell === null) return
      const text = String(cell)
      let code = known.get(text)
      if (code === undefined) {
        code = labels.length < MAX_LABELS ? labels.push(text) - 1 : 1
        known.set(text, code)
      }
      codes[i] = code
    },
  }
}
