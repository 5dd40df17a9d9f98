import { afterEach, expect, test } from 'vitest'
import type { Dataset } from '#domain/dataset.ts'
import type { ImportEdits } from '#domain/importing.ts'
import { dicomFile, type Elements } from '../import/dicom-writer.ts'
import { closeAll, type Hospital, openHospital } from './hospital.ts'

afterEach(closeAll)

const scan = (patient: string, accession: string, kvp: number): Elements => ({
  '00080050 SH': accession,
  '00080060 CS': 'CT',
  '00100010 PN': 'DOE^JANE',
  '00100020 LO': patient,
  '00180060 DS': String(kvp),
})

async function importScans(hospital: Hospital, scans: readonly Elements[]) {
  const files = scans.map((one) => dicomFile(one))
  const size = files.reduce((sum, one) => sum + one.length, 0)
  const options = { kind: 'dicom' } as const
  const begun = { name: 'scans', source: 'scans', size, replaces: null, options }
  const { id } = await hospital.call('imports.begin', begun)
  for (const [name, bytes] of files.entries())
    await hospital.call('imports.chunk', { id, bytes, file: { name: `${name}`, last: true } })
  return hospital.call('imports.finish', { id })
}

async function importTable(hospital: Hospital, text: string, edits: ImportEdits) {
  const bytes = new TextEncoder().encode(text)
  const begun = { name: 'clinic', source: 'clinic.csv', size: bytes.length, replaces: null }
  const { id } = await hospital.call('imports.begin', begun)
  await hospital.call('imports.chunk', { id, bytes })
  return hospital.call('imports.finish', { id, edits })
}

const SCANS = [
  scan('P-001', 'A1', 120),
  scan('P-001 ', 'A2', 100),
  scan('P-002\0', 'A3', 80),
  scan('P-009', 'A4', 140),
  scan('', 'A5', 110),
]
const CLINIC = `mrn,accession,death,stage
P-001,A1,1,II
P-002,A3,0,I
P-002,A3,0,III
P-003,A6,0,I
P-004,A7,1,IV
,A8,1,IV
`
const HASHED: ImportEdits = [
  { column: 'mrn', action: 'hash' },
  { column: 'accession', action: 'hash' },
]

test('scans get the outcomes of their patients, with counts of all that meets and does not, and nothing else changes', async () => {
  const a = await openHospital('Alder')
  const scans = await importScans(a, SCANS)
  const clinic = await importTable(a, CLINIC, HASHED)
  const sides = { id: scans.id, other: clinic.id }
  const expected = {
    ...{ key: 'PatientID', by: 'mrn', rows: 5, matched: 3, withoutKey: 1 },
    ...{ others: 6, othersMatched: 3, othersWithoutKey: 1 },
    ...{ keys: 2, several: 1, differing: 1, columns: 3 },
  }
  expect(await a.call('joins.look', { ...sides, by: 'mrn' })).toEqual(expected)
  const { dataset, counts } = await a.call('joins.make', { ...sides, by: 'mrn', replaces: null })
  expect(counts).toEqual(expected)
  expect([dataset.name, dataset.rows, dataset.version]).toEqual(['scans with clinic', 5, 1])
  const column = (name: string) => dataset.columns.find((one) => one.name === name)
  expect(column('death')).toMatchObject({ missing: 2, mean: 2 / 3, distinct: 2 })
  expect(column('stage')).toMatchObject({ missing: 3, categories: [{ value: 'II', count: 2 }] })
  expect(column('KVP')).toMatchObject({ missing: 0, low: 80, high: 140 })
  expect(dataset.columns.map(({ name }) => name)).toContain('accession')

  const { profile, identifiers } = await a.call('datasets.profile', { id: dataset.id })
  expect(profile?.find(({ name }) => name === 'stage')?.suspicious).toContainEqual(
    expect.objectContaining({ kind: 'differing', rows: 1 }),
  )
  expect(identifiers?.report.findings).toContainEqual(
    expect.objectContaining({ column: 'PatientID', action: 'hash' }),
  )
  // Both are as they were, and removing the joined one undoes it.
  await a.call('datasets.remove', { id: dataset.id })
  const left = await a.call('datasets.list', null)
  const hashes = (some: readonly Dataset[]) => new Map(some.map(({ id, contentHash }) => [id, contentHash]))
  expect(hashes(left)).toEqual(hashes([scans, clinic]))
  expect(a.log.join('\n')).not.toMatch(/P-00|DOE|A[1-8]\b/)
})

test('rows are joined by accession number, and by numbers that were kept as they are', async () => {
  const a = await openHospital('Alder')
  const scans = await importScans(a, SCANS)
  const clinic = await importTable(a, CLINIC, [
    { column: 'mrn', action: 'keep' },
    { column: 'accession', action: 'hash' },
  ])
  const sides = { id: scans.id, other: clinic.id }
  const byVisit = await a.call('joins.look', { ...sides, key: 'AccessionNumber', by: 'accession' })
  expect([byVisit.matched, byVisit.keys, byVisit.othersMatched]).toEqual([2, 2, 3])
  expect((await a.call('joins.look', { ...sides, by: 'mrn' })).matched).toBe(3)
})

test('a join that meets nothing, or names what is not there, says so and keeps nothing', async () => {
  const a = await openHospital('Alder')
  const scans = await importScans(a, SCANS)
  const clinic = await importTable(a, CLINIC, HASHED)
  const make = (more: object) =>
    a.call('joins.make', { id: scans.id, other: clinic.id, replaces: null, ...more })
  await expect(make({ by: 'stage' })).rejects.toMatchObject({
    code: 'bad-request',
    message: expect.stringContaining(
      'No row of "scans" has a "PatientID" that stands in "stage" of "clinic"',
    ),
  })
  await expect(make({ by: 'nowhere' })).rejects.toMatchObject({ code: 'column-missing' })
  await expect(make({ other: scans.id })).rejects.toMatchObject({ code: 'bad-request' })
  await expect(make({ by: 'mrn', replaces: scans.id })).rejects.toMatchObject({ code: 'bad-request' })
  expect(await a.call('datasets.list', null)).toHaveLength(2)
})

test('a join is made anew as the next version once a side has grown, and columns of one name stay apart', async () => {
  const a = await openHospital('Alder')
  const scans = await importScans(a, SCANS)
  const clinic = await importTable(a, CLINIC.replace('stage', 'KVP'), HASHED)
  const sides = { id: scans.id, other: clinic.id, by: 'mrn' }
  const first = await a.call('joins.make', { ...sides, name: 'both', replaces: null })
  const again = await a.call('joins.make', { ...sides, name: 'both', replaces: first.dataset.id })
  expect([again.dataset.id, again.dataset.version]).toEqual([first.dataset.id, 2])
  expect(again.dataset.contentHash).toBe(first.dataset.contentHash)
  const names = again.dataset.columns.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['KVP', 'KVP (clinic)']))
})
