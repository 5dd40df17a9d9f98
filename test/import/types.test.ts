import { expect, test } from 'vitest'
import { readDirectly } from './desk.ts'

const typesOf = (table: Awaited<ReturnType<typeof readDirectly>>) =>
  table.columns.map((column) => column.type)

test('missing codes are missing in any case, and listed as they were written', async () => {
  const table = await readDirectly('a,b\n1,x\nNA,na\n,N/A\n?,Null\n.,nan\n3,-9\n')
  expect(table.rows.map((row) => row[0])).toEqual([1, null, null, null, null, 3])
  expect(table.columns[0]).toMatchObject({
    missing: 4,
    missingCodes: ['NA', '?', '.'],
    distinct: 2,
    type: 'integer',
  })
  expect(table.columns[1]).toMatchObject({
    missing: 4,
    missingCodes: ['na', 'N/A', 'Null', 'nan'],
    distinct: 2,
  })
})

test('types: what a column is, is decided by all of its cells', async () => {
  const rows = [
    '1,1.0,1e3,007,true,2024-02-29,31.12.2023,Y,a note,',
    '-2,2.50,.5,008,FALSE,2023-01-01 08:30,1.1.2024,N,another,?',
  ]
  const table = await readDirectly(`i,r,e,id,b,d,p,c,t,none\n${rows.join('\n')}\n`)
  expect(typesOf(table)).toEqual([
    'integer',
    'real',
    'real',
    'category',
    'boolean',
    'date',
    'date',
    'category',
    'category',
    'real',
  ])
  expect(table.rows).toEqual([
    [1, 1, 1000, '007', 1, '2024-02-29', '2023-12-31', 'Y', 'a note', null],
    [-2, 2.5, 0.5, '008', 0, '2023-01-01T08:30:00', '2024-01-01', 'N', 'another', null],
  ])
  expect(table.columns[1]).toMatchObject({ low: 1, high: 2.5, mean: 1.75 })
  expect(table.columns[7]?.categories).toEqual([
    { value: 'N', count: 1 },
    { value: 'Y', count: 1 },
  ])
})

test('one odd cell at the very end leaves numbers numbers and is told; days stay days', async () => {
  const table = await readDirectly(`a,day\n${'1.50,2024-01-01\n'.repeat(20_000)}odd,2023-02-30\n`)
  expect(typesOf(table)).toEqual(['real', 'date'])
  expect(table.columns[1]?.missing).toBe(1)
  expect(table.rows[0]).toEqual([1.5, '2024-01-01'])
  expect(table.columns[0]).toMatchObject({ missing: 1, low: 1.5, high: 1.5 })
  expect(table.profile[0]?.suspicious).toContainEqual(
    expect.objectContaining({ kind: 'unreadable', rows: 1 }),
  )
  expect(table.preview?.columns[0]?.suggestedCodes).toEqual([{ code: 'odd', count: 1 }])
})

test('many different words are text, and numbers too long for exactness stay words', async () => {
  const lines = Array.from(
    { length: 30_000 },
    (_, row) => `patient ${row},${row % 7},90071992547409${930 + (row % 7)}`,
  )
  const table = await readDirectly(`a,b,c\n${lines.join('\n')}\n`)
  expect(typesOf(table)).toEqual(['text', 'integer', 'category'])
  expect(table.columns[0]?.categories).toEqual([])
  const { distinct = 0 } = table.columns[0] ?? {}
  expect(Math.abs(distinct / 30_000 - 1)).toBeLessThan(0.05)
  expect(table.columns[1]?.distinct).toBe(7)
})
