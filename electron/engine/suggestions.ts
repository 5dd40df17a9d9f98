import type { MappingPreview, SuggestionsView } from '#contract/importing.ts'
import type { Cell, Mapping } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import type { Hash } from '#domain/values.ts'
import type { Variable } from '#domain/variable.ts'
import { getDataset, readTable } from '#store/datasets.ts'
import { studyIn } from './consent-files.ts'
import { withFormulas } from './formula-columns.ts'
import { mapTable, type Columns } from './map-table.ts'
import type { Ports } from './ports.ts'
import { suggestMapping, suggestOutcome } from './suggest-mapping.ts'

/** Helps a person to map: what may fit, and what a mapping makes of the first rows. */
export function createSuggestions({ db, library }: Pick<Ports, 'db' | 'library'>) {
  function datasetOf(id: string) {
    const found = getDataset(db, id)
    if (!found) throw new AppError('not-found', 'No dataset of ours has this id')
    return found
  }
  function suggest({ study, dataset }: { study: Hash; dataset: string }): SuggestionsView {
    const { body } = studyIn(library, study)
    const found = datasetOf(dataset)
    return { study, dataset, variables: suggestMapping(body, found), outcome: suggestOutcome(body, found) }
  }
  /** The first rows as the study would read them. */
  async function preview(input: {
    study: Hash
    dataset: string
    mapping: Mapping
    rows: number
  }): Promise<MappingPreview> {
    const { body } = studyIn(library, input.study)
    const { columns } = datasetOf(input.dataset)
    const table = readTable(db, input.dataset)
    const rows = Math.min(input.rows, table.rows)
    const names = new Set(columns.map((one) => one.name))
    const plain: Columns = { rows, names, cells: (column) => table.firstCells(column, rows) }
    const source = withFormulas(plain, input.mapping, body)
    const mapped = await mapTable(
      body,
      input.mapping,
      source,
      () => false,
      () => Promise.resolve(),
    )
    const outcome = Array.from(mapped.table.outcome, numberOrNull)
    return {
      variables: body.variables.map((variable, index) => {
        const column = input.mapping.variables[variable.name]?.column ?? ''
        const read = Array.from(mapped.table.columns[index] ?? [], (value) => wordOf(variable, value))
        return { name: variable.name, column: column || '-', ours: ownCells(source, column), read }
      }),
      outcome,
      used: outcome.map((value) => value !== null),
    }
  }
  return { suggest, preview }
}

const MAX_TEXT = 200

function ownCells(source: Columns, column: string): Cell[] {
  if (!source.names.has(column)) return []
  return source
    .cells(column)
    .slice(0, source.rows)
    .map((cell) => (typeof cell === 'string' ? cell.slice(0, MAX_TEXT) : cell))
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : Number(value.toPrecision(7))
}

/** A value of a variable as a person reads it. */
function wordOf(variable: Variable, value: number): Cell {
  if (Number.isNaN(value)) return null
  if (variable.type === 'boolean') return value === 1 ? 'yes' : 'no'
  return variable.type === 'category' ? (variable.categories[value] ?? '(other)') : numberOrNull(value)
}
