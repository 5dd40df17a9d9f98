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
])('%s is refused by its name, with what to do', async (_, bytes, reason) => {
  await expect(readDirectly(bytes)).rejects.toThrow(reason)
})

test('a table whose first cell only looks like a mark of a page is read', async () => {
  const table = await readDirectly('<5,a\n<7,b\n12,c\n', 1 << 20, { dialect: { header: false } })
  expect(table.rows.map((row) => row[0])).toEqual([5, 7, 12])
})
