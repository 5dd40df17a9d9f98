import type * as v from 'valibot'
import type { Cell, Mapping, OutcomeSource, Source } from '#domain/dataset.ts'
import type { Study } from '#domain/study.ts'
import type { Outcome } from '#domain/variable.ts'
import { withFormulas } from '#engine/formula-columns.ts'
import { mapTable, type Columns } from '#engine/map-table.ts'
import { aStudy } from './a-study.ts'

export const from = (column: string, more: Partial<Source> = {}): Source => ({
  ...{ column, missingCodes: [], scale: null, values: null },
  ...more,
})

const outcomes: Record<'binary' | 'multiclass' | 'survival', v.InferInput<typeof Outcome>> = {
  binary: { task: 'binary', name: 'death', positive: 'died' },
  multiclass: { task: 'multiclass', name: 'death', classes: ['home', 'ward', 'icu'] },
  survival: { task: 'survival', name: 'death', timeUnit: 'd', horizon: 365 },
}

/** Reads columns as a study with one ward, one sex and one outcome. */
export async function read(study: Study, mapping: Mapping, cells: Record<string, readonly Cell[]>) {
  const rows = Math.max(...Object.values(cells).map((one) => one.length))
  const plain: Columns = { rows, names: new Set(Object.keys(cells)), cells: (name) => cells[name] ?? [] }
  const never = () => false
  return mapTable(study, mapping, withFormulas(plain, mapping, study), never, async () => {})
}

export function study(task: keyof typeof outcomes = 'binary'): Study {
  return aStudy({
    variables: [
      { type: 'category', name: 'ward', categories: ['med', 'surg', 'icu'] },
      { type: 'boolean', name: 'male' },
    ],
    outcome: outcomes[task],
  })
}

export const equals = (positive: string[], more: object = {}): OutcomeSource => ({
  ...{ rule: 'equals', column: 'o', positive },
  ...more,
})
