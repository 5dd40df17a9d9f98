import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ColumnEdit } from '#domain/importing.ts'
import { NOTHING_LEFT, openDesk, readDirectly } from './desk.ts'

vi.setConfig({ testTimeout: 60_000 })

let desk: ReturnType<typeof openDesk>
beforeEach(() => void (desk = openDesk()))
afterEach(() => desk.close())

const patients = [
  'Name;Geburtsdatum;Alter;Chol (mg/dL);Tage;sex',
  ...Array.from(
    { length: 40 },
    (_, row) =>
      `Anna${row} Berg;${1 + (row % 28)}.3.1950;${30 + row};${row % 4 === 0 ? 0 : 180 + row};${row % 5 === 0 ? -9 : row};${row % 2 ? 'm' : 'f'}`,
  ),
].join('\n')

test('a preview proposes dialect, types, units and missing codes before anything is kept', async () => {
  const bytes = Buffer.from(patients)
  const id = await desk.send(bytes, 100)
  const preview = await desk.importer.preview(id)
  expect(preview).toMatchObject({ kind: 'csv', encoding: 'ascii', rowCount: 40, rejectedCount: 0 })
  expect(preview?.dialect).toMatchObject({ delimiter: ';', header: true, quote: '"' })
  const columns = Object.fromEntries((preview?.columns ?? []).map((one) => [one.name, one]))
  expect(columns['Geburtsdatum']).toMatchObject({ type: 'date', dateOrder: 'dmy' })
  expect(columns['Chol (mg/dL)']).toMatchObject({ type: 'integer', unit: 'mg/dL' })
  expect(columns['Tage']?.suggestedCodes).toEqual([{ code: '-9', count: 8 }])
  expect(preview?.rows).toHaveLength(40)
  expect(preview?.rows[0]).toEqual(['Anna0 Berg', '1.3.1950', '30', '0', '-9', 'f'])
  await desk.importer.cancel(id)
  expect(desk.residue()).toEqual(NOTHING_LEFT)
})

test('what a person edits is what is stored, and the preview shows it first', async () => {
  const id = await desk.send(Buffer.from(patients), 1 << 20)
  const edits: ColumnEdit[] = [
    { column: 'Tage', missingCodes: ['-9'] },
    { column: 'Name', action: 'drop' },
    { column: 'Geburtsdatum', action: 'year' },
    { column: 'Alter', action: 'age-band' },
    { column: 'sex', type: 'text', unit: null, action: 'hash' },
    { column: 'Chol (mg/dL)', unit: 'g/L', type: 'real' },
  ]
  const preview = await desk.importer.preview(id, edits)
  expect(preview?.identifiers.findings.find(({ column }) => column === 'Name')?.action).toBe('drop')
  const found = await desk.importer.finish(id, (imported) => imported, edits)
  expect(found.columns.map(({ name, type, unit }) => [name, type, unit])).toEqual([
    ['Geburtsdatum', 'integer', null],
    ['Alter', 'category', null],
    ['Chol (mg/dL)', 'real', 'g/L'],
    ['Tage', 'integer', null],
    ['sex', 'text', null],
  ])
  expect(found.columns[0]).toMatchObject({ low: 1950, high: 1950 })
  expect(found.columns[1]?.categories.map(({ value }) => value).toSorted()).toEqual([
    '30-39',
    '40-49',
    '50-59',
    '60-69',
  ])
  expect(found.columns[3]).toMatchObject({ missing: 8, missingCodes: ['-9'], low: 1 })
  expect(found.columns[4]?.distinct).toBe(2)
  const spike = found.profile.find(({ name }) => name.startsWith('Chol'))?.suspicious
  expect(spike).toContainEqual(expect.objectContaining({ kind: 'spike', value: 0, rows: 10 }))
  expect(found.identifiers.quasi).toContain('Alter')
  expect(found.identifiers.smallestGroup).toBeGreaterThan(0)
})

test('cells that cannot be read as the chosen type are missing, and counted', async () => {
  const table = await readDirectly('a,b\n1,x\ntwo,y\n3,z\n', 1 << 20, {}, [{ column: 'a', type: 'integer' }])
  expect(table.rows.map(([first]) => first)).toEqual([1, null, 3])
  expect(table.profile[0]?.suspicious).toContainEqual(
    expect.objectContaining({ kind: 'unreadable', rows: 1 }),
  )
})

test('a preview of the beginning of a large file, and of a file read only as a whole', async () => {
  const bytes = Buffer.from(`a,b\n${'1,x\n'.repeat(300_000)}`)
  const { id } = desk.importer.begin({ name: 'x', size: bytes.length })
  await desk.importer.chunk(id, bytes.subarray(0, 300_000))
  expect((await desk.importer.preview(id))?.rowCount).toBeGreaterThan(1000)
  await desk.importer.chunk(id, bytes.subarray(300_000))
  expect((await desk.importer.preview(id))?.rowCount).toBe(300_000)
  expect((await desk.importer.finish(id, (found) => found)).rows).toBe(300_000)
  const workbook = readFileSync(path.join(import.meta.dirname, 'fixtures', 'table.xlsx'))
  const next = desk.importer.begin({ name: 'y', size: workbook.length })
  await desk.importer.chunk(next.id, workbook.subarray(0, 5000))
  expect(await desk.importer.preview(next.id)).toBeNull()
  await desk.importer.cancel(next.id)
})

const expected = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'fixtures', 'tables-expected.json'), 'utf8'),
)
test.each(['table.xlsx', 'table-snappy.parquet', 'table-gzip.parquet', 'table-zstd.parquet'])(
  '%s is read as pandas reads it',
  async (name) => {
    const table = await readDirectly(readFileSync(path.join(import.meta.dirname, 'fixtures', name)), 4000)
    expect(table.names).toEqual(expected.names)
    expect(table.rows).toEqual(expected.rows)
    expect(table.columns.map(({ type }) => type)).toEqual([
      'integer',
      'real',
      'category',
      'boolean',
      'date',
      'date',
      'category',
    ])
  },
)

test.each([
  ['cut workbook', 'table.xlsx', 3000],
  ['cut Parquet file', 'table-snappy.parquet', 2000],
])('a %s is refused with its reason', async (_, name, length) => {
  const bytes = readFileSync(path.join(import.meta.dirname, 'fixtures', name)).subarray(0, length)
  await expect(readDirectly(bytes)).rejects.toMatchObject({ code: 'file-unreadable' })
})

test.each([
  ['gzip', [0x1f, 0x8b, 8, 0]],
  ['old Excel', [0xd0, 0xcf, 0x11, 0xe0]],
])('%s is refused with what to do', async (_, head) => {
  await expect(readDirectly(Buffer.concat([Buffer.from(head), Buffer.alloc(500, 1)]))).rejects.toMatchObject({
    code: 'file-unreadable',
  })
})

test('rows are added to a version that stays as it was, by the types of its columns', async () => {
  const first = await desk.take('a,b,d\n1,x,2024-01-01\n2,y,2024-01-02\n,x,\n')
  const { readTable } = await import('#store/datasets.ts')
  const before = readTable(desk.db, first.dataset)
  const grown = {
    columns: first.columns,
    rows: first.rows.length,
    chunk: (chunk: number) => before.chunk(chunk),
  }
  const bytes = Buffer.from('d;b;a\n3.1.2024;z;7\n;x;8\n')
  const { id } = desk.importer.begin({ name: 'more', size: bytes.length, grown })
  await desk.importer.chunk(id, bytes)
  const cells: unknown[] = []
  const found = await desk.importer.finish(id, (imported) => {
    for (let chunk = 0; chunk < 2; chunk += 1)
      cells.push(
        desk.db.all(
          'SELECT position, rows FROM chunks WHERE table_id = ? AND chunk = ?',
          imported.table,
          chunk,
        ),
      )
    return imported
  })
  expect([found.rows, found.columns.map(({ name, missing }) => [name, missing])]).toEqual([
    5,
    [
      ['d', 2],
      ['b', 0],
      ['a', 1],
    ],
  ])
  expect(cells.map((one) => (one as unknown[]).length)).toEqual([3, 3])
  expect(before.cells('a')).toEqual([1, 2, null])
  const wrong = Buffer.from('a,b\n1,x\n')
  const next = desk.importer.begin({ name: 'more', size: wrong.length, grown })
  await desk.importer.chunk(next.id, wrong)
  await expect(desk.importer.finish(next.id, () => 1)).rejects.toMatchObject({ code: 'column-missing' })
})
