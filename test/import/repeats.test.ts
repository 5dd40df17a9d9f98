import { expect, test } from 'vitest'
import type { IdentifierFinding } from '#domain/identifiers.ts'
import { patientAmong } from '#import/patient-column.ts'
import { createTally } from '#import/tally.ts'
import { readDirectly } from './desk.ts'
import { numbersOf } from './fuzz.ts'

const repeatsOf = async (text: string, edits: Parameters<typeof readDirectly>[3] = []) =>
  (await readDirectly(text, 1 << 20, {}, edits)).preview?.repeats

/** So many rows of eight numbers, no two alike. */
function rowsOf(count: number, seed = 1): string[] {
  const next = numbersOf(seed)
  return Array.from({ length: count }, (_, row) =>
    [row, ...Array.from({ length: 7 }, () => Math.floor(next() * 90))].join(','),
  )
}
const HEADER = 'a,b,c,d,e,f,g,h'
const tableOf = (rows: readonly string[]) => `${[HEADER, ...rows].join('\n')}\n`

test('rows that repeat an earlier one are counted before anything is kept', async () => {
  const rows = rowsOf(100)
  expect(await repeatsOf(tableOf([...rows, ...rows.slice(20, 50), ...rows.slice(0, 5)]))).toEqual({
    ...{ rows: 35, isAbout: false, patients: null },
  })
  expect(await repeatsOf(tableOf(rows))).toBeUndefined()
})

test('copies are found across the chunks of a large file, and blanks around cells do not hide them', async () => {
  const rows = rowsOf(60_000)
  const copies = rows.slice(10, 13).map((row) => row.replaceAll(',', ' , '))
  expect((await repeatsOf(tableOf([...rows, ...copies])))?.rows).toBe(3)
  const few = rows.map((row) => `${row}5`)
  expect(await repeatsOf(tableOf(few))).toBeUndefined()
})

test('rows that differ in one cell, or in the order of two, are no copies', async () => {
  const rows = ['1,2,0,0,0,0,0,0', '2,1,0,0,0,0,0,0', ',1,0,0,0,0,0,0', '1,,0,0,0,0,0,0', '12,,0,0,0,0,0,0']
  expect(await repeatsOf(tableOf(rows))).toBeUndefined()
})

test('further rows of a patient are counted by a number that is hashed, also where other cells differ', async () => {
  const visits = Array.from({ length: 40 }, (_, row) => `P${7000 + (row % 25)},${row},${row * 3},${row % 2}`)
  const file = `patient_id,day,weight,died\n${visits.join('\n')}\n,41,50,0\n,42,51,0\n`
  const expected = { rows: 0, isAbout: false, patients: { column: 'patient_id', rows: 15 } }
  expect(await repeatsOf(file)).toEqual(expected)
  expect(await repeatsOf(file, [{ column: 'patient_id', action: 'hash' }])).toEqual(expected)
  expect(await repeatsOf(file, [{ column: 'patient_id', action: 'drop' }])).toBeUndefined()
})

test('patients, not their visits, are counted where a table numbers both', async () => {
  const visits = Array.from({ length: 60 }, (_, row) => `ACC${9000 + row},MR${100 + (row % 20)},${row}`)
  const file = `AccessionNumber,MRN,score\n${visits.join('\n')}\n`
  expect((await repeatsOf(file))?.patients).toEqual({ column: 'MRN', rows: 40 })
})

const finding = (column: string, more: Partial<IdentifierFinding> = {}): IdentifierFinding => ({
  ...{ column, class: 'record-number', severity: 'block', evidence: 'header', cells: 10 },
  ...{ proposed: 'hash', action: 'hash', ...more },
})

test.each([
  ['as many of both', 'AccessionNumber', 'PatientID', 20, 20],
  ['fewer examinations than patients, since some cells are empty', 'accession_no', 'mrn', 12, 20],
  ['a number of the examination that passes for one of the nation', 'StudyID', 'hospital_number', 20, 20],
  ['a German case and patient', 'Fallnummer', 'Patientennummer', 20, 20],
  ['a visit of a patient', 'patient_visit_id', 'subject_id', 9, 9],
])('a patient number goes before one of a visit: %s', (_, visit, patient, visits, patients) => {
  const distinct = new Map([
    [visit, visits],
    [patient, patients],
  ])
  const ofVisit = finding(visit, visit === 'StudyID' ? { class: 'national-number' } : {})
  expect(patientAmong([ofVisit, finding(patient)], distinct)).toBe(patient)
  expect(patientAmong([finding(patient), ofVisit], distinct)).toBe(patient)
  expect(patientAmong([ofVisit], distinct)).toBe(visit)
})

test('a tally counts beyond its room by a share of the keys, and what never came twice stays once', () => {
  const next = numbersOf(7)
  const key = () => [Math.floor(next() * 2 ** 32), Math.floor(next() * 2 ** 32)] as const
  const keys = Array.from({ length: 20_000 }, key)
  const alone = createTally(1000)
  for (const [high, low] of keys) alone.add(high, low)
  expect(alone.result().again).toBe(0)
  const twice = createTally(1000)
  for (const [high, low] of [...keys, ...keys]) twice.add(high, low)
  const { distinct, again, isAbout } = twice.result()
  expect(isAbout).toBe(true)
  expect(Math.abs(distinct - 20_000)).toBeLessThan(2500)
  expect(Math.abs(again - 20_000)).toBeLessThan(2500)
})
