import { expect, test } from 'vitest'
import { readDirectly } from './desk.ts'

async function days(cells: readonly string[], edits: Parameters<typeof readDirectly>[3] = []) {
  const text = ['n;day', ...cells.map((cell, row) => `r${row};${cell}`), ''].join('\n')
  const { columns, rows } = await readDirectly(
    text,
    1 << 20,
    { dialect: { delimiter: ';', quote: '' } },
    edits,
  )
  return { type: columns[1]?.type, cells: rows.map((row) => row[1]) }
}

const WRITTEN: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['in wide digits', ['２０２３／１１／３０', '２０２４／０２／２９'], ['2023-11-30', '2024-02-29']],
  ['in digits of another script', ['٣٠/١١/٢٠٢٣', '٢٩/٠٢/٢٠٢٤'], ['2023-11-30', '2024-02-29']],
  ['with other dashes', ['2023–11–30', '2024−02−29'], ['2023-11-30', '2024-02-29']],
  ['behind an apostrophe', [`'2023-11-30`, `'2024-02-29`], ['2023-11-30', '2024-02-29']],
  ['with blanks behind points', ['2023. 11. 30.', '2024. 2. 29.'], ['2023-11-30', '2024-02-29']],
  ['with a point behind the year', ['30. studenoga 2023.', '29. veljače 2024.'], ['2023-11-30', '2024-02-29']],
  ['with months of two words', ['30 تشرين الثاني 2023', '29 شباط 2024'], ['2023-11-30', '2024-02-29']],
  ['with months by number and word', ['30 tháng 11, 2023', 'ngày 29 tháng 02 năm 2024'], ['2023-11-30', '2024-02-29']],
  ['with months of India', ['30 नवंबर 2023', '29 फ़रवरी 2024'], ['2023-11-30', '2024-02-29']],
  ['by weeks', ['2023-W48-4', '2024-W09-4'], ['2023-11-30', '2024-02-29']],
  ['with an h in the time', ['30/11/2023 07h05', '29/02/2024 23h59'], ['2023-11-30T07:05:00', '2024-02-29T23:59:00']],
  ['with Uhr', ['30.11.2023 07:05 Uhr', '29.02.2024, 23:59 Uhr'], ['2023-11-30T07:05:00', '2024-02-29T23:59:00']],
  ['with a point in the time', ['30.11.2023 7.05', '29.2.2024 kl. 23.59'], ['2023-11-30T07:05:00', '2024-02-29T23:59:00']],
  ['with the half of the day before', ['2023-11-30 오전 7:05', '2024-02-29 오후 11:59'], ['2023-11-30T07:05:00', '2024-02-29T23:59:00']],
  ['with the end of a day', ['2023-11-30 24:00', '2024-02-29 23:59'], ['2023-12-01T00:00:00', '2024-02-29T23:59:00']],
  ['with the year behind the time', ['Thu Nov 30 07:05:00 2023', 'Thu Feb 29 23:59:00 2024'], ['2023-11-30T07:05:00', '2024-02-29T23:59:00']],
  ['as browsers write it', ['Thu Nov 30 2023 07:05:00 GMT+0200 (Eastern European Standard Time)', 'Thu Feb 29 2024 23:59:00 GMT+0200 (Eastern European Standard Time)'], ['2023-11-30T07:05:00+02:00', '2024-02-29T23:59:00+02:00']],
  ['with the name of a zone', ['2023-11-30T07:05:00+02:00[Europe/Riga]', '2024-02-29T23:59:00+02:00[Europe/Riga]'], ['2023-11-30T07:05:00+02:00', '2024-02-29T23:59:00+02:00']],
] // prettier-ignore

test.each(WRITTEN)('days %s are read', async (_, cells, wanted) => {
  expect(await days(cells)).toEqual({ type: 'date', cells: wanted })
})

test('the 25th hour, the 54th week and the half of a thirteenth hour are none', async () => {
  const none = ['2023-11-30 24:01', '2023-11-30 오후 13:05', '2023-W54-1']
  for (const cell of none) expect((await days([cell, cell, cell])).type).not.toBe('date')
})

test('days that are counted stay numbers and words until a person says that they are days', async () => {
  const ordinals = ['2023-334', '2024-060']
  expect((await days(ordinals)).cells).toEqual(ordinals)
  const chosen = [{ column: 'day', type: 'date' as const }]
  expect((await days(ordinals, chosen)).cells).toEqual(['2023-11-30', '2024-02-29'])
  expect((await days(['1701327900', '1709251140'], chosen)).cells).toEqual([
    '2023-11-30T07:05:00Z',
    '2024-02-29T23:59:00Z',
  ])
})

test('numbers in digits of any script, with other points, slips of blanks and powers are numbers', async () => {
  const cells = ['๓๗', '௩௮', '39·5', '4 .5', '41. 5', '1.5x10^3', '2 × 10⁻²', '४५']
  const text = ['n;x', ...cells.map((cell, row) => `r${row};${cell}`)].join('\n')
  const { rows } = await readDirectly(text)
  expect(rows.map((row) => row[1])).toEqual([37, 38, 39.5, 4.5, 41.5, 1500, 0.02, 45])
})

test('days in two orders stay words, and that is told', async () => {
  const cells = ['14/02/2024', '02/16/2024', '05/06/2024']
  const text = ['n;day', ...cells.map((cell, row) => `r${row};${cell}`)].join('\n')
  const { rows, profile } = await readDirectly(text)
  expect(rows.map((row) => row[1])).toEqual(cells)
  expect(profile[1]?.suspicious.map(({ detail }) => detail).join()).toContain('more than one order')
  const plain = await readDirectly(text.replace('02/16', '16/02'))
  expect(plain.profile[1]?.suspicious.map(({ detail }) => detail).join()).not.toContain('more than one order')
})
