import { unzipSync } from 'fflate'
import readWorkbook from 'read-excel-file/universal'
import { AppError } from '#domain/errors.ts'
import type { ReadOptions, Shape } from '#domain/importing.ts'
import type { Staging } from './columns.ts'
import { type Rectangle, rectangleOf, tableOf } from './rectangle.ts'
import { type Reader, shapeOf } from './reader.ts'
import { createTextRows, numberText } from './text-rows.ts'
import { firstTable, sheetFacts, withMerged } from './workbook-sheets.ts'
import { countsFrom1904, datesOfSheet } from './workbook-times.ts'

const MAX_BYTES = 64 * 1024 * 1024
/** What a workbook may come to when it is unpacked: more does not fit the memory of a reader. */
const MAX_UNPACKED = 128 * 1024 * 1024
const MAX_LOOKED_AT = 200

/** Reads one sheet of a workbook. Workbooks are read as a whole, so they are limited to 64 MiB. */
export function createXlsxReader({ sheet: wanted, dialect = {} }: ReadOptions, staging: Staging): Reader {
  const parts: Uint8Array[] = []
  let size = 0
  const { decimal = null, thousands = null, dateOrder = null, take = [], comment = '' } = dialect
  const wish = { decimal, thousands, dateOrder }
  let rows = createTextRows(staging, true, { wish })
  let sheets: string[] = []
  let sheet = wanted ?? 1
  let shape: Shape | null = null

  async function end() {
    const bytes = Buffer.concat(parts.splice(0))
    checkSize(bytes)
    const book = await readBook(bytes)
    sheets = book.map((one) => one.sheet)
    const facts = sheetFacts(bytes)
    // Nobody has chosen: the first sheet with a table on it.
    const tables = book.map((one) => one.data)
    sheet = wanted ?? firstTable(tables, facts, isNothing)
    const data = book[sheet - 1]?.data
    if (!data) throw new AppError('file-no-rows', `The workbook has no sheet ${sheet}`)
    const textOfDate = datesOfSheet(data, countsFrom1904(bytes))
    const all = data.map((row) =>
      row.map((cell: unknown, column) => (cell instanceof Date ? textOfDate(cell, column) : textOf(cell))),
    )
    const filled = all
      .map((cells, index) => ({ cells, line: index + 1 }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''))
    if (filled.length === 0) throw new AppError('file-empty', 'The sheet is empty')
    const looked = filled.slice(0, MAX_LOOKED_AT).map(({ cells }) => cells)
    const rectangle = rectangleOf(tableOf(looked, { take, comment }), dialect)
    const table = { ...rectangle, width: rectangle.width || null, take, comment }
    rows = createTextRows(staging, rectangle.header, { wish, table })
    const merged = withMerged(all, filled[topOf(rectangle)]?.line ?? 0, facts[sheet - 1])
    // One column only is a row like any other, so a lone empty cell stands for no row.
    for (const { line } of filled) rows.record(merged[line - 1] ?? [], line)
    rows.records.end()
    shape = shapeOf(rectangle, rectangle.inDoubt, rows.records.leftOut())
  }
  return {
    kind: 'xlsx',
    async write(bytes) {
      size += bytes.length
      if (size > MAX_BYTES)
        throw new AppError('too-large', 'A workbook may have 64 MiB; save the sheet as CSV')
      parts.push(bytes)
    },
    end,
    peek: async () => false,
    counts: () => rows.records.counts(),
    found: () => ({ ...rows.found(sheets), sheet, ...(shape ? { shape } : {}) }),
  }
}

/** Adds up what the directory of the archive declares before anything is unpacked. */
function checkSize(bytes: Uint8Array) {
  let unpacked = 0
  try {
    unzipSync(bytes, {
      filter({ originalSize }) {
        unpacked += originalSize
        return false
      },
    })
  } catch (cause) {
    throw new AppError('file-unreadable', 'The workbook is damaged', { cause })
  }
  if (unpacked > MAX_UNPACKED)
    throw new AppError('too-large', 'The workbook is too large unpacked; save the sheet as CSV')
}

async function readBook(bytes: Buffer) {
  try {
    return await readWorkbook(new Uint8Array(bytes).buffer)
  } catch (cause) {
    throw new AppError('file-unreadable', 'The workbook cannot be read', { cause })
  }
}

/** How many lines stand above the rows. */
function topOf({ skip, header, headerRows, below }: Rectangle): number {
  return header ? skip + headerRows + below : skip
}

function isNothing(cell: unknown): boolean {
  return !(cell instanceof Date) && textOf(cell) === ''
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'number') return numberText(cell)
  // Whatever else stands in a workbook's cell is a number, a text or a truth.
  // oxlint-disable-next-line typescript/no-base-to-string -- objects are gone, see the line itself
  return typeof cell === 'object' ? '' : String(cell)
}
