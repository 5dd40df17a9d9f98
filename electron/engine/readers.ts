import type { Cell, OutcomeSource, Source } from '#domain/dataset.ts'
import type { Outcome, Variable } from '#domain/variable.ts'
import { lookup, missingTest, toNumber } from './cells.ts'

/** Reads a cell: a number of the study's, NaN for missing, or null for a value that cannot be read as this variable. */
export type Reader = (cell: Cell) => number | null

const YES_NO: readonly (readonly [string, number])[] = [
  ...['1', 'yes', 'true', 'y', 't'].map((text) => [text, 1] as const),
  ...['0', 'no', 'false', 'n', 'f'].map((text) => [text, 0] as const),
]

/** How one variable is read from its column, as the mapping declares. */
export function variableReader(variable: Variable, source: Source): Reader {
  const missing = missingTest(source.missingCodes)
  const read = valueReader(variable, source)
  return (cell) => (missing(cell) ? NaN : read(cell))
}

function valueReader(variable: Variable, source: Source): Reader {
  if (variable.type === 'number') return numberReader(source.scale)
  const renamed = renaming(source.values)
  if (variable.type === 'category') {
    const index = lookup(variable.categories.map((name, i) => [name, i] as const))
    return (cell) => index(renamed(cell)) ?? variable.categories.length
  }
  const answer = lookup(YES_NO)
  return (cell) => {
    const value = renamed(cell)
    return answer(typeof value === 'string' ? value.toLowerCase() : value) ?? null
  }
}

function numberReader(scale: Source['scale']): Reader {
  const { factor, offset } = scale ?? { factor: 1, offset: 0 }
  return (cell) => {
    const value = toNumber(cell)
    return Number.isNaN(value) ? null : value * factor + offset
  }
}

function renaming(values: Source['values']): (cell: Cell) => Cell {
  if (!values) return (cell) => cell
  const find = lookup(Object.entries(values))
  return (cell) => find(cell) ?? cell
}

/** Reads a row's outcome; NaN where it is missing. `event` tells whether a survival outcome happened. */
export interface OutcomeReader {
  readonly columns: readonly string[]
  read(cells: readonly Cell[]): { readonly value: number | null; readonly event: 0 | 1 }
}

const FITS: Record<OutcomeSource['rule'], Outcome['task']> = {
  equals: 'binary',
  above: 'binary',
  number: 'regression',
  class: 'multiclass',
  survival: 'survival',
}

/** How the outcome is read from its columns, or null where the rule does not fit the study's task. */
export function outcomeReader(outcome: Outcome, source: OutcomeSource): OutcomeReader | null {
  if (FITS[source.rule] !== outcome.task) return null
  if (source.rule === 'survival') return survivalReader(source)
  const read = singleReader(outcome, source)
  return {
    columns: [source.column],
    read: ([cell = null]) => ({ value: isBlank(cell) ? NaN : read(cell), event: 0 }),
  }
}

function isBlank(cell: Cell): boolean {
  return cell === null || cell === ''
}

function singleReader(outcome: Outcome, source: Exclude<OutcomeSource, { rule: 'survival' }>): Reader {
  switch (source.rule) {
    case 'equals': {
      const positive = lookup(source.positive.map((text) => [text, 1] as const))
      return (cell) => positive(cell) ?? 0
    }
    case 'above': {
      const read = numberReader(null)
      return (cell) => {
        const value = read(cell)
        return value === null ? null : Number(value > source.threshold)
      }
    }
    case 'number':
      return numberReader(source.scale)
    case 'class': {
      const classes = outcome.task === 'multiclass' ? outcome.classes : []
      const index = lookup(classes.map((name, i) => [name, i] as const))
      const renamed = renaming(source.values)
      return (cell) => index(renamed(cell)) ?? null
    }
  }
}

function survivalReader(source: Extract<OutcomeSource, { rule: 'survival' }>): OutcomeReader {
  const happened = lookup(source.happened.map((text) => [text, true] as const))
  const read = numberReader(null)
  return {
    columns: [source.time, source.event],
    read([time = null, event = null]) {
      if (isBlank(time) || isBlank(event)) return { value: NaN, event: 0 }
      return { value: read(time), event: happened(event) ? 1 : 0 }
    },
  }
}
