import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Table, Task } from '#trainer/jobs.ts'
import { findData, readCsv, toTable } from './kit.ts'

export const hospitals = ['cleveland', 'hungarian', 'switzerland', 'va'] as const

const columns = [
  'age',
  'sex',
  'cp',
  'trestbps',
  'chol',
  'fbs',
  'restecg',
  'thalach',
  'exang',
  'oldpeak',
] as const

const number = (name: string, unit: string, low: number, high: number): Task['variables'][number] => ({
  type: 'number',
  name,
  label: '',
  unit,
  low,
  high,
  outside: 'clip',
  missing: 'exclude',
})
const category = (name: string, categories: string[]): Task['variables'][number] => ({
  type: 'category',
  name,
  label: '',
  categories,
  unlisted: 'reference',
  missing: 'exclude',
})
const boolean = (name: string): Task['variables'][number] => ({
  type: 'boolean',
  name,
  label: '',
  missing: 'exclude',
})

/** The FLamby benchmark's variables: 13 features after one-hot coding without first levels. */
export const heartVariables: Task['variables'] = [
  number('age', 'years', 18, 100),
  boolean('sex'),
  category('cp', ['1', '2', '3', '4']),
  number('trestbps', 'mmHg', 0, 250),
  number('chol', 'mg/dl', 0, 700),
  boolean('fbs'),
  category('restecg', ['0', '1', '2']),
  number('thalach', '1/min', 50, 220),
  boolean('exang'),
  number('oldpeak', 'mm', -5, 10),
]

/** The four hospitals' tables with FLamby's test rows held out, or null where the data are not there. */
export function heartTables(): Table[] | null {
  const folder = findData('heart-disease')
  if (!folder) return null
  const split = JSON.parse(readFileSync(path.join(folder, 'flamby_split.json'), 'utf8')) as {
    centers: Record<string, { n: number; test_idx: number[] }>
  }
  return hospitals.map((hospital) => {
    const rows = readCsv(path.join(folder, 'hospitals', `${hospital}.csv`)).filter((row) =>
      [...columns, 'num'].every((name) => row[name] !== '?' && row[name] !== ''),
    )
    const { n, test_idx: test } = split.centers[hospital]!
    if (rows.length !== n) throw new Error(`${hospital}: ${rows.length} rows, not ${n}`)
    const held = new Set(test)
    const values = columns.map((name, i) => {
      const variable = heartVariables[i]!
      const code = (text: string) =>
        variable.type === 'category' ? variable.categories.indexOf(String(Number(text))) : Number(text)
      return rows.map((row) => code(row[name]!))
    })
    return toTable(
      values,
      rows.map((row) => Number(Number(row['num']) > 0)),
      (row) => held.has(row),
    )
  })
}
