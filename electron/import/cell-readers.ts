import type { ColumnType } from '#domain/dataset.ts'
import type { IdentifierAction } from '#domain/identifiers.ts'
import { toDate } from './dates.ts'
import type { Limits } from '#domain/importing.ts'
import { conversion } from '#domain/units.ts'
import type { Reading } from './infer.ts'
import { numberIn, toNumber } from './numbers.ts'
import type { Pseudonym } from './pseudonym.ts'
import { isOfItsOwn, type Written, writtenNumber } from './written-numbers.ts'
import { timeIn } from './time-look.ts'
import { toBoolean } from './words.ts'

/** Makes a stored cell of a word: NaN or null where the word cannot be read. */
export type CellReader =
  | { readonly kind: 'numbers'; readonly type: ColumnType; readonly of: (word: string) => number }
  | { readonly kind: 'texts'; readonly type: ColumnType; readonly of: (word: string) => string | null }

/** The oldest age that tells nobody apart (HIPAA Safe Harbor): 90 stands for 90 and more. */
const OLDEST = 90
const BAND = 10

/** How a column is read: its unit, what limits are read as, and whether only they are wanted. */
export interface CellPlan {
  readonly reading: Reading
  readonly unit: string | null
  readonly limits: Limits
  readonly isFlag: boolean
  readonly action: IdentifierAction | null
}

/** How a column's words are read, after what is done about identifiers. */
export function cellReader(plan: CellPlan, pseudonym: Pseudonym): CellReader {
  const { reading, action } = plan
  const read = plan.isFlag ? flagReader(plan) : plainReader(plan)
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

function plainReader(plan: CellPlan): CellReader {
  const { type, dates } = plan.reading
  switch (type) {
    case 'integer':
      return { kind: 'numbers', type, of: (word) => wholeOf(numberOfWord(word, plan)) }
    case 'real':
      return { kind: 'numbers', type, of: (word) => numberOfWord(word, plan) }
    case 'boolean':
      return { kind: 'numbers', type, of: truthOf }
    case 'date':
      return { kind: 'texts', type, of: (word) => toDate(word, dates) }
    default:
      return { kind: 'texts', type, of: (word) => word }
  }
}

/**
 * The number of a cell in the column's unit. NaN for what is none, or in a unit of which nobody knows how it becomes the other, or
 * whether it is that of the others.
 */
function numberOfWord(word: string, plan: CellPlan): number {
  const { format, time } = plan.reading
  if (time) return timeIn(word, time.clock, plan.unit ?? time.unit)
  const plain = numberIn(word, format)
  const written = Number.isNaN(plain) ? writtenNumber(word) : null
  return written
    ? inUnit(limited(written, numberIn(written.text, format), plan.limits), written.unit, plan)
    : plain
}

/** What stands for a number of which a cell says only that it is below or above another. */
function limited({ bound }: Written, value: number, limits: Limits): number {
  if (bound !== null && limits === 'missing') return Number.NaN
  return bound === 'below' && limits === 'half' ? value / 2 : value
}

function inUnit(value: number, from: string | null, { unit, reading }: CellPlan): number {
  const wanted = unit ?? reading.unit
  if (from === null || wanted === from) return value
  if (wanted === null) return isOfItsOwn(from) ? Number.NaN : value
  const into = conversion(from, wanted)
  return into ? value * into.factor + into.offset : Number.NaN
}

/** Which of a column's numbers are limits. */
function flagReader(plan: CellPlan): CellReader {
  const read = { ...plan, limits: 'limit' as const }
  return {
    kind: 'texts',
    type: 'category',
    of: (word) => (Number.isNaN(numberOfWord(word, read)) ? null : (boundIn(word, plan) ?? 'exact')),
  }
}

function boundIn(word: string, { reading: { format } }: CellPlan): string | null {
  return Number.isNaN(numberIn(word, format)) ? (writtenNumber(word)?.bound ?? null) : null
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

function yearOf(word: string, { dates, type, format }: Reading): number {
  const date = toDate(word, dates)
  if (date !== null) return Number(date.slice(0, 4))
  const year = type === 'integer' ? toNumber(word, format) : Number.NaN
  return year >= 1000 && year <= 9999 ? year : Number.NaN
}
