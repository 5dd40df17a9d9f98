import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Table, Task } from '#trainer/jobs.ts'
import { findData, readCsv, toTable } from './kit.ts'

const number = (name: string, unit: string, low: number, high: number): Task['variables'][number] => ({
  type: 'number',
  name,
  label: '',
  unit,
  low,
  high,
  outside: 'clip',
  missing: 'mean',
})
const category = (name: string, categories: string[]): Task['variables'][number] => ({
  type: 'category',
  name,
  label: '',
  categories,
  unlisted: 'reference',
  missing: 'reference',
})
const boolean = (name: string): Task['variables'][number] => ({
  type: 'boolean',
  name,
  label: '',
  missing: 'no',
})

/** The stroke trial's variables as its reference figures use them: 35 features. */
export const strokeVariables: Task['variables'] = [
  number('AGE', 'years', 16, 110),
  number('RSBP', 'mmHg', 50, 300),
  number('RDELAY', 'h', 0, 48),
  category('RCONSC', ['F', 'D', 'U']),
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => category(`RDEF${n}`, ['N', 'Y', 'C'])),
  category('STYPE', ['OTH', 'PACS', 'TACS', 'LACS', 'POCS']),
  category('RXHEP', ['N', 'L', 'M']),
  ...['SEX', 'RSLEEP', 'RATRIAL', 'RCT', 'RVISINF', 'RHEP24', 'RASP3', 'RXASP'].map(boolean),
]

/** The 49 hospitals' tables with the test rows of one of the five splits held out, or null where the data are not there. */
export function strokeTables(split: number): Table[] | null {
  const folder = findData('stroke-trial')
  if (!folder) return null
  const splits = JSON.parse(readFileSync(path.join(folder, 'splits.json'), 'utf8')) as {
    hospitals: Record<string, number[][]>
  }
  const files = readdirSync(path.join(folder, 'hospitals')).toSorted()
  return files.map((file) => {
    const rows = readCsv(path.join(folder, 'hospitals', file))
    const held = new Set(splits.hospitals[path.basename(file, '.csv')]![split])
    const columns = strokeVariables.map((variable) =>
      rows.map((row) => valueOf(variable, row[variable.name] ?? '')),
    )
    const outcome = rows.map((row) => Number(row['FDEAD'] === 'Y'))
    return toTable(columns, outcome, (row) => held.has(row))
  })
}

function valueOf(variable: Task['variables'][number], text: string): number {
  if (text === '' || text === 'NA') return Number.NaN
  if (variable.type === 'number') return Number(text)
  if (variable.type === 'boolean') return Number(text === 'Y' || text === 'M')
  return variable.categories.indexOf(variable.name === 'RXHEP' && text === 'H' ? 'M' : text)
}
