import { readFileSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ColumnValues, Dataset } from '#domain/dataset.ts'
import { pack, unpack } from '#store/coding.ts'
import { findDamage } from '#store/database.ts'
import {
  addDataset,
  getDataset,
  isNumeric,
  listDatasets,
  nextVersion,
  readTable,
  removeDataset,
} from '#store/datasets.ts'
import { createDrafts } from '#store/drafts.ts'
import { beginTable, discardTable, sweepTables, writeChunk } from '#store/tables.ts'
import { makeHome } from './home.ts'

let home: ReturnType<typeof makeHome>
beforeEach(() => (home = makeHome()))
afterEach(() => home.remove())

const code = (expected: string) => expect.objectContaining({ code: expected })
const numbers = (...values: number[]): ColumnValues => ({
  kind: 'numbers',
  values: Float64Array.from(values),
})
const texts = (words: string[], ...codes: number[]): ColumnValues => ({
  kind: 'texts',
  words,
  codes: Uint32Array.from(codes),
})

function about(id: string, version: number, rows: number): Dataset {
  const column = {
    unit: null,
    missingCodes: [],
    missing: 0,
    distinct: 2,
    low: 1,
    high: 2,
    mean: 1.5,
    categories: [],
  }
  return {
    id,
    name: 'Hearts',
    version,
    source: 'hearts.csv',
    importedAt: version,
    rows,
    columns: [
      { name: 'age', type: 'real', ...column },
      { name: 'sex', type: 'category', ...column },
    ],
    rejected: [{ line: 3, reason: 'ragged' }],
    rejectedCount: 1,
    contentHash: 'a'.repeat(64),
    schemaHash: 'b'.repeat(64),
  }
}

test('cells come back exactly as they went in, whatever they are', () => {
  const number = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.constantFrom(Number.NaN, -0, 127, -128, 32767, -32768, 2 ** 31, -(2 ** 31)),
  )
  fc.assert(
    fc.property(fc.array(number), (values) => {
      expect(unpack(pack(numbers(...values)))).toEqual(numbers(...values))
    }),
  )
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 400 }),
      fc.array(fc.nat()),
      (words, cells) => {
        const codes = [...cells.map((n) => n % (words.length + 1)), words.length]
        expect(unpack(pack(texts(words, ...codes)))).toEqual(texts(words, ...codes))
      },
    ),
  )
})

test('small whole numbers take one byte each', () => {
  expect(pack(numbers(1, 2, Number.NaN, 127))).toMatchObject({ coding: 'i8', bytes: { length: 4 } })
  expect(pack(numbers(1, 128)).coding).toBe('i16')
  expect(pack(numbers(1, -0)).coding).toBe('f64')
  expect(() => unpack({ coding: 'x', bytes: new Uint8Array(8) })).toThrow(RangeError)
})

test('a finished import can be read by column; its draft could not', () => {
  const db = home.open()
  const table = beginTable(db)
  writeChunk(db, table, 0, 0, [numbers(63, Number.NaN), texts(['F', 'M'], 2, 0)])
  writeChunk(db, table, 1, 0, [numbers(41.5)])
  writeChunk(db, table, 1, 1, [texts(['F'], 1)])
  expect(listDatasets(db)).toEqual([])

  addDataset(db, about('hearts01', 1, 3), table)
  expect(listDatasets(db)).toEqual([about('hearts01', 1, 3)])
  const rows = readTable(db, 'hearts01')
  expect([...rows.numbers('age')]).toEqual([63, Number.NaN, 41.5])
  expect(rows.cells('age')).toEqual([63, null, 41.5])
  expect(rows.cells('sex')).toEqual(['M', null, 'F'])
  expect(() => rows.numbers('sex')).toThrow(code('bad-request'))
  expect(() => rows.cells('height')).toThrow(code('column-missing'))
  // Of the first few no chunk behind them is read, and beyond the last there are no more.
  for (const most of [0, 1, 2, 3, 99]) {
    expect(rows.firstCells('age', most)).toEqual(rows.cells('age').slice(0, most))
    expect(rows.firstCells('sex', most)).toEqual(rows.cells('sex').slice(0, most))
  }
  expect(() => readTable(db, 'livers01')).toThrow(code('not-found'))
  expect(about('x', 1, 1).columns.map(isNumeric)).toEqual([true, false])
})

test('a changed table is the next version and the one before stays readable', () => {
  const db = home.open()
  for (const version of [1, 2]) {
    expect(nextVersion(db, 'hearts01')).toBe(version)
    const table = beginTable(db)
    writeChunk(db, table, 0, 0, [numbers(version), texts(['F'], 1)])
    addDataset(db, about('hearts01', version, 1), table)
  }
  expect(listDatasets(db).map((one) => one.version)).toEqual([2])
  expect([...readTable(db, 'hearts01').numbers('age')]).toEqual([2])
  expect([...readTable(db, 'hearts01', 1).numbers('age')]).toEqual([1])
  expect(getDataset(db, 'hearts01', 1)?.version).toBe(1)
  expect(getDataset(db, 'hearts01', 3)).toBeNull()
})

test('a table can be kept once, and a discarded one never', () => {
  const db = home.open()
  const [first, second] = [beginTable(db), beginTable(db)]
  discardTable(db, second)
  addDataset(db, about('hearts01', 1, 0), first)
  expect(() => addDataset(db, about('hearts01', 2, 0), first)).toThrow(code('not-found'))
  expect(() => addDataset(db, about('hearts01', 2, 0), second)).toThrow(code('not-found'))
  expect(listDatasets(db).map((one) => one.version)).toEqual([1])
})

test('a removed dataset leaves neither rows nor room in the file', async () => {
  const db = home.open()
  await sweepTables(db)
  const before = statSync(home.file).size
  const table = beginTable(db)
  for (let chunk = 0; chunk < 20; chunk += 1) {
    const values = Float64Array.from({ length: 8192 }, (_, row) => row + chunk / 7)
    writeChunk(db, table, chunk, 0, [
      { kind: 'numbers', values },
      texts(['F'], ...Array.from({ length: 8192 }, () => 1)),
    ])
  }
  addDataset(db, about('hearts01', 1, 20 * 8192), table)
  db.pragma('wal_checkpoint(TRUNCATE)')
  expect(statSync(home.file).size).toBeGreaterThan(before + 1_000_000)
  expect(removeDataset(db, 'hearts01')).toBe(true)
  expect(removeDataset(db, 'hearts01')).toBe(false)
  expect(() => readTable(db, 'hearts01')).toThrow(code('not-found'))
  await sweepTables(db)
  expect(statSync(home.file).size).toBeLessThan(before + 100_000)
  expect(sizesOf(home.folder)).toBeLessThan(before + 200_000)
  for (const name of ['tables', 'chunks', 'datasets', 'rejected_rows']) {
    expect(db.all(`SELECT * FROM ${name}`)).toEqual([])
  }
  expect(findDamage(db)).toEqual([])
})

function sizesOf(folder: string) {
  return readdirSync(folder).reduce((sum, name) => sum + readFileSync(path.join(folder, name)).length, 0)
}

test('what an interrupted import left is gone when the database opens again', () => {
  const db = home.open()
  const kept = beginTable(db)
  writeChunk(db, kept, 0, 0, [numbers(1), texts(['F'], 1)])
  addDataset(db, about('hearts01', 1, 1), kept)
  const draft = beginTable(db)
  writeChunk(db, draft, 1, 0, [numbers(2), texts(['M'], 1)])
  db.close()
  const again = home.open()
  expect(again.all('SELECT id FROM tables')).toEqual([{ id: kept }])
  expect(again.all('SELECT DISTINCT table_id FROM chunks')).toEqual([{ table_id: kept }])
  expect(readTable(again, 'hearts01').cells('sex')).toEqual(['F'])
})

test('raw rows set aside are unreadable, and gone when the draft is finished, discarded or left by a crash', async () => {
  const db = home.open()
  const staged = () => readdirSync(home.folder).filter((name) => name.includes('staging'))
  const drafts = createDrafts(db)
  const [first, second, third] = [drafts.begin(), drafts.begin(), drafts.begin()]
  const canary = Buffer.from('canary-row-31337 '.repeat(5000))
  for (const table of [first, second, third]) drafts.stage(table, 4, canary)
  expect(Buffer.from(drafts.staged(first, 4) ?? []).equals(canary)).toBe(true)
  expect(drafts.staged(first, 5)).toBeNull()
  expect(staged()).toHaveLength(3)
  for (const name of readdirSync(home.folder)) {
    expect(readFileSync(path.join(home.folder, name)).includes('canary')).toBe(false)
  }
  drafts.finish(first)
  await drafts.discard(second)
  expect(staged()).toEqual([`murmuration.db.staging-${third}`])
  home.open()
  expect(staged()).toEqual([])
})
