import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { zipSync } from 'fflate'
import { expect, test } from 'vitest'
import type { DicomLevel } from '#domain/importing.ts'
import { ALLOWED } from '#import/dicom/allowed.ts'
import { parseDicomFile } from '#import/dicom/parse.ts'
import { numericResults } from '#import/dicom/reports.ts'
import { valuesOf } from '#import/dicom/values.ts'
import { createJob } from '#import/job.ts'
import { readFiles } from './desk.ts'

const folder = path.resolve(import.meta.dirname, '../../../shared/data/dicom')
const has = existsSync(folder)
if (!has)
  console.warn('Skipped: the shared data folder is not beside this checkout, so no DICOM file is read')

interface Expected {
  readonly tags: Record<string, string[]>
  readonly numbers: [string, string, string, string][]
}
const expected: Record<string, Expected> = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'fixtures', 'dicom-expected.json'), 'utf8'),
)
const names = Object.keys(expected)
const read = (name: string) => new Uint8Array(readFileSync(path.join(folder, name)))
const plain = (value: string) =>
  value.trim() !== '' && Number.isFinite(Number(value)) ? String(Number(value)) : value

/** What is in no file of ours: group 1 only, or cut before its end. */
const REFUSED: Record<string, RegExp> = {
  'malformed/meta_missing_tsyntax.dcm': /damaged/,
  'malformed/nested_priv_SQ.dcm': /no value that may be kept/,
  'malformed/UN_sequence.dcm': /no value that may be kept/,
  'malformed/rtplan_truncated.dcm': /cut short/,
}

test.skipIf(!has).each(names.filter((name) => !(name in REFUSED)))(
  '%s agrees with pydicom on every kept tag',
  (name) => {
    const { data, partial } = parseDicomFile(read(name))
    expect(partial).toBe(false)
    const found = Object.fromEntries(
      ALLOWED.map((tag) => [tag.name, valuesOf(data, tag).map(plain)] as const).filter(
        ([, values]) => values.length > 0,
      ),
    )
    const wanted = Object.entries(expected[name]?.tags ?? {}).map(([tag, values]) => [tag, values.map(plain)])
    expect(found).toEqual(Object.fromEntries(wanted))
    expect(
      numericResults(data).map(({ code, meaning, value, unit }) => [code, meaning, plain(value), unit]),
    ).toEqual(
      (expected[name]?.numbers ?? []).map(([code, meaning, value, unit]) => [
        code,
        meaning,
        plain(value),
        unit,
      ]),
    )
  },
)

test.skipIf(!has)(
  'every file becomes a row or is refused with its reason, and no identifier is kept',
  async () => {
    const table = await readFiles(names.map((name) => ({ name, bytes: read(name) })))
    const reasons = names.flatMap((name, index) =>
      table.rejected.filter(({ line }) => line === index + 1).map(({ reason }) => [name, reason] as const),
    )
    expect(reasons.map(([name]) => name).toSorted()).toEqual(Object.keys(REFUSED).toSorted())
    for (const [name, reason] of reasons) expect(reason).toMatch(REFUSED[name] ?? /never/)
    expect(table.rows.length).toBe(names.length - Object.keys(REFUSED).length)
    const all = JSON.stringify([table.rows, table.preview, table.columns])
    for (const secret of [
      'Doe^',
      'CompressedSamples',
      'Anonymous',
      '98892001',
      '77654033',
      '1.3.6.1.4.1.5962.',
    ])
      expect(all).not.toContain(secret)
  },
)

test.skipIf(!has).each<[DicomLevel, number]>([
  ['patient', 2],
  ['study', 6],
  ['series', 13],
  ['instance', 31],
])('the patient folders have so many rows by %s', async (level, rows) => {
  const files = names
    .filter((name) => name.startsWith('folders/'))
    .map((name) => ({ name, bytes: read(name) }))
  const table = await readFiles(files, { dicom: { level } })
  expect([table.rows.length, table.rejectedCount]).toEqual([rows, 0])
  const asZip = zipSync(Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])))
  const zipped = await readFiles([{ name: 'all.zip', bytes: asZip }], { dicom: { level } }, false)
  expect(zipped.rows).toEqual(table.rows)
  expect(zipped.names).toEqual(table.names)
})

test.skipIf(!has)('numbers of a report become columns with their unit', async () => {
  const table = await readFiles([{ name: 'test-SR.dcm', bytes: read('reports/test-SR.dcm') }])
  const numbers = expected['reports/test-SR.dcm']?.numbers ?? []
  expect(numbers.length).toBeGreaterThan(0)
  for (const [, meaning, value, unit] of numbers) {
    const position = table.columns.findIndex(
      (column) => column.name.startsWith(meaning) && column.unit === unit,
    )
    expect(table.rows[0]?.[position]).toBe(Number(value))
  }
})

test('what is no DICOM file is refused with its reason', async () => {
  const job = createJob(
    { stage() {}, take: () => Promise.resolve(null), write() {}, earlier: () => Promise.resolve(null) },
    { kind: 'dicom' },
  )
  await job.chunk(Buffer.from('age,sex\n1,2\n'), { name: 'table.csv', last: true })
  await expect(job.finish()).rejects.toMatchObject({
    code: 'file-no-rows',
    message: expect.stringContaining('no DICOM'),
  })
})
