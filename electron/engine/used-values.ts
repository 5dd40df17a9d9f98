import type { Cell, Mapping } from '#domain/dataset.ts'
import { spelling } from '#domain/spelling.ts'
import type { Study } from '#domain/study.ts'
import type { Variable } from '#domain/variable.ts'
import { settle } from '#trainer/variables/features.ts'
import type { Table } from '#trainer/jobs.ts'
import { toNumber } from './cells.ts'
import { columnsBehind } from './formula-columns.ts'
import type { Columns } from './map-table.ts'
import { outcomeColumns } from './outcome-readers.ts'

/** What a study uses of one of our columns, or of those behind a formula, row by row. */
export interface UsedValues {
  /** The columns of the dataset that it is read from. */
  readonly columns: readonly string[]
  /** For each row the place of its value in `texts`; 0 where nothing of the row is used. */
  readonly codes: Uint32Array
  /** Equal texts, in whatever study, stand for equal values: up to a unit, or another name for the same category. */
  readonly texts: readonly string[]
}

/**
 * What a study uses of our columns once its ranges, categories, missing codes and the rule of its outcome are applied, in terms of
 * our own cells: so that two studies can be compared in which rows they make something else of the same column.
 */
export function usedValues(
  { variables, outcome }: Study,
  mapping: Mapping,
  source: Columns,
  table: Table,
): UsedValues[] {
  const behind = (words: readonly string[]) =>
    [...new Set(words.flatMap((word) => columnsBehind(word, source.names)))].toSorted()
  const found: UsedValues[] = []
  for (const [index, variable] of variables.entries()) {
    const from = mapping.variables[variable.name]
    const values = table.columns[index]
    if (!from || !values || !source.names.has(from.column)) continue
    const cells = source.cells(from.column)
    const read =
      variable.type === 'number'
        ? numberTexts(variable, values, cells, from.scale)
        : classTexts(
            values.map((value) => classOf(variable, value)),
            cells,
          )
    found.push({ columns: behind([from.column]), ...read })
  }
  const words = outcomeColumns(mapping.outcome)
  if (words.some((word) => !source.names.has(word))) return found
  const read = outcomeTexts(outcome.task, mapping, table, source.cells(words[0] ?? ''))
  return [...found, { columns: behind(words), ...read }]
}

type Texts = Pick<UsedValues, 'codes' | 'texts'>

/** A text for each row, each kept once; null for rows of which nothing is used. */
function textsOf(rows: number, textOf: (row: number) => string | number | null): Texts {
  const places = new Map<string | number, number>()
  const texts = ['']
  const codes = new Uint32Array(rows)
  for (let row = 0; row < rows; row++) {
    const text = textOf(row)
    if (text === null) continue
    let place = places.get(text)
    if (place === undefined) {
      place = texts.push(String(text)) - 1
      places.set(text, place)
    }
    codes[row] = place
  }
  return { codes, texts }
}

type Scale = Mapping['variables'][string]['scale']

/** Numbers as they stand in our column; a clipped one is the limit in our unit. */
function numberTexts(variable: Variable, values: Float32Array, cells: readonly Cell[], scale: Scale): Texts {
  const { factor, offset } = scale ?? { factor: 1, offset: 0 }
  return textsOf(values.length, (row) => {
    const value = values[row] ?? NaN
    const used = settle(variable, value)
    if (Number.isNaN(used)) return null
    return used === value ? toNumber(cells[row] ?? null) : Number(((used - offset) / factor).toPrecision(7))
  })
}

/** The class that a value counts as: an unlisted one is the reference where the study says so. */
function classOf(variable: Variable, value: number): number {
  const used = settle(variable, value)
  const isOther = variable.type === 'category' && used >= variable.categories.length
  return isOther && variable.unlisted === 'reference' ? 0 : used
}

/** Classes by the cell that most of their rows have: whatever a study calls them, and whatever few cells join them. */
function classTexts(classes: Float32Array, cells: readonly Cell[]): Texts {
  const counts = new Map<number, Map<string, number>>()
  for (const [row, one] of classes.entries()) {
    if (Number.isNaN(one)) continue
    const ofClass = counts.get(one) ?? new Map<string, number>()
    counts.set(one, ofClass)
    const cell = cellText(cells[row] ?? null)
    ofClass.set(cell, (ofClass.get(cell) ?? 0) + 1)
  }
  const names = new Map([...counts].map(([one, ofClass]) => [one, `class ${mostFrequent(ofClass)}`]))
  return textsOf(classes.length, (row) => names.get(classes[row] ?? NaN) ?? null)
}

const cellText = (cell: Cell) => (typeof cell === 'string' ? spelling(cell) : String(cell))

function mostFrequent(counts: ReadonlyMap<string, number>): string {
  let [best, most] = ['', 0]
  for (const [text, count] of counts)
    if (count > most || (count === most && text < best)) [best, most] = [text, count]
  return best
}

function outcomeTexts(
  task: Study['outcome']['task'],
  { outcome: from }: Mapping,
  { outcome, event }: Table,
  cells: readonly Cell[],
): Texts {
  if (task === 'survival')
    return textsOf(outcome.length, (row) => finite(outcome[row], (time) => `${time}/${event?.[row] ?? 0}`))
  if (task === 'regression')
    return textsOf(outcome.length, (row) => finite(outcome[row], () => toNumber(cells[row] ?? null)))
  // Which numbers lie above a limit names no cell: the same answer is the same, whatever the limit.
  if (from.rule === 'above')
    return textsOf(outcome.length, (row) => finite(outcome[row], (above) => `above ${above}`))
  return classTexts(outcome, cells)
}

function finite<T>(value: number | undefined, textOf: (value: number) => T): T | null {
  return value !== undefined && Number.isFinite(value) ? textOf(value) : null
}
