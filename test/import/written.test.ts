import { describe, expect, test } from 'vitest'
import type { ImportEdits, ReadOptions } from '#domain/importing.ts'
import { readDirectly } from './desk.ts'

type Table = Awaited<ReturnType<typeof readDirectly>>

/** Imports one column beside a column of numbers, cells between tabs. */
async function column(
  cells: readonly string[],
  options: ReadOptions = {},
  edit: Partial<ImportEdits[0]> = {},
  name = 'x',
) {
  const text = [`n\t${name}`, ...cells.map((cell, row) => `${row}\t${cell}`), ''].join('\n')
  const edits = Object.keys(edit).length > 0 ? [{ column: name, ...edit }] : []
  return readDirectly(
    text,
    1 << 20,
    { ...options, dialect: { delimiter: '\t', quote: '', ...options.dialect } },
    edits,
  )
}
const values = (table: Table, at = 1) => table.rows.map((row) => row[at])
const kinds = (table: Table) => table.profile[1]?.suspicious.map(({ kind, rows }) => [kind, rows])

describe('a number is read as what it means', () => {
  test.each([
    ['minus signs of other kinds', ['−2.5', '3.1', '-4', '﹣1.5'], [-2.5, 3.1, -4, -1.5]],
    ['powers of ten beyond exact whole numbers', ['0.5', '1.2e-7', '6.02e+23'], [0.5, 1.2e-7, 6.02e23]],
    ['a minus behind', ['2,75-', '3,5', '12-'], [-2.75, 3.5, -12]],
    ['an apostrophe before', ["'-7", "'8", '9'], [-7, 8, 9]],
    ['a formula of text', ['="7.5"', '8.25', '="-1"'], [7.5, 8.25, -1]],
    ['marks that show nothing', ['\u200b71', '72\u00ad', '\u200f7\u200b3'], [71, 72, 73]],
    ['wide digits', ['１２', '３．５', '4'], [12, 3.5, 4]],
    ['digits of other scripts', ['٣٫٥', '۴۲', '5'], [3.5, 42, 5]],
    ['groups as in India', ['12,34,567.5', '1,00,000', '45.25'], [1234567.5, 100000, 45.25]],
    ['groups by apostrophes', ["1'234.5", '2’500’000', '7.5'], [1234.5, 2500000, 7.5]],
    ['a plus sign', ['+4.5', '+ 3', '-2'], [4.5, 3, -2]],
    ['powers of ten', ['1.5E+03', '2e-2', '7'], [1500, 0.02, 7]],
    ['money', ['€ 12,50', '7,25 EUR', '$3.5'], [12.5, 7.25, 3.5]],
    ['decimals with both marks, each of one meaning', ['1,5', '2.25', '3,75'], [1.5, 2.25, 3.75]],
  ])('%s', async (_, cells, wanted) => {
    const table = await column(cells)
    expect(values(table)).toEqual(wanted)
    expect(table.columns[1]).toMatchObject({ missing: 0 })
  })

  test('stages, grades and codes stay words', async () => {
    for (const cells of [
      ['1a', '2b', '3c'],
      ['3+', '2+', '1+'],
      ['007', '012', '1'],
      ['V30.0', '250.1', 'E850'],
    ])
      expect([cells, values(await column(cells))]).toEqual([cells, cells])
  })
})

describe('units in cells', () => {
  test('become the unit of the column, and cells in another are converted or told', async () => {
    const table = await column(['5 mg', '7.5 mg', '0.01 g', '12'])
    expect(values(table)).toEqual([5, 7.5, 10, 12])
    expect(table.columns[1]).toMatchObject({ type: 'real', unit: 'mg' })
    expect(kinds(table)).toContainEqual(['written', 3])
    const odd = await column(['37,2 °C', '98.6 °F', '36,8'], {}, {}, 'temp (C)')
    expect(values(odd).map((one) => Math.round(Number(one) * 10) / 10)).toEqual([37.2, 37, 36.8])
    const unknown = await column(['5.1 mmol/L', '4.9 mmol/L', '200 mg/dL', '5'], {}, {}, 'glucose')
    expect(values(unknown)).toEqual([5.1, 4.9, null, 5])
    expect(kinds(unknown)).toContainEqual(['unreadable', 1])
  })

  test('percents are numbers in percent', async () => {
    const table = await column(['45 %', '61%', '7,5 %'])
    expect([values(table), table.columns[1]?.unit]).toEqual([[45, 61, 7.5], '%'])
  })
})

describe('a cell that gives only a limit', () => {
  const cells = ['<5', '7', '> 200', '≤3', '12', '>=90', '']

  test('is read by the rule that a person chooses, and a column beside it says which cells these are', async () => {
    const table = await column(cells)
    expect(table.names).toEqual(['n', 'x', 'x (limits)'])
    expect(values(table)).toEqual([5, 7, 200, 3, 12, 90, null])
    expect(values(table, 2)).toEqual(['below', 'exact', 'above', 'below', 'exact', 'above', null])
    expect(table.columns[1]).toMatchObject({ type: 'integer' })
    expect(kinds(table)).toContainEqual(['limits', 4])
    expect(table.preview?.columns[1]?.limits).toEqual({ below: 2, above: 2, as: 'limit' })
    expect(values(await column(cells, {}, { limits: 'half' }))).toEqual([2.5, 7, 200, 1.5, 12, 90, null])
    const missing = await column(cells, {}, { limits: 'missing' })
    expect(values(missing)).toEqual([null, 7, null, null, 12, null, null])
    expect(values(missing, 2)).toEqual(values(table, 2))
  })

  test('leaves no column behind where the column is words or is left out', async () => {
    expect((await column(cells, {}, { type: 'text' })).names).toEqual(['n', 'x'])
    expect((await column(cells, {}, { action: 'drop' })).names).toEqual(['n'])
  })
})

describe('a mark that may be one of decimals or of thousands', () => {
  test('is a question where nothing in the file answers it, and what a person says counts', async () => {
    const table = await column(['8.400', '12.750', '3.125'])
    expect(table.preview?.columns[1]?.ambiguous).toBe(true)
    expect(kinds(table)).toContainEqual(['ambiguous', 0])
    const told = await column(['8.400', '12.750', '3.125'], {}, { decimal: ',' })
    expect(values(told)).toEqual([8400, 12750, 3125])
    expect(told.preview?.columns[1]?.ambiguous).toBe(false)
  })

  test('is answered by a cell of the column, or by another column', async () => {
    const own = await column(['8.400', '12.75'])
    expect([values(own), own.preview?.columns[1]?.ambiguous]).toEqual([[8.4, 12.75], false])
    const other = await readDirectly('a;b\n8.400;1,5\n3.125;2,25\n')
    expect(other.rows).toEqual([
      [8400, 1.5],
      [3125, 2.25],
    ])
    expect(other.preview?.columns[0]?.ambiguous).toBe(false)
  })
})

/** Forty numbers with decimals, a few cells replaced. */
const measured = (odd: Record<number, string>) =>
  Array.from({ length: 40 }, (_, row) => odd[row] ?? (3.05 + row / 10).toFixed(2))

describe('one odd cell never makes words of a column of numbers', () => {
  test.each([
    ['a slip of the hand', { 3: '1O.5', 7: '1.5.', 9: '1,,5' }],
    ['an estimate or a result of words', { 3: '~7', 7: '1+', 9: '5-10' }],
    ['accounting', { 3: '(1.0)' }],
  ])('%s', async (_, odd: Record<number, string>) => {
    const table = await column(measured(odd))
    expect(table.columns[1]?.type).toBe('real')
    expect(table.columns[1]?.missing).toBe(Object.keys(odd).length)
    expect(kinds(table)).toContainEqual(['unreadable', Object.keys(odd).length])
    expect(table.preview?.columns[1]?.suggestedCodes).toHaveLength(Object.keys(odd).length)
  })
  test.each([
    ['diagnoses', measured({ 3: 'V30.0', 7: 'E850' })],
    ['codes with zeros before them', measured({ 3: '008.4' })],
    ['beds', Array.from({ length: 40 }, (_, row) => (row === 3 ? '17a' : String(row + 1)))],
    [
      'many odd cells',
      measured(Object.fromEntries(Array.from({ length: 9 }, (_, row) => [row, `${row}x${row}`]))),
    ],
  ])('but %s stay words', async (_, cells) => {
    expect((await column(cells)).columns[1]?.type).toMatch(/text|category/)
  })
})

test('marks of a laboratory behind a number are no part of it', async () => {
  const cells = measured({ 0: '6.10 H', 1: '2.10 L*', 2: '7.40 (HH)', 3: '2.05*', 4: '9.5 ↑' })
  const table = await column(cells)
  expect(values(table).slice(0, 5)).toEqual([6.1, 2.1, 7.4, 2.05, 9.5])
  expect(table.columns[1]).toMatchObject({ type: 'real', unit: null, missing: 0 })
  expect(kinds(table)).toEqual([['written', 5]])
})

test('a unit in a few cells is not that of the others: such a cell is told, until a person names the unit', async () => {
  const cells = Array.from({ length: 40 }, (_, row) => (row === 3 ? '6 mo' : String(20 + row)))
  const table = await column(cells, {}, {}, 'age')
  expect(table.columns[1]).toMatchObject({ type: 'integer', unit: null, missing: 1 })
  expect(kinds(table)).toContainEqual(['unreadable', 1])
  const named = await column(cells, {}, { unit: 'a', type: 'real' }, 'age')
  expect(values(named)[3]).toBeCloseTo(0.5)
})

test('numbers of which most are missing by a mark stay numbers', async () => {
  const cells = Array.from({ length: 80 }, (_, row) => (row % 4 === 0 ? (1 + row / 8).toFixed(2) : '-'))
  expect((await column(cells)).columns[1]).toMatchObject({ type: 'real', missing: 60 })
})

test('letters that were spoilt before us are said', async () => {
  const cells = Array.from({ length: 40 }, (_, row) => ['MÃ¼nchen', 'KÃ¶ln', 'Ulm'][row % 3] ?? '')
  expect(kinds(await column(cells))).toEqual([['letters', 0]])
  const whole = cells.map((_, row) => ['München', 'São Paulo', 'ÅLESUND'][row % 3] ?? '')
  expect(kinds(await column(whole))).toEqual([])
})
