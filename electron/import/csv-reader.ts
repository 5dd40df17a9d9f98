import { AppError } from '#domain/errors.ts'
import type { Dialect, ReadOptions } from '#domain/importing.ts'
import { createColumns, type Staging } from './columns.ts'
import { sniff } from './dialect.ts'
import { createDecoder } from './encoding.ts'
import { createFraming, type Framing } from './framing.ts'
import { createRecords, type Records } from './records.ts'
import type { Columns, Found, Reader } from './reader.ts'

const HEAD = 256 * 1024
/** Characters that are cut into records at once: small enough to be answered between them. */
const STEP = 1024 * 1024

/** Reads separated values: decodes, sniffs the dialect from the beginning, cuts records, and fills columns. */
export function createCsvReader(options: ReadOptions, staging: Staging): Reader {
  const decoder = createDecoder(options.encoding ?? null)
  let head: string[] = []
  let headLength = 0
  let open: ReturnType<typeof openTable> | null = null

  function begin(whole: boolean) {
    const text = head.join('')
    head = []
    if (text.trim() === '') {
      if (whole) throw new AppError('file-empty', 'The file is empty')
      head.push(text)
      return
    }
    open = openTable(sniff(text.slice(0, HEAD), whole && text.length <= HEAD, options.dialect), staging)
    push(text)
  }
  function push(text: string) {
    for (let at = 0; at < text.length; at += STEP) open?.framing.push(text.slice(at, at + STEP))
  }
  function take(text: string, last: boolean) {
    if (text.includes('\0')) throw new AppError('file-unreadable', 'The file is not text')
    if (open) push(text)
    else {
      head.push(text)
      headLength += text.length
      if (headLength >= HEAD || last) begin(last)
    }
    if (last) open?.framing.end()
  }
  function found(): Found {
    const encoding = decoder.encoding()
    const nothing = { columns: null, dialect: null, sheets: [], rejected: [], rejectedCount: 0, notes: [] }
    if (!open) return { ...nothing, encoding }
    const { records, dialect } = open
    const { rejected: rejectedCount } = records.counts()
    const told = { rejected: records.rejected(), rejectedCount, notes: records.notes() }
    return {
      ...{ columns: open.columns(), encoding, dialect, sheets: [], ...told },
      readings: decoder.readings(),
    }
  }
  return {
    kind: 'csv',
    write: async (bytes) => take(decoder.write(bytes), false),
    end: async () => take(decoder.end(), true),
    async peek() {
      if (!open) begin(false)
      return open !== null
    },
    counts: () => open?.records.counts() ?? { rows: 0, rejected: 0 },
    found,
  }
}

function openTable(dialect: Dialect, staging: Staging) {
  let columns: Columns | null = null
  const { delimiter, decimal, thousands, dateOrder } = dialect
  const records: Records = createRecords(dialect, {
    columns: (names) =>
      (columns = createColumns(
        { names, notes: () => records.notes(), wish: { decimal, thousands, dateOrder }, delimiter },
        staging,
      )),
    row: (cells) => columns?.add(cells),
  })
  const framing: Framing = createFraming(dialect, records)
  return { dialect, records, framing, columns: () => columns }
}
