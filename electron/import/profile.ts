import { createHash, type Hash } from 'node:crypto'
import type { Column, ColumnValues } from '#domain/dataset.ts'
import { countWords, type WordColumn } from './chunk.ts'
import { createDistinct } from './distinct.ts'
import type { Reading } from './infer.ts'
import { isMissing, toBoolean, toDate, toNumber } from './words.ts'

/** Types a column chunk by chunk and keeps its profile and a digest of its values. */
export interface ColumnProfile {
  /** The chunk's cells as they are stored. */
  type(column: WordColumn): ColumnValues
  /** The finished column, and SHA-256 over all its values, the same however they were cut into chunks. */
  finish(): { column: Column; digest: string }
}

const MAX_CODES = 50
const MAX_CODE = 60
const MAX_CATEGORIES = 200

export function createProfile(name: string, reading: Reading, named: ReadonlySet<string>): ColumnProfile {
  const digest = createHash('sha256')
  const codes = createCodes(named)
  const isNumber = ['integer', 'real', 'boolean'].includes(reading.type)
  const typed = isNumber ? createNumbers(reading, codes, digest) : createTexts(reading, codes, digest)
  return {
    type: (column) => typed.type(column),
    finish() {
      const missing = { missingCodes: codes.written(), missing: codes.count() }
      const column: Column = { name, type: reading.type, unit: null, ...missing, ...typed.figures() }
      return { column, digest: digest.digest('hex') }
    },
  }
}

type Figures = Pick<Column, 'distinct' | 'low' | 'high' | 'mean' | 'categories'>
type Codes = ReturnType<typeof createCodes>

/** Counts missing cells and keeps how they were written. */
function createCodes(named: ReadonlySet<string>) {
  const seen = new Set<string>()
  let missing = 0
  return {
    isMissing: (word: string) => isMissing(word, named),
    note(word: string, count: number) {
      missing += count
      if (word !== '' && word.length <= MAX_CODE && seen.size < MAX_CODES) seen.add(word)
    },
    count: () => missing,
    written: () => [...seen],
  }
}

function createNumbers(reading: Reading, codes: Codes, digest: Hash) {
  const distinct = createDistinct()
  let [present, total, low, high] = [0, 0, Infinity, -Infinity]

  function note(value: number, count: number) {
    present += count
    total += value * count
    low = Math.min(low, value)
    high = Math.max(high, value)
    distinct.add(value)
  }
  function type(column: WordColumn): ColumnValues {
    const counts = countWords(column)
    const byWord = Float64Array.from(column.words, (word, index) => {
      const count = counts[index] ?? 0
      const value = codes.isMissing(word) ? Number.NaN : numberOf(word, reading)
      if (Number.isNaN(value)) codes.note(word, count)
      else note(value, count)
      return value
    })
    const values = Float64Array.from(column.codes, (code) => byWord[code] ?? Number.NaN)
    digest.update(new Uint8Array(values.buffer))
    return { kind: 'numbers', values }
  }
  function figures(): Figures {
    const range = present > 0 ? { low, high, mean: total / present } : { low: null, high: null, mean: null }
    return { distinct: distinct.count(), ...range, categories: [] }
  }
  return { type, figures }
}

function createTexts(reading: Reading, codes: Codes, digest: Hash) {
  const distinct = createDistinct()
  const categories = new Map<string, number>()

  function note(value: string, count: number) {
    distinct.add(value)
    if (reading.type === 'category') categories.set(value, (categories.get(value) ?? 0) + count)
  }
  function type(column: WordColumn): ColumnValues {
    const counts = countWords(column)
    const words: string[] = []
    const place = Uint32Array.from(column.words, (word, index) => {
      const value = codes.isMissing(word) ? null : textOf(word, reading)
      if (value === null) codes.note(word, counts[index] ?? 0)
      else note(value, counts[index] ?? 0)
      return value === null ? 0 : words.push(value)
    })
    const written = ['null', ...words.map((word) => JSON.stringify(word))]
    const cells = Uint32Array.from(column.codes, (code) => place[code] ?? 0)
    digest.update(`${Array.from(cells, (cell) => written[cell]).join('\n')}\n`)
    return { kind: 'texts', words, codes: cells }
  }
  function figures(): Figures {
    return { distinct: distinct.count(), low: null, high: null, mean: null, categories: topOf(categories) }
  }
  return { type, figures }
}

function numberOf(word: string, { type, decimal }: Reading): number {
  return type === 'boolean' ? toBoolean(word) : toNumber(word, decimal)
}

function textOf(word: string, { type }: Reading): string | null {
  return type === 'date' ? toDate(word) : word
}

function topOf(categories: ReadonlyMap<string, number>) {
  return [...categories]
    .map(([value, count]) => ({ value, count }))
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, MAX_CATEGORIES)
}
