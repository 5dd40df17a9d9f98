import { strToU8, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { readDirectly } from './desk.ts'

/** Styles 1 to 4: a day, a day with its time, a time of day, hours without an end. */
const FORMATS = ['', 'yyyy-mm-dd', 'yyyy-mm-dd hh:mm:ss', 'hh:mm:ss', '[h]:mm:ss']

/** A workbook of one column of serial numbers. */
function workbook(style: number, serials: readonly string[], is1904 = false): Uint8Array {
  const cells = serials.map(
    (serial, at) =>
      `<row r="${at + 2}"><c r="A${at + 2}" s="${style}"><v>${serial}</v></c><c r="B${at + 2}"><v>${at}</v></c></row>`,
  )
  const text = (at: string, words: string) => `<c r="${at}" t="inlineStr"><is><t>${words}</t></is></c>`
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const packages = 'http://schemas.openxmlformats.org/package/2006'
  const formats = FORMATS.slice(1).map((code, at) => `<numFmt numFmtId="${164 + at}" formatCode="${code}"/>`)
  const styles = FORMATS.map((_, at) => `<xf numFmtId="${at === 0 ? 0 : 163 + at}" applyNumberFormat="1"/>`)
  const files = {
    '[Content_Types].xml': `<Types xmlns="${packages}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><workbookPr date1904="${is1904 ? 1 : 0}"/><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet xmlns="${main}"><numFmts>${formats.join('')}</numFmts><cellXfs>${styles.join('')}</cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData><row r="1">${text('A1', 'when')}${text('B1', 'n')}</row>${cells.join('')}</sheetData></worksheet>`,
  }
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, xml]) => [name, strToU8(xml)])))
}

async function read(style: number, serials: readonly string[], is1904 = false) {
  const { rows, columns } = await readDirectly(workbook(style, serials, is1904))
  return { cells: rows.map(([cell]) => cell), type: columns[0]?.type, unit: columns[0]?.unit }
}

describe('what a workbook stores as a fraction of a day', () => {
  test('loses no second', async () => {
    const found = await read(2, ['45000.3472222222', '45000.9999884259', '45001.0000115741', '45001'])
    expect(found.cells).toEqual([
      '2023-03-15T08:20:00',
      '2023-03-15T23:59:59',
      '2023-03-16T00:00:01',
      '2023-03-16',
    ])
  })

  test.each([false, true])(
    'is a time of day where no day is, also counted from 1904 (%s)',
    async (is1904) => {
      const found = await read(3, ['0.354166666666667', '0.5', '0'], is1904)
      expect(found.cells).toEqual(['08:30:00', '12:00:00', '00:00:00'])
    },
  )

  test.each([false, true])('is a duration where hours go on, also counted from 1904 (%s)', async (is1904) => {
    const found = await read(4, ['1.0625', '0.5', '3.25'], is1904)
    expect(found).toEqual({ cells: [1530, 720, 4680], type: 'integer', unit: 'min' })
  })

  test('is a day of the system that the workbook says', async () => {
    expect((await read(1, ['45000', '44000'])).cells).toEqual(['2023-03-15', '2020-06-18'])
    expect((await read(1, ['43538', '42538'], true)).cells).toEqual(['2023-03-15', '2020-06-18'])
  })

  test('is put right before March 1900, of which workbooks believe that it had a leap day', async () => {
    const found = await read(1, ['1', '59', '61', '45000'])
    expect(found.cells).toEqual(['1900-01-01', '1900-02-28', '1900-03-01', '2023-03-15'])
    expect((await read(1, ['60', '45000', '45001'])).cells[0]).toBe('1900-02-29')
  })
})
