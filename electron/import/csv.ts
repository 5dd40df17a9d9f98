import { parse, type CsvError } from 'csv-parse'
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

const reasons: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'a quote ends inside a cell',
  INVALID_OPENING_QUOTE: 'a quote opens inside a cell',
  CSV_QUOTE_NOT_CLOSED: 'a quote is never closed',
  CSV_MAX_RECORD_SIZE: 'the line is longer than 4 million characters',
}

/** Reads records from UTF-8 bytes as they come. Errors in a record refuse that record and nothing else. */
export function createCsv({ delimiter, quote }: Pick<Dialect, 'delimiter' | 'quote'>, listener: Listener) {
  const parser = parse({
    delimiter,
    quote,
    info: true,
    relax_column_count: true,
    skip_records_with_error: true,
    max_record_size: MAX_RECORD_CHARACTERS,
    on_skip: (error: CsvError | undefined) => {
      // The cast: csv-parse puts the counters of its `info` on its errors, which its types leave out.
      const line = Number((error as { lines?: unknown } | undefined)?.lines ?? 0)
      listener.refused(Math.max(line, 1), reasons[error?.code ?? ''] ?? 'the line cannot be read')
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
