import type { Mapping, OutcomeSource } from '#domain/dataset.ts'
import type { Cell } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import { type Formula, parseFormula, truthOf } from './expression.ts'
import type { Columns } from './map-table.ts'

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
  return [...variables, ...outcomeWords(mapping.outcome), ...mapping.subgroups]
}

function outcomeWords(outcome: OutcomeSource): string[] {
  return outcome.rule === 'survival' ? [outcome.time, outcome.event] : [outcome.column]
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

/** A table with the columns that a mapping's formulas make; a formula that cannot be used makes none. */
export function withFormulas(source: Columns, mapping: Mapping): Columns {
  const faulty = new Set<string>()
  const made = wordsOf(mapping).filter((one) => isFormula(one) && !source.names.has(one))
  for (const one of made) if (formulaOf(one, source) === null) faulty.add(one)
  const names = new Set([...source.names, ...made.filter((one) => !faulty.has(one))])
  function cells(column: string): readonly Cell[] {
    const formula = source.names.has(column) ? null : formulaOf(column, source)
    return formula ? workedOut(formula, source) : source.cells(column)
  }
  return { rows: source.rows, names, cells }
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

function workedOut(formula: Formula, source: Columns): Cell[] {
  const columns = new Map(formula.columns.map((name) => [name, source.cells(name)]))
  return Array.from({ length: source.rows }, (_, row) =>
    formula.read((name) => columns.get(name)?.[row] ?? null),
  )
}

/**
 * Takes rows out of an outcome that a mapping's filter does not keep: they are excluded like those without one. Returns how
 * many rows it keeps, or null where nothing is filtered.
 */
export function applyFilter(outcome: Float32Array, mapping: Mapping, source: Columns): number | null {
  const formula = mapping.filter ? formulaOf(MARK + mapping.filter, source) : null
  if (!formula) return null
  let kept = 0
  const columns = new Map(formula.columns.map((name) => [name, source.cells(name)]))
  for (let row = 0; row < outcome.length; row += 1) {
    const value = formula.read((name) => columns.get(name)?.[row] ?? null)
    if (truthOf(value)) kept += 1
    else outcome[row] = NaN
  }
  return kept
}
