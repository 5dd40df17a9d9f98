import type { ColumnType } from '#domain/dataset.ts'
import type { IdentifierAction } from '#domain/identifiers.ts'
import { toDate } from './dates.ts'
import type { Reading } from './infer.ts'
import { toNumber } from './numbers.ts'
import { toBoolean } from './words.ts'

/** Makes a stored cell of a word: NaN or null where the word cannot be read. */
export type CellReader =
  | { readonly kind: 'numbers'; readonly type: ColumnType; readonly of: (word: string) => number }
  | { readonly kind: 'texts'; readonly type: ColumnType; readonly of: (word: string) => string | null }

/** A keyed name for a word, the same for the same word in every dataset of this institution. */
export type Pseudonym = (word: string) => string

/** The oldest age that tells nobody apart (HIPAA Safe Harbor): 90 stands for 90 and more. */
const OLDEST = 90
const BAND = 10

/** How a column's words are read, after what is done about identifiers. */
export function cellReader(
  reading: Reading,
  action: IdentifierAction | null,
  pseudonym: Pseudonym,
): CellReader {
  const read = plainReader(reading)
  switch (action) {
    case 'hash':
      return { kind: 'texts', type: 'text', of: pseudonym }
    case 'age-band':
      return { kind: 'texts', type: 'category', of: (word) => bandOf(numberOf(read, word)) }
    case 'cap-age':
      return { kind: 'numbers', type: reading.type, of: (word) => Math.min(numberOf(read, word), OLDEST) }
    case 'year':
      return { kind: 'numbers', type: 'integer', of: (word) => yearOf(word, reading) }
    default:
      return read
  }
}

function plainReader({ type, format, order }: Reading): CellReader {
  switch (type) {
    case 'integer':
      return { kind: 'numbers', type, of: (word) => wholeOf(toNumber(word, format)) }
    case 'real':
      return { kind: 'numbers', type, of: (word) => toNumber(word, format) }
    case 'boolean':
      return { kind: 'numbers', type, of: truthOf }
    case 'date':
      return { kind: 'texts', type, of: (word) => toDate(word, order) }
    default:
      return { kind: 'texts', type, of: (word) => word }
  }
}

function wholeOf(value: number): number {
  return Number.isInteger(value) ? value : Number.NaN
}

const TRUE = new Set(['true', '1', 'yes', 'y', 't', 'ja', 'j', 'oui', 'o', 'si', 'sí', 's'])
const FALSE = new Set(['false', '0', 'no', 'n', 'f', 'nein', 'non', 'nee'])

/** Where a person says that a column is yes or no, the usual words for it count too. */
function truthOf(word: string): number {
  const plain = toBoolean(word)
  if (!Number.isNaN(plain)) return plain
  const lower = word.toLowerCase()
  return TRUE.has(lower) ? 1 : FALSE.has(lower) ? 0 : Number.NaN
}

function numberOf(read: CellReader, word: string): number {
  return read.kind === 'numbers' ? read.of(word) : Number.NaN
}

function bandOf(age: number): string | null {
  if (Number.isNaN(age)) return null
  if (age >= OLDEST) return `${OLDEST}+`
  const low = Math.floor(age / BAND) * BAND
  return `${low}-${low + BAND - 1}`
}

function yearOf(word: string, { order, type, format }: Reading): number {
  const date = toDate(word, order)
  if (date !== null) return Number(date.slice(0, 4))
  const year = type === 'integer' ? toNumber(word, format) : Number.NaN
  return year >= 1000 && year <= 9999 ? year : Number.NaN
}
