import { parse, type CsvError } from 'csv-parse'
import { AppError } from '#domain/errors.ts'
import type { Dialect } from './dialect.ts'

/** A record as it stands in the file, with the line it ends on (1 = first line). */
export interface CsvRecord {
  readonly record: string[]
  readonly info: { readonly lines: number }
}

/** What a reader of records tells. */
interface Listener {
  record(record: CsvRecord): void
  /** A record that cannot be read, with the line where that was noticed. */
  refused(line: number, reason: string): void
}

const MAX_RECORD_CHARACTERS = 4 * 1024 * 1024
const TOO_LONG = 'A line is longer than 4 million characters; perhaps a quote is missing'

/**
 * Reads records from UTF-8 bytes as they come. A quote that closes in the middle of a cell ends no more than its record:
 * csv-parse, when it is strict, would read on inside the quote to the end of the file. `isBroken` knows such cells.
 */
export function createCsv({ delimiter, quote }: Pick<Dialect, 'delimiter' | 'quote'>, listener: Listener) {
  const parser = parse({
    delimiter,
    quote,
    info: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_records_with_error: true,
    max_record_size: MAX_RECORD_CHARACTERS,
    on_skip: (error: CsvError | undefined) => {
      if (error?.code === 'CSV_MAX_RECORD_SIZE') throw new AppError('file-unreadable', TOO_LONG)
      // The cast: csv-parse puts the counters of its `info` on its errors, which its types leave out.
      const line = Number((error as { lines?: unknown } | undefined)?.lines ?? 0)
      listener.refused(Math.max(line, 1), 'a quote before this line is never closed')
      return undefined
    },
  })
  // The cast: with `info` every record comes with its counters.
  parser.on('data', (record: unknown) => listener.record(record as CsvRecord))
  let failure: Error | null = null
  const ended = new Promise<void>((resolve) => {
    parser.once('close', resolve)
    parser.once('error', (error) => {
      failure = error
      resolve()
    })
  })
  return {
    /** Resolves when these bytes are read. */
    write(bytes: Uint8Array): Promise<void> {
      return new Promise((resolve, reject) => {
        parser.write(bytes, (error) => (error ? reject(error) : resolve()))
      })
    },
    /** Resolves when every record was told. */
    async end(): Promise<void> {
      parser.end()
      await ended
      if (failure) throw failure
    },
  }
}

/** Whether a cell's quote closed before the cell ended: it then keeps its opening quote. */
export function isBroken(cell: string, quote: Dialect['quote']): boolean {
  return cell.startsWith(quote) && (cell.length === 1 || !cell.endsWith(quote) || cell.includes('\n'))
}
