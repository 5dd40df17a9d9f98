import { unzipSync } from 'fflate'
import readWorkbook from 'read-excel-file/universal'
import { AppError } from '#domain/errors.ts'
import type { ReadOptions } from '#domain/importing.ts'
import type { Staging } from './columns.ts'
import { hasHeader } from './dialect.ts'
import type { Reader } from './reader.ts'
import { createTextRows, numberText } from './text-rows.ts'
import { countsFrom1904, datesOfSheet } from './workbook-times.ts'

const MAX_BYTES = 64 * 1024 * 1024
/** What a workbook may come to when it is unpacked: more does not fit the memory of a reader. */
const MAX_UNPACKED = 128 * 1024 * 1024
const MAX_TITLES = 20

/** Reads one sheet of a workbook. Workbooks are read as a whole, so they are limited to 64 MiB. */
export function createXlsxReader({ sheet: wanted, dialect }: ReadOptions, staging: Staging): Reader {
  const parts: Uint8Array[] = []
  let size = 0
  const { decimal = null, thousands = null, dateOrder = null } = dialect ?? {}
  const wish = { decimal, thousands, dateOrder }
  let rows = createTextRows(staging, true, { wish })
  let sheets: string[] = []
  let sheet = wanted ?? 1

  async function end() {
    const bytes = Buffer.concat(parts.splice(0))
    checkSize(bytes)
    const book = await readBook(bytes)
    sheets = book.map((one) => one.sheet)
    // Nobody has chosen: the first sheet with something on it.
    if (wanted === undefined)
      sheet =
        Math.max(
          0,
          book.findIndex(({ data }) => data.some(isFilled)),
        ) + 1
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
    const table = filled.slice(dialect?.skip ?? titlesOf(filled.map(({ cells }) => cells)))
    const header = dialect?.header ?? hasHeader(table.slice(0, 200).map(({ cells }) => cells))
    rows = createTextRows(staging, header, { wish })
    // One column only is a row like any other, so a lone empty cell stands for no row.
    for (const { cells, line } of table) rows.record(cells, line)
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
    found: () => ({ ...rows.found(sheets), sheet }),
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

function isFilled(row: readonly unknown[]): boolean {
  return row.some((cell) => textOf(cell) !== '')
}

/** Leading rows with a single filled cell over a wider table. */
function titlesOf(rows: readonly (readonly string[])[]): number {
  const filled = rows.slice(0, MAX_TITLES + 1).map((cells) => cells.filter((cell) => cell !== '').length)
  const widest = Math.max(...filled)
  const first = filled.findIndex((count) => count >= Math.max(2, widest / 2))
  return widest > 2 && first > 0 ? first : 0
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'number') return numberText(cell)
  // Whatever else stands in a workbook's cell is a number, a text or a truth.
  // oxlint-disable-next-line typescript/no-base-to-string -- objects are gone, see the line itself
  return typeof cell === 'object' ? '' : String(cell)
}
