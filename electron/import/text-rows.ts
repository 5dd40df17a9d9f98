import { createTextCells } from './cells.ts'
import { createColumns, type Staging } from './columns.ts'
import { createRecords, type Records } from './records.ts'
import type { Columns, Found } from './reader.ts'

/** Rows that a reader already has as cells of text, on their way to columns. */
export function createTextRows(staging: Staging, header: boolean, units?: ReadonlyMap<string, string>) {
  const cellsOf = createTextCells()
  let columns: Columns | null = null
  const wish = { decimal: '.', thousands: '', dateOrder: 'ymd' } as const
  const table = { header, rowNames: false, skip: 0, short: 'fill' } as const
  const records: Records = createRecords(table, {
    columns: (names) =>
      (columns = createColumns(
        { names, notes: () => records.notes(), wish, delimiter: ';', ...(units ? { units } : {}) },
        staging,
      )),
    row: (cells) => columns?.add(cells),
  })
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
