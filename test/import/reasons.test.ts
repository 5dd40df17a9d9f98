import { zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { readDirectly } from './desk.ts'

const text = (content: string) => new TextEncoder().encode(content)
const wide = (content: string) => Buffer.from(content, 'utf16le')
const OLD = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])

test.each<[string, Uint8Array, RegExp]>([
  [
    'a web page called .xls',
    text('\ufeff\n<html><body><table><tr><td>age</td></tr></table>'),
    /web page \(HTML\)/,
  ],
  ['an Excel file of XML', text('<?xml version="1.0"?><Workbook/>'), /XML/],
  [
    'a workbook with a password',
    Buffer.concat([OLD, Buffer.alloc(600), wide('EncryptedPackage')]),
    /password/,
  ],
  [
    'an old workbook',
    Buffer.concat([OLD, Buffer.alloc(600), wide('Workbook')]),
    /old Excel workbook \(\.xls\): save/,
  ],
  [
    'an OpenDocument spreadsheet',
    zipSync({ mimetype: [text('application/vnd.oasis.opendocument.spreadsheet'), { level: 0 }] }),
    /OpenDocument spreadsheet \(\.ods\)/,
  ],
  [
    'a document of text',
    zipSync({ '[Content_Types].xml': text('x'), 'word/document.xml': text('x') }),
    /not a table/,
  ],
  ['LZ4', Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x64, 0x40]), /LZ4: unpack/],
  ['a PDF', text('%PDF-1.7\n'), /PDF/],
  ['a web page in an envelope', text('MIME-Version: 1.0\nContent-Type: multipart/related\n'), /MHTML/],
  [
    'FHIR',
    text('{"resourceType":"Bundle"}\n{"resourceType":"Patient"}\n'),
    /JSON file \(FHIR.*: export it as CSV/,
  ],
  ['a list of JSON', text('\ufeff[\n {"age": 4}, {"age": 5}]'), /JSON/],
  ['messages of HL7', text('MSH|^~\\&|LAB|NORTH\rPID|1||7\r'), /HL7/],
  ['SPSS', text('$FL2@(#) IBM SPSS STATISTICS 64-bit'), /SPSS/],
  ['a transport file of SAS', text('HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000'), /SAS transport/],
  ['Stata', text('<stata_dta><header><release>119'), /Stata/],
  ['SQLite', text('SQLite format 3\0 and more'), /SQLite/],
  ['Feather', text('ARROW1\0\0 and more'), /Feather/],
  ['HDF5', Buffer.from('\u0089HDF\r\n\u001a\n', 'latin1'), /HDF5/],
  ['RTF', text('{\\rtf1\\ansi age}'), /RTF/],
  ['SYLK', text('ID;PWXL;N;E\nC;Y1;X1;K"age"\n'), /SYLK/],
  ['ARFF', text('% made\n@RELATION heart\n@ATTRIBUTE age NUMERIC\n@DATA\n4\n'), /ARFF/],
  ['a picture', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), /picture/],
  ['a table in an archive', zipSync({ 'ward/table.csv': text('a,b\n1,2\n') }), /ZIP archive.*unpack/],
])('%s is refused by its name, with what to do', async (_, bytes, reason) => {
  await expect(readDirectly(bytes)).rejects.toThrow(reason)
})

test('a table whose first cell only looks like a mark of a page is read', async () => {
  expect((await readDirectly('[a],{b}\n1,2\n3,4\n')).names).toEqual(['[a]', '{b}'])
  expect((await readDirectly('ID;Part\n1;2\n3;4\n')).names).toEqual(['ID', 'Part'])
  const table = await readDirectly('<5,a\n<7,b\n12,c\n', 1 << 20, { dialect: { header: false } })
  expect(table.rows.map((row) => row[0])).toEqual([5, 7, 12])
})
