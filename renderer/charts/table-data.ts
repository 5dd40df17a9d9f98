/** The numbers behind a chart, as people would write them in a table. */
export interface TableData {
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | number | null)[])[]
}

/** The table as tab-separated text, for pasting into a sheet. */
export function asTabs({ head, rows }: TableData): string {
  return [head, ...rows]
    .map((row) => row.map((cell) => String(cell ?? '').replaceAll(/[\t\r\n]/g, ' ')).join('\t'))
    .join('\n')
}

/** The table as CSV (RFC 4180). A text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function asCsv({ head, rows }: TableData): string {
  return [head, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n'
}

function csvCell(cell: string | number | null): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
