import type { Mapping } from '#domain/dataset.ts'
import type { Study } from '#domain/study.ts'
import { mapTable, type Columns } from '#engine/map-table.ts'
import { usedValues } from '#engine/used-values.ts'
import type { Person } from './row-table.ts'

/** Most doses are 0 and 1, few 2 and 3. */
export const people = (from: number, to: number): Person[] =>
  Array.from({ length: to - from }, (_, i) => {
    const number = from + i
    return {
      id: `p${number}`,
      age: 18 + (number % 60),
      dose: number % 20 < 18 ? number % 2 : (number % 20) - 16,
    }
  })

/** How a study reads the table: a range of ages, codes that mean missing, a list of doses and a limit of the outcome. */
export interface Rules {
  readonly low: number
  readonly high: number
  readonly outside: 'clip' | 'missing'
  readonly factor: number
  readonly codes: readonly string[]
  readonly listed: readonly number[]
  readonly unlisted: 'other' | 'reference' | 'missing'
  readonly above: number
}

/** A study that reads all ages and doses as they are. */
export const usual: Rules = {
  ...{ low: 18, high: 90, outside: 'missing', factor: 1, codes: [] },
  ...{ listed: [0, 1, 2, 3], unlisted: 'other', above: 0 },
}

/** What the product says is used of each person, in the order of the rows. */
export async function valuesOf(rows: readonly Person[], rules: Rules) {
  const { low, high, outside, factor, codes, listed, unlisted, above } = rules
  const range = { low: low * factor, high: high * factor, outside, unit: null, missing: 'mean-and-indicator' }
  const study = {
    variables: [
      { type: 'number', name: 'age', label: '', ...range },
      {
        type: 'category',
        name: 'dose',
        label: '',
        categories: listed.map(String),
        unlisted,
        missing: 'indicator',
      },
    ],
    outcome: { task: 'binary', name: 'high', label: '', positive: 'yes' },
  } as unknown as Study
  const mapping = {
    variables: {
      age: { column: 'age', missingCodes: codes, scale: { factor, offset: 0 } },
      dose: {
        column: 'dose',
        missingCodes: [],
        unlisted: ['0', '1', '2', '3'].filter((one) => !listed.includes(Number(one))),
      },
    },
    outcome: { rule: 'above', column: 'dose', threshold: above },
    subgroups: [],
  } as unknown as Mapping
  const source: Columns = {
    rows: rows.length,
    names: new Set(['id', 'age', 'dose']),
    cells: (name) => rows.map((one) => (name === 'dose' ? one.dose : one.age)),
  }
  const { table } = await mapTable(
    study,
    mapping,
    source,
    () => false,
    async () => {},
  )
  return usedValues(study, mapping, source, table)
}

/** Two hundred people of whom three are of 18 years. */
export const withFewAt18 = people(0, 200).map((one, i) => ({ ...one, age: i < 3 ? 18 : 30 + (i % 40) }))
