import { expect, test } from 'vitest'
import { readDicom } from './dicom-table.ts'
import type { Elements } from './dicom-writer.ts'

const SCAN: Elements = { '00080060 CS': 'MR', '00100020 LO': 'A7' }
const coded = (code: string): Elements => ({
  '00080100 SH': code,
  '00080102 SH': '99T',
  '00080104 LO': code,
})

test('values in another representation than the dictionary has are read as the file writes them', async () => {
  const { column, names } = await readDicom([
    { ...SCAN, '00280010 IS': '256 ', '00180080 FD': 12.5 },
    { ...SCAN, '00280010 US': 320, '00180080 DS': '8' },
  ])
  expect([column('Rows'), column('RepetitionTime')]).toEqual([
    [256, 320],
    [12.5, 8],
  ])
  expect(names).not.toContain('Rows.2')
})

test('one number that is written in several ways is one value of all frames', async () => {
  const frame = (value: string): Elements => ({ '00289110 SQ': [{ '00180050 DS': value }] })
  const { column, names } = await readDicom([
    { ...SCAN, '52009230 SQ': [frame('4'), frame('4.0 '), frame('+4E0')] },
  ])
  expect(column('SliceThickness')).toEqual([4])
  expect(names).not.toContain('SliceThickness.min')
})

test('letters that are not in the character set that a file names are told', async () => {
  const model = Buffer.from('Mod\u00e8le', 'latin1')
  const { column, remarks } = await readDicom([
    { '00080005 CS': 'ISO_IR 192', ...SCAN, '00081090 LO': model },
  ])
  expect(column('ManufacturerModelName')).toEqual(['Mod\u00e8le'])
  expect(remarks('ManufacturerModelName')).toContainEqual(['letters', 1])
})

test('a side that a report says in words tells measurements apart, and no other words get into a name', async () => {
  const number = (value: string, words: string): Elements => ({
    '0040A010 CS': 'CONTAINS',
    '0040A040 CS': 'NUM',
    '0040A043 SQ': [coded('Volume')],
    '0040A300 SQ': [{ '004008EA SQ': [coded('ml')], '0040A30A DS': value }],
    '0040A730 SQ': [
      {
        '0040A010 CS': 'HAS CONCEPT MOD',
        '0040A040 CS': 'TEXT',
        '0040A043 SQ': [coded('Side')],
        '0040A160 UT': words,
      },
    ],
  })
  const report = (...content: readonly Elements[]): Elements => ({
    ...{ '00080060 CS': 'SR', '0040A040 CS': 'CONTAINER', '0040A043 SQ': [coded('Report')] },
    '0040A730 SQ': content,
  })
  const { column, names } = await readDicom([
    report(number('31', 'Left'), number('29', 'right')),
    report(number('28', 'Rechts'), number('33', 'LT'), number('5', 'seen by Ms Roe')),
  ])
  expect(column('Volume [left] (ml)')).toEqual([31, 33])
  expect(column('Volume [right] (ml)')).toEqual([29, 28])
  expect(column('Volume (ml)')).toEqual([null, 5])
  expect(names.join()).not.toContain('Roe')
})
