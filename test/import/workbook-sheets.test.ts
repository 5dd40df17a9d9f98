import { zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { readDirectly } from './desk.ts'

const text = (content: string) => new TextEncoder().encode(content)
const OFFICE = 'http://schemas.openxmlformats.org'
const PARTS = `${OFFICE}/package/2006`
const DOCUMENT = `${OFFICE}/officeDocument/2006/relationships`

interface Sheet {
  readonly rows: readonly (readonly (string | number | null)[])[]
  readonly state?: string
  readonly merges?: readonly string[]
}

function cellXml(value: string | number | null, column: number, row: number): string {
  const at = `${String.fromCharCode(65 + column)}${row + 1}`
  if (value === null) return ''
  if (typeof value === 'number') return `<c r="${at}"><v>${value}</v></c>`
  return `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`
}

function sheetXml({ rows, merges = [] }: Sheet): string {
  const all = rows.map(
    (row, at) => `<row r="${at + 1}">${row.map((one, column) => cellXml(one, column, at)).join('')}</row>`,
  )
  const merged = merges.map((ref) => `<mergeCell ref="${ref}"/>`).join('')
  const behind = merged === '' ? '' : `<mergeCells>${merged}</mergeCells>`
  return `<worksheet xmlns="${OFFICE}/spreadsheetml/2006/main"><sheetData>${all.join('')}</sheetData>${behind}</worksheet>`
}

/** A workbook of these sheets. */
function workbook(sheets: readonly Sheet[]): Uint8Array {
  const named = sheets.map(
    ({ state = 'visible' }, at) =>
      `<sheet name="S${at + 1}" sheetId="${at + 1}" state="${state}" r:id="rId${at + 1}"/>`,
  )
  const related = sheets.map(
    (_, at) =>
      `<Relationship Id="rId${at + 1}" Type="${DOCUMENT}/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`,
  )
  return zipSync({
    '[Content_Types].xml': text(`<Types xmlns="${PARTS}/content-types"/>`),
    'xl/workbook.xml': text(
      `<workbook xmlns="${OFFICE}/spreadsheetml/2006/main" xmlns:r="${DOCUMENT}"><sheets>${named.join('')}</sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': text(
      `<Relationships xmlns="${PARTS}/relationships">${related.join('')}</Relationships>`,
    ),
    ...Object.fromEntries(sheets.map((one, at) => [`xl/worksheets/sheet${at + 1}.xml`, text(sheetXml(one))])),
  })
}

const WARDS = [
  ['ward', 'bed', 'crp'],
  ['North', 1, 5.5],
  [null, 2, 7.25],
  [null, 3, 4.5],
  ['South', 1, 8.5],
  [null, 2, 9.5],
]

test('a cell that is merged over several rows stands in each of them', async () => {
  const merged = await readDirectly(workbook([{ rows: WARDS, merges: ['A2:A4', 'A5:A6'] }]))
  expect(merged.rows.map(([ward]) => ward)).toEqual(['North', 'North', 'North', 'South', 'South'])
  const plain = await readDirectly(workbook([{ rows: WARDS }]))
  expect(plain.rows.map(([ward]) => ward)).toEqual(['North', null, null, 'South', null])
})

test('of a header of two lines with merged cells each column has its name once', async () => {
  const rows = [
    ['bed', 'Blood', null],
    [null, 'crp', 'hb'],
    [1, 5.5, 12],
    [2, 7.5, 11],
    [3, 6.5, 13],
  ]
  const { names } = await readDirectly(workbook([{ rows, merges: ['A1:A2', 'B1:C1'] }]))
  expect(names).toEqual(['bed', 'Blood crp', 'Blood hb'])
})

test('the first sheet with a table that people see is read, and the others stay there to choose', async () => {
  const old: Sheet = { rows: [['a', 'b'], ['x', 1], ['y', 2]], state: 'hidden' } // prettier-ignore
  const cover: Sheet = { rows: [['Report of the wards'], ['made in March']] }
  const bytes = workbook([old, cover, { rows: WARDS }])
  const { names, preview } = await readDirectly(bytes)
  expect([names, preview?.sheet, preview?.sheets]).toEqual([['ward', 'bed', 'crp'], 3, ['S1', 'S2', 'S3']])
  expect((await readDirectly(bytes, 1 << 20, { sheet: 1 })).names).toEqual(['a', 'b'])
  expect((await readDirectly(workbook([old]))).names).toEqual(['a', 'b'])
})

test('a sheet that declares more merged cells than it has is read no slower than it is long', async () => {
  const merges = Array.from({ length: 2000 }, () => 'A2:A1048576')
  const { rows } = await readDirectly(workbook([{ rows: WARDS, merges }]))
  expect(rows).toHaveLength(5)
})
