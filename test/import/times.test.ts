import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ColumnEdit, ReadOptions } from '#domain/importing.ts'
import { readDirectly } from './desk.ts'

/** Reads one column beside another, and says what it came to. */
async function column(
  header: string,
  cells: readonly string[],
  edit: Omit<ColumnEdit, 'column'> = {},
  options: ReadOptions = {},
) {
  const lines = cells.map((cell, row) => `"${cell}";${row % 2 ? 'a' : 'b'}`)
  const text = `"${header}";ward\n${lines.join('\n')}\n`
  const table = await readDirectly(text, 1 << 20, options, [{ column: header, action: 'keep', ...edit }])
  const { type, unit } = table.columns[0] ?? {}
  const suspicious = table.profile[0]?.suspicious ?? []
  return {
    type,
    unit,
    cells: table.rows.map(([cell]) => cell),
    seen: table.preview?.columns[0],
    suspicious,
    table,
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 4, 20) })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('months by name', () => {
  test.each([
    [
      'Danish',
      ['4. maj 2021', '17. oktober 2021', '30. december 2020'],
      ['2021-05-04', '2021-10-17', '2020-12-30'],
    ],
    [
      'Polish',
      ['5 stycznia 2021', '7 lipca 2021', '9 listopada 2021'],
      ['2021-01-05', '2021-07-07', '2021-11-09'],
    ],
    [
      'Croatian',
      ['5. siječnja 2021.', '7. lipnja 2021.', '9. listopada 2021.'].map((one) => one.slice(0, -1)),
      ['2021-01-05', '2021-06-07', '2021-10-09'],
    ],
    ['Spanish', ['5 de enero de 2021', '17 de agosto de 2021'], ['2021-01-05', '2021-08-17']],
    ['Turkish', ['5 OCAK 2021', '6 MAYIS 2021'], ['2021-01-05', '2021-05-06']],
    ['Russian', ['5 января 2021 г.', '6 мая 2021 г.'], ['2021-01-05', '2021-05-06']],
    ['Hungarian', ['2021. január 5.', '2021. szeptember 6.'], ['2021-01-05', '2021-09-06']],
    ['of SAS', ['05JAN2021', '06SEP2021'], ['2021-01-05', '2021-09-06']],
    [
      'of mail',
      ['Tue, 05 Jan 2021 08:30:00', 'Mon, 6 Sep 2021 09:00:00'],
      ['2021-01-05T08:30:00', '2021-09-06T09:00:00'],
    ],
  ])('%s ones are read', async (_, cells, days) => {
    const found = await column('seen', cells)
    expect([found.type, found.cells]).toEqual(['date', days])
  })

  test('stay words where languages mean different months by them', async () => {
    const found = await column('seen', ['5 listopad 2021', '6 listopad 2021', '8 listopad 2021'])
    expect([found.type, found.cells[0]]).toEqual(['category', '5 listopad 2021'])
  })
})

describe('other calendars', () => {
  test.each([
    ['buddhist', ['01/02/2566', '29/02/2567', '30/11/2560'], ['2023-02-01', '2024-02-29', '2017-11-30']],
    ['persian', ['1399/12/30', '1402/06/31', '1403/01/01'], ['2021-03-20', '2023-09-22', '2024-03-20']],
    ['hijri', ['1445-09-01', '1446-02-30', '1447-01-01'], ['2024-03-11', '2024-09-03', '2025-06-26']],
    ['minguo', ['112/12/31', '113/02/29'], ['2023-12-31', '2024-02-29']],
  ])('%s days become Gregorian ones, and it is said', async (calendar, cells, days) => {
    const found = await column('seen', cells)
    expect([found.type, found.cells]).toEqual(['date', days])
    if (calendar !== 'minguo') expect(found.seen?.calendar).toBe(calendar)
  })

  test('Japanese eras count from an emperor, and signs stand for year, month and day', async () => {
    const found = await column('seen', ['令和6年1月31日', 'H31/4/30', '昭和64年1月7日', '2024年2月29日'])
    expect(found.cells).toEqual(['2024-01-31', '2019-04-30', '1989-01-07', '2024-02-29'])
  })

  test('are asked about where two fit, and read as a person says', async () => {
    const cells = ['1401/05/12', '1402/07/03']
    const asked = await column('seen', cells)
    expect(asked.seen).toMatchObject({ doubts: ['calendar'], ambiguous: true })
    const said = await column('seen', cells, { calendar: 'persian' })
    expect([said.cells, said.seen?.doubts]).toEqual([['2022-08-03', '2023-09-25'], []])
  })

  test('a single day of another age is kept, and said to be implausible', async () => {
    const found = await column('seen', ['2024-01-05', '2567-01-05', '2023-02-28'])
    expect(found.cells[1]).toBe('2567-01-05')
    expect(found.suspicious).toContainEqual(expect.objectContaining({ kind: 'implausible', rows: 1 }))
  })
})

describe('years of two digits', () => {
  test('are never in the future for a birth, and a question where a child or an old person is meant', async () => {
    const born = await column('date_of_birth', ['05.12.45', '17.03.99', '29.02.24', '30.12.26'])
    expect(born.cells).toEqual(['1945-12-05', '1999-03-17', '2024-02-29', '1926-12-30'])
    expect(born.seen).toMatchObject({ doubts: ['century'], century: 26 })
    const old = await column('date_of_birth', ['05.12.45', '17.03.23'], { century: 5 })
    expect([old.cells, old.seen?.doubts]).toEqual([['1945-12-05', '1923-03-17'], []])
  })

  test('of other days are of the past, but for appointments', async () => {
    const found = await column('admitted', ['05.12.19', '17.03.67', '28.02.71'])
    expect([found.cells, found.seen?.doubts]).toEqual([['2019-12-05', '1967-03-17', '1971-02-28'], []])
    expect((await column('next visit', ['25.05.28', '13.03.26'])).seen?.doubts).toEqual(['century'])
  })

  test('may stand in front', async () => {
    expect((await column('seen', ['45-12-05', '99-03-17'])).cells).toEqual(['1945-12-05', '1999-03-17'])
  })
})

describe('dates with and without marks', () => {
  test('eight digits are a day, unasked where all of them are, and when a person says so', async () => {
    expect((await column('seen', ['20240131', '20231225', '20220228'])).cells[0]).toBe('2024-01-31')
    const numbers = ['20240131', '10200300', '20220228']
    expect((await column('code', numbers)).type).toBe('integer')
    const asked = await column('code', numbers, { type: 'date' })
    expect(asked.cells).toEqual(['2024-01-31', null, '2022-02-28'])
    expect(asked.suspicious).toContainEqual(expect.objectContaining({ kind: 'unreadable', rows: 1 }))
    expect((await column('code', ['31012024', '25122023'], { type: 'date' })).cells[0]).toBe('2024-01-31')
    expect((await column('code', ['45322', '45321'], { type: 'date' })).cells[0]).toBe('2024-01-31')
  })

  test('an offset from UTC and parts of a second stay beside their time, and it is said', async () => {
    const found = await column('seen', [
      '2024-01-31T08:30:00+02:00',
      '2024-07-01 23:15:10.250Z',
      '2024-03-01T10:00:00-0330',
    ])
    expect(found.cells).toEqual([
      '2024-01-31T08:30:00+02:00',
      '2024-07-01T23:15:10.25Z',
      '2024-03-01T10:00:00-03:30',
    ])
    expect(found.suspicious[0]).toMatchObject({ kind: 'written', rows: 3 })
  })

  test('day and month are asked about, and a person answers', async () => {
    const asked = await column('seen', ['03/04/2024', '05/06/2024'])
    expect([asked.cells[0], asked.seen?.doubts]).toEqual(['2024-04-03', ['order']])
    const said = await column('seen', ['03/04/2024', '05/06/2024'], { dateOrder: 'mdy' })
    expect([said.cells[0], said.seen?.doubts]).toEqual(['2024-03-04', []])
    expect((await column('seen', ['2024-04-03', '2024-06-05'])).seen?.doubts).toEqual([])
  })
})

describe('times', () => {
  const clock = ['08:30', '23:59', '00:05', '8:30 PM']
  test('of day stay as they are written, tell nobody who a patient is, and become minutes when a person wants numbers', async () => {
    const found = await column('sampled', clock)
    expect([found.type, found.cells]).toEqual(['category', clock])
    expect(found.table.identifiers.findings).toEqual([])
    const numbers = await column('sampled', clock, { type: 'integer' })
    expect([numbers.cells, numbers.unit]).toEqual([[510, 1439, 5, 1230], 'min'])
    const hours = await column('sampled', ['08:30', '24:00'], { type: 'real', unit: 'h' })
    expect([hours.cells, hours.unit]).toEqual([[8.5, 24], 'h'])
  })

  test.each([
    ['by its header', 'surgery duration', ['1:06:30', '0:45:00', '2:00:00'], [66.5, 45, 120], 'min'],
    ['by hours beyond a day', 'stay', ['25:30', '3:15'], [1530, 195], 'min'],
    ['of ISO 8601', 'stay', ['PT8H', 'P1DT30M', 'PT0S'], [480, 1470, 0], 'min'],
    ['of whole days', 'stay', ['P3D', 'P2W'], [3, 14], 'd'],
    ['in words', 'stay', ['1 h 30 min', '45 min', '2 days 1 h'], [90, 45, 2940], 'min'],
    ['of pandas', 'stay', ['0 days 08:30:00', '3 days 00:15:00'], [510, 4335], 'min'],
    ['in the unit of its header', 'duration (h)', ['1:30', '0:45'], [1.5, 0.75], 'h'],
  ])('a duration %s is a number in a unit that is said', async (_, header, cells, numbers, unit) => {
    const found = await column(header, cells)
    expect([found.cells, found.unit]).toEqual([numbers, unit])
    expect(found.table.identifiers.findings).toEqual([])
  })

  test('of two parts are asked about where they are durations', async () => {
    const asked = await column('duration', ['12:30', '25:10'])
    expect([asked.cells, asked.seen?.doubts]).toEqual([[750, 1510], ['clock']])
    const said = await column('duration', ['12:30', '25:10'], { clock: 'mm:ss' })
    expect([said.cells, said.unit, said.seen?.doubts]).toEqual([[12.5, 25.1666666666667], 'min', []])
    expect((await column('duration (mm:ss)', ['12:30', '25:10'])).cells[0]).toBe(12.5)
  })
})

test('days as workbooks count them, chosen as dates, are said to be of no other calendar', async () => {
  const { cells, suspicious } = await column('admitted', ['45322', '45323', '45511'], { type: 'date' })
  expect(cells).toEqual(['2024-01-31', '2024-02-01', '2024-08-07'])
  expect(suspicious).toEqual([])
})

describe('one odd cell never makes words of a column of days', () => {
  const days = (odd: Record<number, string>) =>
    Array.from({ length: 40 }, (_, row) => odd[row] ?? `2024-01-${String(1 + (row % 28)).padStart(2, '0')}`)
  test('days that do not exist, months without a day, and words are told and offered as codes', async () => {
    const odd = { 3: '2024-02-30', 5: '2024-01', 7: 'see letter', 9: '2024-01-10 24:30' }
    const { type, cells, suspicious, seen } = await column('admitted', days(odd))
    expect(type).toBe('date')
    expect([cells[2], cells[3], cells[7], cells[39]]).toEqual(['2024-01-03', null, null, '2024-01-12'])
    expect(suspicious).toContainEqual(expect.objectContaining({ kind: 'unreadable', rows: 4 }))
    expect(seen?.suggestedCodes.map(({ code }) => code).toSorted()).toEqual(Object.values(odd).toSorted())
  })
  test('more odd cells than a fifth leave words', async () => {
    const odd = Object.fromEntries(Array.from({ length: 9 }, (_, row) => [row, `visit ${row}`]))
    expect((await column('admitted', days(odd))).type).toBe('text')
  })
  test('days of zeros mean that there is none, however many they are', async () => {
    const cells = Array.from({ length: 48 }, (_, row) =>
      row % 4 ? '0000-00-00' : `2024-02-${row + 10 > 28 ? 28 : row + 10}`,
    )
    const { type, suspicious } = await column('died_on', cells)
    expect([type, suspicious.map(({ kind }) => kind)]).toEqual(['date', ['mostly-missing']])
  })
})

test('Hebrew months stand behind their preposition', async () => {
  const { cells } = await column('day', ['1 בינואר 2024', '2 בפברואר 2024', '3 באוגוסט 2024'])
  expect(cells).toEqual(['2024-01-01', '2024-02-02', '2024-08-03'])
})
