import { Stray } from '#domain/importing.ts'
import { createTextCells } from './cells.ts'
import { createColumns, type Staging } from './columns.ts'
import { createRecords, type Records, type Table } from './records.ts'
import type { ColumnsPlan } from './columns.ts'
import type { Columns, Found } from './reader.ts'

/** What a person may have said of texts in a file whose numbers and days are no texts. */
export type TextWish = Partial<ColumnsPlan['wish']>

/**
 * A number that is stored as one, so that no reading of texts takes its point for one of thousands: 1.234 might be, 1.2340 is
 * none.
 */
export function numberText(value: number | bigint): string {
  const text = String(value)
  return /^-?[1-9]\d{0,2}\.\d{3}$/.test(text) ? `${text}0` : text
}

/** Rows that a reader already has as cells of text, on their way to columns. */
export function createTextRows(
  staging: Staging,
  header: boolean,
  {
    known,
    wish: wished,
    table = {},
  }: {
    readonly known?: ColumnsPlan['known']
    readonly wish?: TextWish
    /** Where the table lies in a sheet; whatever comes is a row where nothing is said. */
    readonly table?: Partial<Table>
  } = {},
) {
  const cellsOf = createTextCells()
  let columns: Columns | null = null
  const wish = wished
    ? { decimal: null, thousands: null, dateOrder: null, ...wished }
    : ({ decimal: '.', thousands: '', dateOrder: 'ymd' } as const)
  const plain = {
    headerRows: 1,
    below: 0,
    rowNames: false,
    skip: 0,
    comment: '',
    take: Stray.options,
  } as const
  const records: Records = createRecords(
    { header, width: null, short: 'fill', ...plain, ...table },
    {
      columns: (names, below) =>
        (columns = createColumns(
          { names, notes: () => records.notes(), wish, delimiter: ';', known: known ?? below },
          staging,
        )),
      row: (cells) => columns?.add(cells),
    },
  )
  function found(sheets: readonly string[] = []): Found {
    return {
      ...{ columns, encoding: 'binary', dialect: null, sheets },
      rejected: records.rejected(),
      rejectedCount: records.counts().rejected,
      notes: records.notes(),
    }
  }
  return {
    record: (texts: readonly string[], line: number) => records.record(cellsOf(texts), line),
    records,
    found,
  }
}
