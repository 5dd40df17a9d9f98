import type { Column, Dataset } from '#domain/dataset.ts'
import { DAY, hashOf, NOW } from './double-world.ts'

const numeric = (name: string, unit: string | null, low: number, high: number, missing: number): Column => ({
  name,
  type: 'real',
  unit,
  missingCodes: missing > 0 ? ['?', '-9'] : [],
  missing,
  distinct: Math.round(high - low),
  low,
  high,
  mean: (low + high) / 2.1,
  categories: [],
})
const listed = (name: string, values: [string, number][], missing = 0): Column => ({
  name,
  type: 'category',
  unit: null,
  missingCodes: [],
  missing,
  distinct: values.length,
  low: null,
  high: null,
  mean: null,
  categories: values.map(([value, count]) => ({ value, count })),
})

const columns: Column[] = [
  numeric('age', 'a', 28, 77, 0),
  listed('sex', [
    ['1', 206],
    ['0', 97],
  ]),
  listed('cp', [
    ['4', 144],
    ['3', 86],
    ['2', 50],
    ['1', 23],
  ]),
  numeric('trestbps', 'mm[Hg]', 94, 200, 4),
  numeric('chol', 'mg/dL', 126, 564, 31),
  listed(
    'fbs',
    [
      ['0', 258],
      ['1', 45],
    ],
    8,
  ),
  listed('restecg', [
    ['0', 151],
    ['2', 148],
    ['1', 4],
  ]),
  numeric('thalach', '/min', 71, 202, 2),
  listed('exang', [
    ['0', 204],
    ['1', 99],
  ]),
  numeric('oldpeak', 'mm', 0, 6.2, 0),
  listed('num', [
    ['0', 164],
    ['1', 55],
    ['2', 36],
    ['3', 35],
    ['4', 13],
  ]),
]

/** A table with so many columns. */
export function datasetOf(id: string, name: string, rows: number, many = columns.length): Dataset {
  const all = Array.from({ length: many }, (_, i) => {
    const column = columns[i % columns.length]!
    return i < columns.length ? column : { ...column, name: `${column.name}_${i}` }
  })
  return {
    id,
    name,
    version: 2,
    source: `${name}.csv`,
    importedAt: NOW - 3 * DAY,
    rows,
    columns: all,
    rejected: [
      { line: 88, reason: 'This row has 12 cells where the header has 14' },
      { line: 213, reason: 'The text of this row is not valid UTF-8' },
    ],
    rejectedCount: 2,
    contentHash: hashOf(5),
    schemaHash: hashOf(6),
  }
}
