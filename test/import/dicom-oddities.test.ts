import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readDirectly } from './desk.ts'
import { readDicom } from './dicom-table.ts'
import { dataSet, dicomFile, type Elements, fileOf, metaHeader, UIDS } from './dicom-writer.ts'

const SCAN: Elements = {
  '00080060 CS': 'CT',
  '00100020 LO': 'P1',
  '00180060 DS': '120',
  '00280010 US': 512,
  '00189345 FD': 7.5,
}
const coded = (code: string, meaning: string): Elements => ({
  '00080100 SH': code,
  '00080102 SH': '99T',
  '00080104 LO': meaning,
})

const DEFLATED = deflateRawSync(dataSet(SCAN))
test.each<[string, Uint8Array]>([
  ['as its header says', dicomFile(SCAN)],
  ['implicit, declared explicit', fileOf(metaHeader(UIDS.explicit), dataSet(SCAN, 'implicit'))],
  ['explicit, declared implicit', fileOf(metaHeader(UIDS.implicit), dataSet(SCAN))],
  ['big endian', fileOf(metaHeader(UIDS.big), dataSet(SCAN, 'big'))],
  ['little endian, declared big endian', fileOf(metaHeader(UIDS.big), dataSet(SCAN))],
  ['big endian, declared little endian', fileOf(metaHeader(UIDS.explicit), dataSet(SCAN, 'big'))],
  ['deflated', fileOf(metaHeader(UIDS.deflated), DEFLATED)],
  ['deflated, declared explicit', fileOf(metaHeader(UIDS.explicit), DEFLATED)],
  ['explicit, declared deflated', fileOf(metaHeader(UIDS.deflated), dataSet(SCAN))],
  ['without preamble', new Uint8Array(Buffer.concat([metaHeader(UIDS.explicit), dataSet(SCAN)]))],
  ['without preamble and header', new Uint8Array(dataSet(SCAN))],
  ['implicit, without preamble and header', new Uint8Array(dataSet(SCAN, 'implicit'))],
  [
    'with a preamble, and not the letters DICM',
    new Uint8Array(Buffer.concat([Buffer.alloc(132), metaHeader(UIDS.explicit), dataSet(SCAN)])),
  ],
  [
    'with the letters DICM, and no preamble',
    new Uint8Array(Buffer.concat([Buffer.from('DICM'), metaHeader(UIDS.explicit), dataSet(SCAN)])),
  ],
])('a file %s is read, by itself and in a folder', async (_, bytes) => {
  const alone = await readDirectly(bytes)
  const folder = await readDicom([bytes])
  for (const { names, rows } of [alone, folder])
    expect(['KVP', 'Rows', 'CTDIvol'].map((name) => rows[0]?.[names.indexOf(name)])).toEqual([120, 512, 7.5])
})

test('a measurement is known by the containers, sites and sides above it', async () => {
  const number = (meaning: string, value: string, more: readonly Elements[] = []): Elements => ({
    '0040A010 CS': 'CONTAINS',
    '0040A040 CS': 'NUM',
    '0040A043 SQ': [coded('1', meaning)],
    '0040A300 SQ': [{ '004008EA SQ': [coded('cm', 'cm')], '0040A30A DS': value }],
    '0040A730 SQ': more,
  })
  const modifier = (value: Elements, more: readonly Elements[] = []): Elements => ({
    '0040A010 CS': 'HAS CONCEPT MOD',
    '0040A040 CS': 'CODE',
    '0040A043 SQ': [coded('site', 'Finding Site')],
    '0040A168 SQ': [value],
    '0040A730 SQ': more,
  })
  const container = (meaning: string, content: readonly Elements[]): Elements => ({
    '0040A040 CS': 'CONTAINER',
    '0040A043 SQ': [coded('same', meaning)],
    '0040A730 SQ': content,
  })
  const report = (...content: readonly Elements[]) => ({
    '00080060 CS': 'SR',
    ...container('Report', content),
  })
  const left = (value: string) => container('Left Ventricle', [number('Diameter', value)])
  const right = (value: string) => container('Right  ventricle', [number('Diameter', value)])
  const { column, names } = await readDicom([
    report(left('4.8'), right('3.1')),
    report(right('2.9')),
    report(
      container('Findings', [
        modifier(coded('k', 'Kidney'), [modifier(coded('l', 'Left'))]),
        number('Length', '11', [modifier(coded('m', 'Mean'))]),
        number('Length', '12', [modifier(coded('x', 'Maximum'))]),
        number('Length', '12,5', [modifier(coded('x', 'Maximum'))]),
      ]),
    ),
  ])
  expect(column('Left Ventricle > Diameter (cm)')).toEqual([4.8, null, null])
  expect(column('Right ventricle > Diameter (cm)')).toEqual([3.1, 2.9, null])
  expect(column('Findings [Kidney, Left] > Length [Mean] (cm)')).toEqual([null, null, 11])
  expect(column('Findings [Kidney, Left] > Length [Maximum] (cm)')).toEqual([null, null, 12])
  expect(column('Findings [Kidney, Left] > Length [Maximum] (cm) 2')).toEqual([null, null, 12.5])
  expect(names).not.toContain('Diameter (cm)')
})

test('two codes with the same meaning are two columns, named with their codes', async () => {
  const number = (code: string, value: string): Elements => ({
    '0040A040 CS': 'NUM',
    '0040A043 SQ': [coded(code, 'Volume')],
    '0040A300 SQ': [{ '0040A30A DS': value }],
  })
  const { column } = await readDicom([
    { '00080060 CS': 'SR', '0040A730 SQ': [number('a', '1'), number('b', '2')] },
    { '00080060 CS': 'SR', '0040A730 SQ': [number('b', '3')] },
  ])
  expect(column('Volume {99T a}')).toEqual([1, null])
  expect(column('Volume {99T b}')).toEqual([2, 3])
})

test('values in functional groups count; where frames differ, their least and greatest do, and it is told', async () => {
  const frame = (echo: number, dose: number): Elements => ({
    '00189114 SQ': [{ '00189082 FD': echo }],
    '00189321 SQ': [{ '00189345 FD': dose }],
  })
  const shared: Elements = {
    '00189112 SQ': [{ '00180080 DS': '2000 ', '00181314 DS': '90' }],
    '00289110 SQ': [{ '00280030 DS': '0.5\\0.6' }],
    '00090010 SQ': [{ '00180060 DS': '999' }],
  }
  const { column, remarks } = await readDicom([
    { '00080060 CS': 'MR', '52009229 SQ': [shared], '52009230 SQ': [frame(80, 7.5), frame(120, 7.5)] },
    { '00080060 CS': 'MR', '52009230 SQ': [frame(90, 8), frame(90, 8)] },
  ])
  expect(column('RepetitionTime')).toEqual([2000, null])
  expect(column('FlipAngle')).toEqual([90, null])
  expect([column('PixelSpacing.1'), column('PixelSpacing.2')]).toEqual([
    [0.5, null],
    [0.6, null],
  ])
  expect(column('CTDIvol')).toEqual([7.5, 8])
  expect(column('EffectiveEchoTime')).toEqual([null, 90])
  expect(column('EffectiveEchoTime.min')).toEqual([80, 90])
  expect(column('EffectiveEchoTime.max')).toEqual([120, 90])
  expect(remarks('EffectiveEchoTime.min')).toContainEqual(['differing', 1])
  expect(column('KVP')).toBeUndefined()
})

test('the first of several numbers stands where an only one does', async () => {
  const { column } = await readDicom([
    { '00281050 DS': '40' },
    { '00281050 DS': '50\\300' },
    { '00281050 DS': '60\\' },
  ])
  expect(column('WindowCenter')).toEqual([40, 50, 60])
  expect(column('WindowCenter.2')).toEqual([null, 300, null])
})

test('ages are years however they are spelt; one without a unit is unreadable, and said to be', async () => {
  const ages = ['042Y', '045y', '45 Y', '018M', '0Y', '42', '1000Y', '']
  const { column, remarks } = await readDicom(
    ages.map((age) => ({ '00080060 CS': 'CT', '00101010 AS': age })),
  )
  expect(column('PatientAge')).toEqual([42, 45, 45, 1.5, 0, null, null, null])
  expect(remarks('PatientAge')).toEqual(
    expect.arrayContaining([
      ['unreadable', 2],
      ['written', 3],
    ]),
  )
})

test('a decimal string is a number: a comma is its decimal mark, and one odd value does not make words of the rest', async () => {
  const { column, typeOf, remarks } = await readDicom(
    ['1,25', '1,250', '1.5mm', 'thin', '-9.8e-006'].map((one) => ({ '00180050 DS': one })),
  )
  expect(column('SliceThickness')).toEqual([1.25, 1.25, 1.5, null, -9.8e-6])
  expect(typeOf('SliceThickness')).toBe('real')
  expect(remarks('SliceThickness')).toEqual(
    expect.arrayContaining([
      ['unreadable', 1],
      ['written', 2],
    ]),
  )
})

test.each<[string, BufferEncoding, string]>([
  ['ISO_IR 100', 'latin1', 'Müller'],
  ['ISO-IR 100', 'latin1', 'Müller'],
  ['ISO_IR_100', 'latin1', 'Müller'],
  ['iso 8859-1', 'latin1', 'Müller'],
  ['latin1', 'latin1', 'Müller'],
  ['ISO_IR 192', 'utf8', 'Müller'],
  ['UTF-8', 'utf8', 'Müller'],
  ['utf8', 'utf8', 'Müller'],
  ['ISO 2022 IR 100', 'latin1', 'Müller'],
])('letters in a set that is named %s are read without a doubt', async (term, encoding, text) => {
  const bytes = Buffer.from(text, encoding)
  const { column, remarks } = await readDicom([{ '00080005 CS': term, '00080070 LO': bytes }])
  expect(column('Manufacturer')).toEqual([text])
  expect(remarks('Manufacturer')).not.toContainEqual(['letters', 1])
})

test.each<[string, BufferEncoding]>([
  ['', 'latin1'],
  ['', 'utf8'],
  ['klingon', 'utf8'],
  ['ISO_IR 999', 'latin1'],
])('letters in a set that is named "%s" are guessed (%s), and that is told', async (term, encoding) => {
  const bytes = Buffer.from('Müller', encoding)
  const { column, remarks } = await readDicom([{ '00080005 CS': term, '00080070 LO': bytes }])
  expect(column('Manufacturer')).toEqual(['Müller'])
  expect(remarks('Manufacturer')).toContainEqual(['letters', 1])
})
