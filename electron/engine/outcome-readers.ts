import type { Cell, OutcomeSource } from '#domain/dataset.ts'
import { oppositesOf } from '#domain/opposites.ts'
import type { Outcome } from '#domain/variable.ts'
import { SENTINELS } from '#import/words.ts'
import { isBlank, lookup, missingTest, toNumber } from './cells.ts'
import { classReader, numberReader, type Reader } from './readers.ts'

/** What a row's outcome is: a number of the study's, or NaN where it is missing or where a value is not named, which is then told. */
interface Read {
  readonly value: number
  /** Whether a survival outcome happened. */
  readonly event: 0 | 1
  /** A value that the mapping does not name, and which of the columns it stands in. */
  readonly unnamed?: { readonly cell: Cell; readonly column: number }
}

/** Reads a row's outcome from the cells of its columns. */
export interface OutcomeReader {
  readonly columns: readonly string[]
  read(cells: readonly Cell[]): Read
}

const FITS: Record<OutcomeSource['rule'], Outcome['task']> = {
  equals: 'binary',
  above: 'binary',
  number: 'regression',
  class: 'multiclass',
  survival: 'survival',
}

/** The columns that an outcome's rule reads. */
export function outcomeColumns(source: OutcomeSource): readonly string[] {
  return source.rule === 'survival' ? [source.time, source.event] : [source.column]
}

/**
 * How the outcome is read from its columns, or null where the rule does not fit the study's task. `cellsOf` gives a column's
 * cells: among numbers, codes such as -9 and 999 that lie apart from all others are no numbers until the mapping says so.
 */
export function outcomeReader(
  outcome: Outcome,
  source: OutcomeSource,
  cellsOf: (column: string) => readonly Cell[],
): OutcomeReader | null {
  if (FITS[source.rule] !== outcome.task) return null
  const columns = outcomeColumns(source)
  const missing = missingTest(source.missingCodes ?? [])
  if (source.rule === 'survival') return { columns, read: survivalReader(source, missing) }
  const read = singleReader(outcome, source, cellsOf)
  return {
    columns,
    read([cell = null]) {
      const value = missing(cell) ? NaN : read(cell)
      return value === null ? unnamed(cell, 0) : { value, event: 0 }
    },
  }
}

function unnamed(cell: Cell, column: number): Read {
  return { value: NaN, event: 0, unnamed: { cell, column } }
}

type Single = Exclude<OutcomeSource, { rule: 'survival' }>

function singleReader(
  outcome: Outcome,
  source: Single,
  cellsOf: (column: string) => readonly Cell[],
): Reader {
  switch (source.rule) {
    case 'equals':
      return yesNo(source.positive, source.negative)
    case 'above': {
      const named = lookup([...marked(source.positive ?? [], 1), ...marked(source.negative ?? [], 0)])
      const isCode = codesAmong(cellsOf(source.column))
      return (cell) => {
        const told = named(cell)
        if (told !== undefined) return told
        const value = toNumber(cell)
        return Number.isNaN(value) || isCode(value) ? null : Number(value > source.threshold)
      }
    }
    case 'number': {
      const { low, high } = outcome.task === 'regression' ? outcome : { low: -Infinity, high: Infinity }
      const read = numberReader(source.scale)
      const isCode = codesAmong(cellsOf(source.column))
      return (cell) => {
        const value = read(cell)
        const isOutside = value !== null && (value < low || value > high)
        return isOutside && isCode(toNumber(cell)) ? null : value
      }
    }
    case 'class':
      return classReader(outcome.task === 'multiclass' ? outcome.classes : [], source.values)
  }
}

const marked = (words: readonly string[], value: number) => words.map((word) => [word, value] as const)

/** Yes for some values and no for others; where nobody says which mean no, the plain opposites of the others do. */
function yesNo(positive: readonly string[], negative: readonly string[] = []): Reader {
  const no = negative.length > 0 ? negative : oppositesOf(positive)
  const find = lookup([...marked(no, 0), ...marked(positive, 1)])
  return (cell) => find(cell) ?? null
}

function survivalReader(
  { happened, censored }: Extract<OutcomeSource, { rule: 'survival' }>,
  missing: (cell: Cell) => boolean,
): OutcomeReader['read'] {
  const answer = yesNo(happened, censored)
  return ([time = null, event = null]) => {
    if (missing(time) || missing(event)) return { value: NaN, event: 0 }
    const [value, answered] = [toNumber(time), answer(event)]
    // No time is below nothing: such numbers are codes.
    if (Number.isNaN(value) || value < 0) return unnamed(time, 0)
    return answered === null ? unnamed(event, 1) : { value, event: answered === 1 ? 1 : 0 }
  }
}

/** Whether a number is one by which tables say that there is none, and lies apart from all others of its column. */
function codesAmong(cells: readonly Cell[]): (value: number) => boolean {
  let [low, high] = [Infinity, -Infinity]
  const codes = new Set<number>()
  for (const cell of cells) {
    const value = isBlank(cell) ? NaN : toNumber(cell)
    if (SENTINELS.has(String(value))) codes.add(value)
    else if (value < low) low = value
    if (value > high && !codes.has(value)) high = value
  }
  const span = Math.max(high - low, 1)
  return (value) => {
    if (!codes.has(value) || low > high) return false
    return value < 0
      ? low >= 0 || value < low - 2 * span
      : value > high + Math.max(span, 0.1 * Math.abs(high))
  }
}
