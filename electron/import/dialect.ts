import { parse } from 'csv-parse/sync'
import { isMissing, toNumber } from './words.ts'

/** How a file of separated values is written. */
export interface Dialect {
  readonly delimiter: ',' | ';' | '\t' | '|'
  readonly quote: '"' | "'"
  readonly header: boolean
}

const DELIMITERS = [',', ';', '\t', '|'] as const
const MAX_RECORDS = 200

/** Reads a file's dialect from its first bytes (UTF-8). `whole` says that they are all of it. */
export function sniff(head: Uint8Array, whole: boolean): Dialect {
  const text = new TextDecoder().decode(head)
  const quote = quoteOf(text)
  const candidates = DELIMITERS.map((delimiter) => ({
    delimiter,
    records: recordsOf(text, delimiter, quote, whole),
  }))
  const best = candidates.toSorted((a, b) => fit(b.records) - fit(a.records))[0]
  const delimiter = best && fit(best.records) > 0 ? best.delimiter : ','
  return { delimiter, quote, header: hasHeader(best?.records ?? [], delimiter) }
}

/** A single quote only where cells are wrapped in it and none in a double one. */
function quoteOf(text: string): Dialect['quote'] {
  const wrapped = (quote: string) =>
    text.match(new RegExp(`(?:^|[,;\\t|\\n])${quote}[^${quote}\\n]*${quote}(?=[,;\\t|\\r\\n]|$)`, 'g'))
  return !wrapped('"') && (wrapped("'")?.length ?? 0) > 1 ? "'" : '"'
}

function recordsOf(text: string, delimiter: string, quote: string, whole: boolean): string[][] {
  const records: string[][] = parse(text, {
    delimiter,
    quote,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    to: MAX_RECORDS,
  })
  // The last record may be cut short.
  return whole || records.length < 2 || records.length === MAX_RECORDS ? records : records.slice(0, -1)
}

/** How well records agree on more than one field: the share like the first one, then how many fields. 0 for no fit. */
function fit(records: readonly string[][]): number {
  const width = records[0]?.length ?? 0
  if (width < 2) return 0
  const alike = records.filter(
    (record) => Math.abs(record.length - width) <= (record.at(-1) === '' ? 1 : 0),
  ).length
  return alike / records.length + Math.min(width, 1000) / 1e6
}

/**
 * The first record is a header unless its cells look like those below it: numbers over numbers, or a text that comes
 * again in its own column. A lone record is one unless it holds a number.
 */
function hasHeader(records: readonly string[][], delimiter: string): boolean {
  const [first = [], ...rest] = records
  const isNumber = (text: string | undefined) => {
    const cell = (text ?? '').trim()
    return !Number.isNaN(toNumber(cell, '.')) || (delimiter !== ',' && !Number.isNaN(toNumber(cell, ',')))
  }
  if (rest.length === 0) return !first.some(isNumber)
  let votes = 0
  for (const [position, name] of first.entries()) {
    const below = rest
      .map((record) => (record[position] ?? '').trim())
      .filter((cell) => !isMissing(cell, new Set()))
    if (below.length === 0 || isMissing(name.trim(), new Set())) continue
    const numeric = below.filter(isNumber).length / below.length
    if (isNumber(name)) votes -= numeric > 0.5 ? 1 : 0
    else if (numeric > 0.9) votes += 1
    else if (below.includes(name.trim())) votes -= 1
  }
  return votes >= 0
}
