import type { ColumnType } from '#domain/dataset.ts'
import type { Clock, Dialect, DateOrder } from '#domain/importing.ts'
import { listed } from './agreement.ts'
import { createDateLook, type DateRemarks } from './date-look.ts'
import type { DateStyle } from './dates.ts'
import { readHeader } from './identifier-headers.ts'
import { createNumberLook, type NumberRemarks } from './number-look.ts'
import { type Decimal, type NumberFormat, PLAIN } from './numbers.ts'
import { createTimeLook, type TimeReading } from './time-look.ts'
import { isMissing, ownText, toBoolean } from './words.ts'

/** What a column's texts are read as. */
export interface Reading {
  readonly type: ColumnType
  readonly format: NumberFormat
  readonly dates: DateStyle
  /** Of a column of times of day or durations: how they are read as numbers. */
  readonly time: TimeReading | null
  /** The unit that cells themselves name; null where they name none. */
  readonly unit: string | null
  /** Codes that mean missing here, beyond the usual ones. */
  readonly codes: ReadonlySet<string>
}

/** What all columns of a file have in common, by the votes of those that are certain. */
export interface FileHabits {
  readonly decimal: Decimal | null
  readonly order: DateOrder | null
  readonly delimiter: string
}

/** Looks at a column's words as they come and says in the end what it is. */
export interface ColumnLook {
  /** A word came so many times more. */
  look(word: string, count: number): void
  /** The file's way of decimals and of dates, where this column leaves no doubt. */
  votes(): { decimal: Decimal | null; order: DateOrder | null }
  /** `clock`: what a person said of times of two parts. */
  reading(habits: FileHabits, clock: Clock | null): Reading
  /** How the column's numbers are read best, whatever the rest of it is. */
  format(habits: FileHabits): NumberFormat
  /** The unit that cells name, whatever the column is; null where they name none. */
  cellUnit(): string | null
  /** What is to be said of its dates, read in a style. */
  dates(style: DateStyle): DateRemarks
  /** Whether its words are days in more than one order. */
  mixesOrders(): boolean
  /** What is to be said of the way in which its numbers are written. */
  remarks(habits: FileHabits): NumberRemarks
  /** How many of its first different words look as if they had been written in UTF-8 and read as something else before. */
  mangled(): number
  missing(): number
  /** How missing cells were written. */
  written(): string[]
  suggested(type: ColumnType): { code: string; count: number }[]
}

const MAX_CATEGORIES = 200
/** With so few different words a column is a category however few rows there are. */
const FEW = 20
const MAX_WORD = 200
const MAX_CODES = 50
/** Ã¼ for ü: the two bytes of UTF-8, each taken for a letter of its own. */
const MANGLED =
  /[\u00c2\u00c3\u00ce\u00cf\u00d0\u00d1][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]/

/** `wish`: what a person said of the file's numbers and dates. */
export function createLook(
  wish: Pick<Dialect, 'decimal' | 'thousands' | 'dateOrder'>,
  header: string,
): ColumnLook {
  const numbers = createNumberLook(wish)
  const dates = createDateLook(readHeader(header).class === 'date-of-birth')
  const times = createTimeLook(header)
  const categories = new Set<string>()
  const codes = new Map<string, number>()
  let isBoolean = true
  let present = 0
  let missing = 0

  function lookAt(word: string, count: number) {
    if (isBoolean) isBoolean = !Number.isNaN(toBoolean(word))
    numbers.take(word, count)
    if (dates.isOpen()) dates.take(word, count)
    if (times.isOpen()) times.take(word, count)
    if (categories.size <= MAX_CATEGORIES && !categories.has(word)) categories.add(ownText(word))
  }
  function look(word: string, count: number) {
    if (isMissing(word, NONE)) {
      missing += count
      if (word !== '' && codes.size < MAX_CODES) codes.set(word, (codes.get(word) ?? 0) + count)
    } else {
      present += count
      lookAt(word, count)
    }
  }
  function reading(habits: FileHabits, clock: Clock | null): Reading {
    const style = dates.style(wish.dateOrder ?? habits.order)
    const base = { format: PLAIN, dates: style, time: null, unit: null, codes: NONE }
    // Nothing to go by: numbers, so that a study which wants numbers can read that all are missing.
    if (present === 0) return { ...base, type: 'real' }
    if (numbers.holds() && !dates.arePacked()) return { ...base, ...numbers.reading(habits) }
    if (isBoolean) return { ...base, type: 'boolean' }
    if (dates.holds()) return { ...base, type: 'date', codes: dates.codes() }
    const words: Reading = { ...base, type: isCategory(categories, present) ? 'category' : 'text' }
    return times.holds() ? timed(words, times.reading(clock)) : words
  }
  function suggestedFor(type: ColumnType) {
    if (type === 'integer' || type === 'real') return numbers.suggested()
    return type === 'date' ? dates.suggested() : numbers.nearly(present)
  }
  return {
    look,
    reading,
    format: numbers.format,
    cellUnit: numbers.cellUnit,
    remarks: numbers.remarks,
    votes: () => ({
      decimal: numbers.holds() ? numbers.decimal() : null,
      order: dates.holds() ? dates.vote() : null,
    }),
    dates: dates.remarks,
    mixesOrders: dates.mixesOrders,
    missing: () => missing,
    written: () => [...codes.keys()],
    mangled: () => [...categories].filter((word) => MANGLED.test(word)).length,
    suggested: (type) => listed(suggestedFor(type)),
  }
}

function isCategory(words: ReadonlySet<string>, present: number): boolean {
  if (words.size > MAX_CATEGORIES || [...words].some((word) => word.length > MAX_WORD)) return false
  return words.size <= FEW || words.size <= present / 2
}

/** Durations are numbers; times of day stay words. */
function timed(words: Reading, time: TimeReading): Reading {
  if (!time.isDuration) return { ...words, time }
  return { ...words, time, type: time.isWhole ? 'integer' : 'real', unit: time.unit, codes: time.codes }
}

const NONE: ReadonlySet<string> = new Set()
