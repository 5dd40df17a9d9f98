import { gzipSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import { parquetOf } from './parquet-bombs.ts'

/** A workbook with this sheet, and these shared words. */
export function workbookOf(sheet: string, shared = ''): Uint8Array {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const packages = 'http://schemas.openxmlformats.org/package/2006'
  const files = {
    '[Content_Types].xml': `<Types xmlns="${packages}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<?xml version="1.0"?>${sheet}`,
    'xl/sharedStrings.xml': `<?xml version="1.0"?>${shared || `<sst xmlns="${main}"/>`}`,
    'xl/styles.xml': `<styleSheet xmlns="${main}"/>`,
  }
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])), {
    level: 9,
  })
}

export const sheetOf = (rows: string, dimension = 'A1:B2') =>
  `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="${dimension}"/><sheetData>${rows}</sheetData></worksheet>`

const cell = (at: string, text: string) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`
const entities = (count: number, times: number) =>
  Array.from({ length: count }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(times)}">`).join('')

/** Files that unpack into, or claim, far more than they are; each by what it is. Whoever reads one is to say so and live. */
export function bombs(): Record<string, () => Uint8Array> {
  return {
    'a Parquet file of fifty million equal cells': () => parquetOf({ rows: 50_000_000 }),
    'a Parquet file of two thousand million equal cells': () => parquetOf({ rows: 2_000_000_000 }),
    'a Parquet file of wide empty rows': () => parquetOf({ rows: 1_000_000, columns: 300 }),
    'a Parquet file whose page claims two GB': () =>
      parquetOf({ rows: 10, codec: 1, unpacked: 2_000_000_000 }),
    'a Parquet file whose dictionary claims a thousand million words': () =>
      parquetOf({ rows: 10, words: 1e9 }),
    'a Parquet file of two thousand nested columns': () => parquetOf({ rows: 10, depth: 2000 }),
    'a workbook whose cells lie at the far end': () =>
      workbookOf(sheetOf(`<row r="1048576">${cell('XFD1048576', 'x')}</row>`, 'A1:XFD1048576')),
    'a workbook of one text of a hundred MB': () =>
      workbookOf(sheetOf(`<row r="1">${cell('A1', 'x'.repeat(100_000_000))}</row>`)),
    'a workbook of three million cells': () =>
      workbookOf(sheetOf(`<row r="1">${'<c t="n"><v>1</v></c>'.repeat(3_000_000)}</row>`)),
    'a workbook whose words laugh': () =>
      workbookOf(
        sheetOf('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'),
        `<!DOCTYPE sst [<!ENTITY e0 "ha">${entities(12, 12)}]><sst><si><t>&e12;</t></si></sst>`,
      ),
    'a hundred thousand columns': () => Buffer.from(`${'c,'.repeat(100_000)}c\n${'1,'.repeat(100_000)}1\n`),
    'JSON, a million deep': () => Buffer.from(`${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`),
    'a gzip of zeroes': () => gzipSync(Buffer.alloc(50_000_000)),
    'an archive of a hundred million bytes': () =>
      zipSync({ 'IM0001.dcm': new Uint8Array(100_000_000) }, { level: 9 }),
    'a DICOM file of a hundred thousand nested sequences': () => dicomOf(nested(100_000)),
    'a DICOM file whose value claims four GB': () =>
      dicomOf(element(0x10, 0x10, 'UN', 0xfffffff0, Buffer.alloc(8))),
  }
}

function element(group: number, number: number, vr: string, length: number, value = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(12)
  head.writeUInt16LE(group, 0)
  head.writeUInt16LE(number, 2)
  head.write(vr, 4, 'latin1')
  head.writeUInt32LE(length, 8)
  return Buffer.concat([head, value])
}

function nested(depth: number): Buffer {
  const item = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff])
  const one = Buffer.concat([element(0x40, 0xa730, 'SQ', 0xffffffff), item])
  return Buffer.concat(Array.from({ length: depth }, () => one))
}

function dicomOf(body: Buffer): Buffer {
  const meta = Buffer.from('0200100055491400312e322e3834302e31303030382e312e322e3100', 'hex')
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), meta, body])
}
