import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { heartDisease } from './heart-disease.ts'
import { strokeTrial } from './stroke-trial.ts'

// Writes the two study files from their declarations and the published splits. The results are committed; to do it again:
//   node test/studies/make.ts ../shared/data && npm run format
const data = path.resolve(process.argv[2] ?? '../shared/data')
const here = import.meta.dirname

const read = (...parts: string[]) => readFileSync(path.join(data, ...parts), 'utf8')
const write = (name: string, study: object) =>
  writeFileSync(path.join(here, name), `${JSON.stringify(study, null, 2)}\n`)

/** The published split counts the rows that are left when slope, ca, thal and rows with "?" are dropped. */
function heartRows(hospital: string, survivors: readonly number[]): number[] {
  const rows: Record<string, string>[] = parse(read('heart-disease', 'hospitals', `${hospital}.csv`), {
    columns: true,
  })
  const unused = new Set(['slope', 'ca', 'thal'])
  const complete = (row: Record<string, string>) =>
    Object.entries(row).every(([column, value]) => unused.has(column) || value !== '?')
  const left = rows.flatMap((row, index) => (complete(row) ? [index] : []))
  return survivors.map((survivor) => left[survivor]!)
}

const heartSplit: { centers: Record<string, { n: number; test_idx: number[] }> } = JSON.parse(
  read('heart-disease', 'flamby_split.json'),
)
const strokeSplit: { hospitals: Record<string, number[][]> } = JSON.parse(read('stroke-trial', 'splits.json'))

write('heart-disease.json', {
  ...heartDisease,
  testRows: Object.fromEntries(
    Object.entries(heartSplit.centers).map(([name, { test_idx }]) => [name, heartRows(name, test_idx)]),
  ),
})
write('stroke-trial.json', {
  ...strokeTrial,
  testRows: Object.fromEntries(
    Object.entries(strokeSplit.hospitals)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, splits]) => [name, splits[0]]),
  ),
})
