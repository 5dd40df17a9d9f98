import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Status } from '#headless/commands/status.ts'
import { type Said, runCommand } from '#headless/demo/hospital.ts'
import { dicomFile } from '../import/dicom-writer.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'murmuration import '))
const passphraseFile = path.join(folder, 'passphrase')
const hospital = { home: path.join(folder, 'home'), passphraseFile }
const patients = path.join(folder, 'patients.csv')
const dicom = path.resolve(import.meta.dirname, '../../../shared/data/dicom')
if (!existsSync(dicom)) console.warn('Skipped: the shared data folder is not beside this checkout')

const run = (...args: string[]): Promise<Said> => runCommand(hospital, args)
const datasets = async () => (JSON.parse((await run('status', '--json')).out) as Status).datasets

beforeAll(async () => {
  writeFileSync(passphraseFile, 'long enough for a test of this\n')
  const rows = Array.from(
    { length: 60 },
    (_, row) =>
      `Anna${row} Meier,${7_000_000 + row},19${30 + row}-03-${10 + (row % 9)},${40 + (row % 50)},${row % 7 ? 200 + row : 999}`,
  )
  writeFileSync(patients, `Nachname,MRN,Geburtsdatum,age,chol\n${rows.join('\n')}\n`)
  expect((await run('init', 'Alder', '--rehearsal')).code).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test(
  'a table that tells who patients are is imported once it is typed what is done about it',
  { timeout: 240_000 },
  async () => {
    const refused = await run('import', patients)
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('Nachname (name), MRN (record-number), Geburtsdatum (date-of-birth)')
    expect(refused.err).toContain('--drop')
    expect(refused.err).not.toContain('Meier')
    expect(await datasets()).toEqual([])

    const done = await run(
      ...['import', patients, '--drop', 'Nachname', '--hash', 'MRN', '--generalise', 'Geburtsdatum'],
      ...['--generalise', 'age', '--missing', 'chol=999', '--unit', 'chol=mg/dL'],
    )
    expect(done.err).toBe('')
    expect(done.out).toContain('60 rows, 4 columns')
    const [kept] = await datasets()
    expect(kept?.columns.map(({ name, type, unit, missing }) => [name, type, unit, missing])).toEqual([
      ['MRN', 'text', null, 0],
      ['Geburtsdatum', 'integer', null, 0],
      ['age', 'category', null, 0],
      ['chol', 'integer', 'mg/dL', 9],
    ])
  },
)

test('a preview shows what would be made of a file, and keeps nothing', { timeout: 240_000 }, async () => {
  const before = await datasets()
  const { out, code } = await run('import', patients, '--preview', '--type', 'chol=real')
  expect(code).toBe(0)
  expect(out).toContain('Read as csv, ascii, cells between ",", with a header: 60 rows, 0 rejected.')
  expect(out).toMatch(/Nachname +\w+ +0 +name \(open\)/)
  expect(out).toMatch(/chol +real +0 +999\?/)
  expect(await datasets()).toEqual(before)
})

test.skipIf(!existsSync(dicom))(
  'a folder of DICOM files becomes a table of its studies',
  { timeout: 240_000 },
  async () => {
    const files = path.join(folder, 'scans')
    cpSync(dicom, files, { recursive: true })
    writeFileSync(path.join(files, 'empty.dcm'), '')
    const count = readdirSync(files, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    ).length
    const { code, out, err } = await run('import', files, '--level', 'instance', '--name', 'scans', '--yes')
    expect([code, err]).toEqual([0, ''])
    const rejected = Number(/(\d+) rows were rejected/.exec(out)?.[1])
    const rows = Number(/: (\d+) rows/.exec(out)?.[1])
    expect(rows + rejected).toBe(count)
  },
)

test(
  'scans are imported and joined to the outcomes of their patients, without a number of one in sight',
  { timeout: 240_000 },
  async () => {
    const clinic = path.join(folder, 'clinic.csv')
    writeFileSync(clinic, `mrn,death\nP-77,1\nP-78,0\nP-79,0\n`)
    expect((await run('import', clinic, '--hash', 'mrn')).code).toBe(0)
    const scans = path.join(folder, 'joined scans')
    mkdirSync(scans)
    for (const [name, patient] of ['P-77', 'P-77 ', 'P-78', 'P-99'].entries())
      writeFileSync(
        path.join(scans, `${name}.dcm`),
        dicomFile({ '00080060 CS': 'CT', '00100020 LO': patient, '00180060 DS': '120' }),
      )
    const done = await run('import', scans, '--name', 'heads', '--join', 'clinic', '--by', 'mrn')
    expect([done.code, done.err]).toEqual([0, ''])
    expect(done.out).toContain('Joined by PatientID and mrn: 2 of them stand on both sides')
    expect(done.out).toContain('Of 4 rows 3 meet others, 1 meet none')
    expect(done.out).not.toContain('P-7')
    const joined = (await datasets()).find(({ name }) => name === 'heads with clinic')
    expect(joined?.columns.map(({ name, missing }) => [name, missing])).toContainEqual(['death', 1])

    const again = await run('join', 'heads', 'clinic', '--by', 'mrn', '--preview')
    expect([again.code, again.out.includes('Of the other 3 rows 2 are met, 1 are not')]).toEqual([0, true])
    const wrong = await run('import', scans, '--join', 'nowhere')
    expect([wrong.code, wrong.err.includes('No dataset of ours has this id or name')]).toEqual([2, true])
  },
)
