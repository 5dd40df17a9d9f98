import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isNumeric } from '#store/datasets.ts'
import { openDesk, readDirectly } from './desk.ts'

const data = path.resolve(import.meta.dirname, '../../../shared/data')
const hospitals = existsSync(data)
if (!hospitals)
  console.warn('Skipped: the shared data folder is not beside this checkout, so no real file is imported')

vi.setConfig({ testTimeout: 30_000 })

let desk: ReturnType<typeof openDesk>
beforeEach(() => void (desk = openDesk()))
afterEach(() => desk.close())

const read = (...parts: string[]) => readFileSync(path.join(data, ...parts))

test.skipIf(!hospitals).each([
  ['cleveland', 303],
  ['hungarian', 294],
  ['switzerland', 123],
  ['va', 200],
])('the heart table of %s has its %i rows and 14 columns of numbers', async (hospital, rows) => {
  const bytes = read('heart-disease', 'hospitals', `${hospital}.csv`)
  const table = await desk.take(bytes)
  expect([table.rows.length, table.columns.length, table.rejectedCount]).toEqual([rows, 14, 0])
  expect(table.columns.every((column) => isNumeric(column))).toBe(true)
  // Against the file itself, read in the simplest way that fits these four files.
  const lines = bytes.toString().trim().split(/\r?\n/).slice(1)
  const expected = lines.map((line) =>
    line.split(',').map((cell) => (cell === '?' || cell === '' ? null : Number(cell))),
  )
  expect(table.rows).toEqual(expected)
  for (const [position, column] of table.columns.entries()) {
    const values = expected.map((row) => row[position]).filter((value) => typeof value === 'number')
    expect(column.missing).toBe(rows - values.length)
    expect(column.distinct).toBe(new Set(values).size)
    if (values.length > 0)
      expect([column.low, column.high]).toEqual([Math.min(...values), Math.max(...values)])
    if (column.missing > 0) expect(column.missingCodes).toEqual(['?'])
  }
})

test.skipIf(!hospitals).each(['processed.cleveland.data', 'processed.va.data'])(
  '%s has no header',
  async (name) => {
    const table = await desk.take(read('heart-disease', name))
    expect(table.dialect?.header).toBe(false)
    expect(table.names.slice(0, 2)).toEqual(['column 1', 'column 2'])
    expect(table.rows.length).toBe(name.includes('va') ? 200 : 303)
  },
)

test.skipIf(!hospitals)('wdbc.data: 569 rows, no header, one category and 31 numbers', async () => {
  const table = await desk.take(read('breast-cancer', 'wdbc.data'))
  expect([table.rows.length, table.columns.length, table.dialect?.header]).toEqual([569, 32, false])
  expect(table.columns[1]?.categories).toEqual([
    { value: 'B', count: 357 },
    { value: 'M', count: 212 },
  ])
})

test.skipIf(!hospitals)(
  'hospitals of the stroke trial, with all their rows',
  { timeout: 60_000 },
  async () => {
    let rows = 0
    for (const name of readdirSync(path.join(data, 'stroke-trial', 'hospitals')).toSorted()) {
      const table = await readDirectly(read('stroke-trial', 'hospitals', name))
      rows += table.rows.length
      expect([table.rejectedCount, table.columns.length]).toEqual([0, 23])
      const types = Object.fromEntries(table.columns.map((column) => [column.name, column.type]))
      expect(types).toMatchObject({
        AGE: 'integer',
        RSBP: 'integer',
        SEX: 'category',
        FDEAD: 'category',
        STYPE: 'category',
      })
    }
    expect(rows).toBe(8147)
  },
)

test.skipIf(!hospitals)(
  'the whole stroke trial: 19,435 rows of 112 columns',
  { timeout: 60_000 },
  async () => {
    const table = await desk.take(read('stroke-trial', 'IST.csv'))
    expect([table.rows.length, table.columns.length, table.rejectedCount]).toEqual([19_435, 112, 0])
  },
)
