import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import { expect, test, vi } from 'vitest'
import { Mapping } from '#domain/dataset.ts'
import type { Study } from '#domain/study.ts'
import { mapTable, type Columns } from '#engine/map-table.ts'
import { strokeTrial } from '../studies/stroke-trial.ts'
import { heartDisease } from '../studies/heart-disease.ts'
import { StudyFile } from '#headless/study-file.ts'
import { readDirectly } from './desk.ts'

vi.setConfig({ testTimeout: 60_000 })

const data = path.resolve(import.meta.dirname, '../../../shared/data')
const has = existsSync(data)
if (!has)
  console.warn('Skipped: the shared data folder is not beside this checkout, so no raw file is mapped')

const heart = v.parse(StudyFile, heartDisease)
const stroke = v.parse(StudyFile, strokeTrial)
/** What the UCI's own description says the columns of its files without headers are. */
const RAW = [
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
  'slope',
  'ca',
  'thal',
  'num',
]

/** Imports a file as it is and maps it as it was saved; gives back rows, and how many cells could not be read. */
async function mapFile(file: string, plan: StudyFile['study'], mapping: Mapping) {
  const table = await readDirectly(readFileSync(path.join(data, file)))
  const names = new Set(table.names)
  const source: Columns = {
    rows: table.rows.length,
    names,
    cells: (column) => table.rows.map((row) => row[table.names.indexOf(column)] ?? null),
  }
  for (const { column } of Object.values(mapping.variables)) expect([...names]).toContain(column)
  // The cast: what is mapped reads variables and outcome of a study, which a file of one holds.
  const mapped = await mapTable(
    plan as unknown as Study,
    mapping,
    source,
    () => false,
    () => Promise.resolve(),
  )
  const unreadable = mapped.tallies.reduce(
    (sum, one) => sum + one.unreadable + one.unlisted,
    mapped.outcomeUnreadable,
  )
  const known = mapped.table.outcome.filter((value) => !Number.isNaN(value))
  return {
    rows: table.rows.length,
    refused: table.rejectedCount,
    unreadable,
    positive: known.reduce((sum, value) => sum + value, 0),
    known: known.length,
  }
}

const numbered = v.parse(Mapping, {
  ...heart.mappings.default,
  variables: Object.fromEntries(
    Object.entries(heart.mappings.default.variables).map(([name, source]) => [
      name,
      { ...source, column: `column ${RAW.indexOf(source.column) + 1}` },
    ]),
  ),
  outcome: { rule: 'above', column: 'column 14', threshold: 0 },
})

test.skipIf(!has).each([
  ['cleveland', 303, 139],
  ['hungarian', 294, 106],
  ['switzerland', 123, 115],
  ['va', 200, 149],
])(
  'the raw file of %s and the one with a header map as saved, without hand work',
  async (name, rows, positive) => {
    const expected = { rows, refused: 0, unreadable: 0, positive, known: rows }
    expect(await mapFile(`heart-disease/hospitals/${name}.csv`, heart.study, heart.mappings.default)).toEqual(
      expected,
    )
    expect(await mapFile(`heart-disease/processed.${name}.data`, heart.study, numbered)).toEqual(expected)
  },
)

test.skipIf(!has)('all 49 files of the stroke trial map by one saved mapping', async () => {
  const folder = 'stroke-trial/hospitals'
  const total = { rows: 0, positive: 0, unreadable: 0, files: 0 }
  for (const name of readdirSync(path.join(data, folder))) {
    const { rows, positive, unreadable, refused, known } = await mapFile(
      `${folder}/${name}`,
      stroke.study,
      stroke.mappings.default,
    )
    expect([refused, known]).toEqual([0, rows])
    total.rows += rows
    total.positive += positive
    total.unreadable += unreadable
    total.files += 1
  }
  expect(total).toEqual({ rows: 8147, positive: Math.round(8147 * 0.2416), unreadable: 0, files: 49 })
})
