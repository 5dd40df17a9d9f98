import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDirectly } from './desk.ts'

const typesOf = (table: Awaited<ReturnType<typeof readDirectly>>) =>
  table.columns.map((column) => column.type)

test('quotes hold delimiters, quotes and line breaks, and lines are still counted', async () => {
  const table = await readDirectly('a,b\n1,"x, ""y"""\n2,"two\nlines"\n3,ragged,here\n4,z\n')
  expect(table.rows).toEqual([
    [1, 'x, "y"'],
    [2, 'two\nlines'],
    [4, 'z'],
  ])
  expect(table.rejected).toEqual([{ line: 5, reason: 'the line has 3 cells instead of 2' }])
})

test('ragged lines and bad quotes are listed with line and reason, never with content', async () => {
  const table = await readDirectly('a,b,c\n1,2,3\n1,2\n1,2,3,4\n4,"x"y,6\n7,8,9\n10,11,12,\n\n13,14,15')
  expect(table.rows).toEqual([
    [1, 2, 3],
    [7, 8, 9],
    [10, 11, 12],
    [13, 14, 15],
  ])
  expect(table.rejectedCount).toBe(3)
  expect(table.rejected).toEqual([
    { line: 3, reason: 'the line has 2 cells instead of 3' },
    { line: 4, reason: 'the line has 4 cells instead of 3' },
    { line: 5, reason: 'a quote closes in the middle of a cell, or not at all' },
  ])
})

test('a quote that is not closed refuses its own line only: what it had swallowed is read again', async () => {
  const table = await readDirectly('a,b\n1,x\n2,"y\n3,z\n4,"w"\n5,v\n6,say "aah" now\n')
  expect(table.rows).toEqual([
    [1, 'x'],
    [3, 'z'],
    [4, 'w'],
    [5, 'v'],
    [6, 'say "aah" now'],
  ])
  expect(table.rejected).toEqual([
    { line: 3, reason: 'a quote closes in the middle of a cell, or not at all' },
  ])
})

test('a line that never ends is refused before it fills the memory', async () => {
  await expect(readDirectly(`a,b\n1,"${'x'.repeat(5_000_000)}`, 1 << 20)).rejects.toThrow(
    /longer than 4 million/,
  )
})

test('a line that was read again is not believed where a quote stands alone on it', async () => {
  const table = await readDirectly('a,b\n1,"two\nlines"x,5\n2,y\n')
  expect(table.rows).toEqual([[2, 'y']])
  expect(table.rejected.map(({ line }) => line)).toEqual([2, 3])
})

test('a quote that is never closed refuses its line, and says so', async () => {
  const table = await readDirectly('a,b\n1,2\n3,"4\n5,6\n')
  expect(table.rows).toEqual([
    [1, 2],
    [5, 6],
  ])
  expect(table.rejected).toEqual([
    { line: 3, reason: 'a quote closes in the middle of a cell, or not at all' },
  ])
})

test.each([
  ['comma', 'a,b\n1.5,x\n2,y\n', ','],
  ['semicolon', 'a;b\n1,5;x\n2;y\n', ';'],
  ['tab', 'a\tb\n1.5\tx\n2\ty\n', '\t'],
  ['bar', 'a|b\n1.5|x\n2|y\n', '|'],
  ['CRLF', 'a,b\r\n1.5,x\r\n2,y\r\n', ','],
  ['CR alone', 'a,b\r1.5,x\r2,y\r', ','],
  ['no end of the last line', 'a,b\n1.5,x\n2,y', ','],
  ['single quotes', `'a','b'\n'1.5','x'\n'2','y'\n`, ','],
  ['spaces around cells', 'a , b\n 1.5, x\n2 ,y \n', ','],
])('%s', async (_, text, delimiter) => {
  const table = await readDirectly(text)
  expect(table.dialect?.delimiter).toBe(delimiter)
  expect(table.names).toEqual(['a', 'b'])
  expect(table.rows).toEqual([
    [1.5, 'x'],
    [2, 'y'],
  ])
  expect(typesOf(table)).toEqual(['real', 'category'])
})

test('a semicolon file may write decimals with a point too, even in one column', async () => {
  const table = await readDirectly('a;b;c\n1.5;1,5;1.5\n2.5;2,5;2,5\n')
  expect(typesOf(table)).toEqual(['real', 'real', 'real'])
  expect(table.rows[0]).toEqual([1.5, 1.5, 1.5])
})

test('headers are made unique and visible, and what was changed is told', async () => {
  const table = await readDirectly('age,,age,age (2), wide  name \n1,2,3,4,5\n')
  expect(table.names).toEqual(['age', 'column 2', 'age (2)', 'age (2) (2)', 'wide name'])
  expect(table.notes).toEqual([
    { position: 2, why: 'empty' },
    { position: 3, why: 'duplicate' },
    { position: 4, why: 'duplicate' },
  ])
})

test.each([
  ['numbers under names', 'a,b\n1,2\n', true],
  ['numbers only', '1,2\n3,4\n', false],
  ['words that come again', 'M,yes\nF,no\nM,yes\nF,yes\n', false],
  ['words over words', 'sex,answer\nM,yes\nF,no\n', true],
  ['a missing value in the first line of numbers', '1,?,3\n4,5,6\n', false],
])('a header is told from a first row: %s', async (_, text, header) => {
  expect((await readDirectly(text)).dialect?.header).toBe(header)
})

test('5,000 columns', { timeout: 120_000 }, async () => {
  const columns = Array.from({ length: 5000 }, (_, column) => column)
  const lines = Array.from({ length: 300 }, (_, row) =>
    columns.map((column) => (column % 3 === 2 ? `w${row % 5}` : row + column)).join(','),
  )
  const table = await readDirectly(
    `${columns.map((column) => `c${column}`).join(',')}\n${lines.join('\n')}\n`,
  )
  expect([table.rows.length, table.columns.length]).toEqual([300, 5000])
  expect(table.rows[299]?.slice(-3)).toEqual(
    [299 + 4997, 299 + 4998, 299 + 4999].map((value, index) => ((4997 + index) % 3 === 2 ? 'w4' : value)),
  )
})

test('any table of words comes back from any way of writing it', { timeout: 30_000 }, async () => {
  const word = fc
    .string({ unit: fc.constantFrom('a', 'B', 'ß', '"', ',', ';', '\t', '\n', ' ', '|', '漢'), maxLength: 8 })
    .map((text) => `w${text}w`)
  const tables = fc
    .integer({ min: 2, max: 6 })
    .chain((width) =>
      fc.array(fc.array(word, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }),
    )
  const way = fc.record({
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    end: fc.constantFrom('\n', '\r\n'),
    step: fc.integer({ min: 1, max: 60 }),
  })
  await fc.assert(
    fc.asyncProperty(tables, way, async (rows, { delimiter, end, step }) => {
      const header = (rows[0] ?? []).map((_, index) => `name ${index}`)
      const text = [header, ...rows]
        .map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter))
        .join(end)
      const table = await readDirectly(`${text}${end}`, step)
      expect(table.rows).toEqual(rows)
      expect(table.names).toEqual(header)
    }),
    { numRuns: 150 },
  )
})
