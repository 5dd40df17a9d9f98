import type { Cell, Mapping } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import { oppositesOf } from '#domain/opposites.ts'
import type { Study } from '#domain/study.ts'
import { isBlank, lookup } from './cells.ts'
import { type Formula, parseFormula, truthOf } from './expression.ts'
import type { Columns } from './map-table.ts'
import { outcomeColumns } from './outcome-readers.ts'

/** A mapping may name "=formula" where it names a column: the column is then worked out of others. */
const MARK = '='

export function isFormula(column: string): boolean {
  return column.startsWith(MARK)
}

/** The columns of a table that a mapping's word for a column reads: itself, or those of its formula. Throws 'mapping-bad'. */
export function columnsBehind(column: string, names: ReadonlySet<string>): readonly string[] {
  return names.has(column) || !isFormula(column) ? [column] : parseFormula(column.slice(1)).columns
}

/** What is wrong with the formulas of a mapping, each as one sentence; a formula over columns that are not there is. */
export function formulaFaults(mapping: Mapping, names: ReadonlySet<string>): string[] {
  const formulas = [
    ...wordsOf(mapping).filter((one) => isFormula(one) && !names.has(one)),
    ...(mapping.filter ? [MARK + mapping.filter] : []),
  ]
  return formulas.flatMap((one) => {
    try {
      const lacking = parseFormula(one.slice(1)).columns.filter((name) => !names.has(name))
      return lacking.map((name) => `A formula names the column "${name}", which the dataset does not have.`)
    } catch (error) {
      if (error instanceof AppError) return [`${error.message}.`]
      throw error
    }
  })
}

/** Every word for a column in a mapping. */
function wordsOf(mapping: Mapping): string[] {
  const variables = Object.values(mapping.variables).map((source) => source.column)
  return [...variables, ...outcomeColumns(mapping.outcome), ...mapping.subgroups]
}

/** All columns of a table that a mapping reads, those of its formulas and its filter included. */
export function columnsRead(
  mapping: Mapping,
  words: readonly string[],
  names: ReadonlySet<string>,
): Set<string> {
  const filter = mapping.filter ? parseFormula(mapping.filter).columns : []
  return new Set([...words.flatMap((word) => [...columnsBehind(word, names)]), ...filter])
}

/**
 * A table as a mapping reads it: with the columns that its formulas make, where a formula that cannot be used makes none, and
 * with the rows that its filter keeps. In a formula for an outcome, yes and no, or a category only those values of a column
 * count that the formula compares with, or their plain opposites: a formula sees any other as the text that it is, since nothing says what it means.
 */
export function withFormulas(
  source: Columns,
  mapping: Mapping,
  study: Pick<Study, 'variables' | 'outcome'>,
): Columns {
  const formulas = new Map<string, Formula>()
  for (const word of wordsOf(mapping)) {
    const formula = isFormula(word) && !source.names.has(word) ? formulaOf(word, source) : null
    if (formula) formulas.set(word, formula)
  }
  const strict = namedOnly(mapping, study)
  function cells(column: string): readonly Cell[] {
    const formula = formulas.get(column)
    return formula ? workedOut(formula, source, strict.has(column)) : source.cells(column)
  }
  const used = usedRows(mapping, source)
  return {
    rows: source.rows,
    names: new Set([...source.names, ...formulas.keys()]),
    cells,
    ...(used && { used }),
  }
}

/** A mapping's words of which every value must be named. */
function namedOnly(
  { variables, outcome }: Mapping,
  study: Pick<Study, 'variables' | 'outcome'>,
): Set<string> {
  const answers = study.variables
    .filter(({ type }) => type !== 'number')
    .flatMap(({ name }) => variables[name]?.column ?? [])
  const isNumber = outcome.rule === 'number' || outcome.rule === 'above'
  const ends = outcome.rule === 'survival' ? [outcome.event] : isNumber ? [] : outcomeColumns(outcome)
  return new Set([...answers, ...ends])
}

function formulaOf(column: string, source: Columns): Formula | null {
  try {
    const formula = parseFormula(column.slice(1))
    return formula.columns.every((name) => source.names.has(name)) ? formula : null
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

function workedOut(formula: Formula, source: Columns, isStrict: boolean): Cell[] {
  const columns = new Map(formula.columns.map((name) => [name, source.cells(name)]))
  const named = isStrict
    ? [...formula.compared].map(([name, words]) => [name, namedTest(words)] as const)
    : []
  return Array.from({ length: source.rows }, (_, row) => {
    const cellOf = (name: string) => columns.get(name)?.[row] ?? null
    const odd = named.find(([name, isNamed]) => !isNamed(cellOf(name)))
    return odd ? `${odd[0]}: ${cellOf(odd[0])}` : formula.read(cellOf)
  })
}

function namedTest(words: ReadonlySet<string>): (cell: Cell) => boolean {
  const all = [...words]
  const find = lookup([...all, ...oppositesOf(all)].map((word) => [word, true] as const))
  return (cell) => isBlank(cell) || find(cell) === true
}

/** 1 for each row that a mapping's filter keeps; null where it has none that can be used. */
function usedRows(mapping: Mapping, source: Columns): Uint8Array | null {
  const formula = mapping.filter ? formulaOf(MARK + mapping.filter, source) : null
  if (!formula) return null
  const columns = new Map(formula.columns.map((name) => [name, source.cells(name)]))
  return Uint8Array.from({ length: source.rows }, (_, row) =>
    truthOf(formula.read((name) => columns.get(name)?.[row] ?? null)) ? 1 : 0,
  )
}
