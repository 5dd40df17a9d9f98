import { expect, test } from 'vitest'
import { readDirectly } from './desk.ts'
import { readDicom } from './dicom-table.ts'
import type { Elements } from './dicom-writer.ts'

const person = (id: string, name: string, birth: string, issuer = ''): Elements => ({
  '00080060 CS': 'CT',
  '00100010 PN': name,
  '00100020 LO': id,
  '00100021 LO': issuer,
  '00100030 DA': birth,
})
const byPatient = { dicom: { level: 'patient' } } as const

test('a patient in several spellings is one, and that is told', async () => {
  const { rows, remarks, rowCount } = await readPatients([
    person('P1', 'DOE^JANE', '19600101'),
    person(' P1 ', 'Doe^Jane ', '19600101'),
    person('P1\0', 'DOE^JANE^^^', ''),
    person('P1', 'Doe ^Jane=JANE', '19600101', 'Hospital'),
    person('P2', 'ROE^RICHARD', '19700101'),
  ])
  expect(rowCount).toBe(2)
  expect(rows).toEqual([4, 1])
  expect(remarks).toContainEqual(['spellings', 1])
})

test('one number of two patients, by issuer or by name and birth, is two rows, and that is told', async () => {
  const { rows, remarks } = await readPatients([
    person('P1', 'DOE^JANE', '19600101', 'A'),
    person('P1', 'DOE^JANE', '19600101', 'B'),
    person('P3', 'DOE^JANE', '19600101'),
    person('P3', 'ROE^RICHARD', '19700101'),
    person('P3', 'DOE-ROE^JANE', '19600101'),
  ])
  expect(rows).toEqual([1, 1, 2, 1])
  expect(remarks).toContainEqual(['spellings', 2])
})

async function readPatients(files: readonly Elements[]) {
  const { column, remarks } = await readDicom(files, byPatient)
  const rows = column('Instances')
  return { rows, rowCount: rows?.length, remarks: remarks('Instances') }
}

test('of numbers of patients and examinations only keyed names are kept, the same that a table gets for them', async () => {
  const { column, preview, rows } = await readDicom([
    { ...person(' MRN-0042\0', 'DOE^JANE', ''), '00080050 SH': 'ACC 7 ' },
    { ...person('', 'ROE^RICHARD', ''), '00080050 SH': 'N/A' },
  ])
  const edits = [
    { column: 'mrn', action: 'hash' },
    { column: 'visit', action: 'hash' },
  ] as const
  const table = await readDirectly('mrn,visit\nMRN-0042,ACC  7\nMRN-0043,ACC 8\n', 1 << 20, {}, [...edits])
  expect([column('PatientID')?.[0], column('AccessionNumber')?.[0]]).toEqual(table.rows[0])
  expect([column('PatientID')?.[1], column('AccessionNumber')?.[1]]).toEqual([null, null])
  const all = JSON.stringify([rows, preview])
  for (const secret of ['MRN-0042', 'ACC 7', 'DOE', 'ROE']) expect(all).not.toContain(secret)
  const finding = preview?.identifiers.findings.find((one) => one.column === 'PatientID')
  expect([finding?.class, finding?.action]).toEqual(['record-number', 'hash'])
})
