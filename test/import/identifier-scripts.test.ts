import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { readDirectly } from './desk.ts'

const ROWS = 60

/** The findings of a column of these cells. */
async function found(header: string, cell: (row: number) => string) {
  const lines = Array.from({ length: ROWS }, (_, row) => `${cell(row)};${40 + (row % 30)}`)
  const { identifiers } = await readDirectly([`${header};score`, ...lines].join('\n'))
  return identifiers.findings
    .filter(({ column }) => column === header)
    .map(({ class: one, severity }) => `${one} ${severity}`)
}

test.each([
  ['Фамилия', (row: number) => `Петров${row % 9}`, 'name block'],
  ['Ονομα ασθενούς', (row: number) => `Νίκος${row % 9}`, 'name block'],
  ['病人姓名', (row: number) => ['王芳', '刘洋', '陈静'][row % 3]!, 'name block'],
  ['フリガナ', (row: number) => ['サトウ', 'スズキ'][row % 2]!, 'name block'],
  ['환자 이름', (row: number) => ['김민준', '이서연'][row % 2]!, 'name block'],
  ['שם משפחה', (row: number) => ['כהן', 'לוי'][row % 2]!, 'name block'],
  ['नाम', (row: number) => ['राम', 'सीता'][row % 2]!, 'name block'],
  ['Дата рождения пациента', (row: number) => `1${row % 9}.03.19${40 + (row % 50)}`, 'date-of-birth block'],
  ['رقم الملف', (row: number) => String(7000 + row), 'record-number block'],
  ['携帯番号', (row: number) => `090-1234-${1000 + row}`, 'phone block'],
  ['住址', (row: number) => `中山路${row}号`, 'address block'],
])('a header that says %s is understood', async (header, cell, wanted) => {
  expect(await found(header, cell)).toContain(wanted)
})

test('names of drugs and wards, ages and sex in other scripts are nobody', async () => {
  for (const header of [
    'Название препарата',
    'اسم الدواء',
    '診療科',
    'שם התרופה',
    '年龄',
    'Пол',
    'Отделение',
  ])
    expect(await found(header, (row) => ['Abc', 'Def', 'Ghi'][row % 3]!)).toEqual([])
})

const hex = (row: number) => createHash('md5').update(`patient ${row}`).digest('hex')

test('hashed names that come again are patients or visits, whatever their header says', async () => {
  expect(await found('pseudonym hash', (row) => hex(Math.floor(row / 4)))).toContain('record-number block')
  expect(await found('lab result', (row) => hex(Math.floor(row / 30)))).toEqual([])
})

test('telephones with the code of a town or a country are found, and codes, versions and answers are none', async () => {
  expect(await found('x7', (row) => `0171/${4_000_000 + row * 77}`)).toContain('phone block')
  expect(await found('x8', (row) => (row % 2 ? 'none' : `reach at +48 22 ${6_000_000 + row}`))).toContain('phone block') // prettier-ignore
  const none: readonly (readonly [string, (row: number) => string])[] = [
    ['package code', (row) => `${5000 + row}-${3000 + row}-${10 + row}`],
    ['Software', (row) => `1.${row % 3}.0.${row % 7}`],
    ['phone call made', (row) => (row % 2 ? 'yes' : 'no')],
    ['telephone visits', (row) => String(row % 6)],
  ]
  for (const [header, cell] of none) expect([header, await found(header, cell)]).toEqual([header, []])
})

test('names of two words under a header of things are asked about, and stop nothing', async () => {
  const [first, second] = [['Iron', 'Zinc', 'Lithium', 'Barium', 'Cobalt', 'Silver'], ['Oxide', 'Lactate', 'Acetate', 'Sulfate', 'Citrate', 'Gluconate', 'Iodide', 'Fluoride', 'Nitrate', 'Tartrate']] as const // prettier-ignore
  const name = (row: number) => `${first[row % 6]} ${second[Math.floor(row / 6)]}`
  expect(await found('substance', name)).toContain('name warn')
  expect(await found('x5', name)).toContain('name block')
})
