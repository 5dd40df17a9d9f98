import { AppError } from '#domain/errors.ts'
import type { ReadOptions } from '#domain/importing.ts'
import { createColumns, type Staging } from './columns.ts'
import { sniff, type Sniffed } from './dialect.ts'
import { createDecoder } from './encoding.ts'
import { createFraming, type Framing } from './framing.ts'
import { createTail } from './tail.ts'
import { createRecords, type Records } from './records.ts'
import { type Columns, type Found, type Reader, shapeOf } from './reader.ts'
import { areLinesWrapped, createLines } from './wrapped-lines.ts'

const HEAD = 256 * 1024
/** Characters that are cut into records at once: small enough to be answered between them. */
const STEP = 1024 * 1024

/** Reads separated values: decodes, sniffs the dialect from the beginning, cuts records, and fills columns. */
// oxlint-disable-next-line max-lines-per-function -- one text on its way, moved on by short functions
export function createCsvReader(options: ReadOptions, staging: Staging): Reader {
  const decoder = createDecoder(options.encoding ?? null)
  const tail = createTail()
  let head: string[] = []
  let headLength = 0
  let open: ReturnType<typeof openTable> | null = null
  let lines = createLines(false)

  function begin(whole: boolean) {
    const text = head.join('')
    head = []
    if (text.trim() === '') {
      if (whole) throw new AppError('file-empty', 'The file is empty')
      head.push(text)
      return
    }
    lines = createLines(options.dialect?.quote !== '' && areLinesWrapped(text))
    const start = lines.peek(text.slice(0, HEAD), whole)
    open = openTable(sniff(start, whole && text.length <= HEAD, options.dialect), staging)
    push(text, whole)
  }
  function push(piece: string, last: boolean) {
    const text = lines.push(piece, last)
    for (let at = 0; at < text.length; at += STEP) open?.framing.push(text.slice(at, at + STEP))
  }
  function take(decoded: string, last: boolean) {
    const text = tail.cut(decoded)
    if (open) push(text, last)
    else {
      head.push(text)
      headLength += text.length
      if (headLength >= HEAD || last) begin(last)
    }
    if (last) {
      open?.framing.end()
      open?.records.end()
    }
  }
  function found(): Found {
    const encoding = decoder.encoding()
    const nothing = { columns: null, dialect: null, sheets: [], rejected: [], rejectedCount: 0, notes: [] }
    if (!open) return { ...nothing, encoding }
    const { records, sniffed } = open
    const { dialect, headerInDoubt } = sniffed
    const { rejected: rejectedCount } = records.counts()
    const told = { rejected: records.rejected(), rejectedCount, notes: records.notes() }
    return {
      ...{ columns: open.columns(), encoding, dialect, sheets: [], ...told },
      readings: decoder.readings(),
      shape: shapeOf(dialect, headerInDoubt, [...records.leftOut(), ...tail.leftOut()]),
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

function openTable(sniffed: Sniffed, staging: Staging) {
  let columns: Columns | null = null
  const { dialect, width } = sniffed
  const { delimiter, decimal, thousands, dateOrder } = dialect
  const records: Records = createRecords(
    { ...dialect, width },
    {
      columns: (names, known) =>
        (columns = createColumns(
          { names, notes: () => records.notes(), wish: { decimal, thousands, dateOrder }, delimiter, known },
          staging,
        )),
      row: (cells) => columns?.add(cells),
    },
  )
  const framing: Framing = createFraming(dialect, records)
  return { sniffed, records, framing, columns: () => columns }
}
