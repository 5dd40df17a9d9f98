import type { ColumnType } from '#domain/dataset.ts'
import type { Dialect, DateOrder } from '#domain/importing.ts'
import { ANY_ORDER, isAmbiguous, onlyOrder, orderOf, ordersOf } from './dates.ts'
import {
  ANY_FORMAT,
  chosenFormats,
  type Decimal,
  decimalOf,
  formatOf,
  formatsOf,
  type NumberFormat,
  PLAIN,
} from './numbers.ts'
import { isMissing, isMissingAmongNumbers, ownText, SENTINELS, toBoolean } from './words.ts'

/** What a column's texts are read as. */
export interface Reading {
  readonly type: ColumnType
  readonly format: NumberFormat
  readonly order: DateOrder
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
  reading(habits: FileHabits): Reading
  isAmbiguous(): boolean
  missing(): number
  /** How missing cells were written. */
  written(): string[]
  suggested(type: ColumnType): { code: string; count: number }[]
}

const MAX_CATEGORIES = 200
/** With so few different words a column is a category however few rows there are. */
const FEW = 20
const MAX_WORD = 200
const MAX_ODD = 12
const MAX_CODES = 50
const MAX_CODE = 60

/** `wish`: what a person said of the file's numbers and dates. */
export function createLook(wish: Pick<Dialect, 'decimal' | 'thousands' | 'dateOrder'>): ColumnLook {
  const allowed = chosenFormats(wish.decimal, wish.thousands)
  const numbers = createAgreement(ANY_FORMAT, (word) => formatsOf(word) & allowed)
  const dates = createAgreement(ANY_ORDER, ordersOf)
  const sentinels = createSentinels()
  const whole = createWhole()
  const categories = new Set<string>()
  const codes = new Map<string, number>()
  let isBoolean = true
  let present = 0
  let missing = 0

  function lookAt(word: string, count: number) {
    if (isBoolean) isBoolean = !Number.isNaN(toBoolean(word))
    const isNumber = numbers.take(word, count)
    if (isNumber) {
      whole.take(word)
      sentinels.take(word, count)
    }
    if (dates.isOpen()) dates.take(word, count)
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
  function reading({ decimal, order, delimiter }: FileHabits): Reading {
    const format = formatOf(numbers.mask(), wish.decimal ?? decimal, delimiter)
    const base = { format: PLAIN, order: 'ymd' as const, codes: NONE }
    // Nothing to go by: numbers, so that a study which wants numbers can read that all are missing.
    if (present === 0) return { ...base, type: 'real' }
    if (numbers.holds())
      return { ...base, type: whole.is(format) ? 'integer' : 'real', format, codes: numbers.codes() }
    if (isBoolean) return { ...base, type: 'boolean' }
    const wished = orderOf(dates.mask(), wish.dateOrder ?? order)
    if (dates.holds()) return { ...base, type: 'date', order: wished, codes: dates.codes() }
    return { ...base, type: isCategory() ? 'category' : 'text' }
  }
  function isCategory() {
    if (categories.size > MAX_CATEGORIES || [...categories].some((word) => word.length > MAX_WORD))
      return false
    return categories.size <= FEW || categories.size <= present / 2
  }
  return {
    look,
    reading,
    votes: () => ({
      decimal: numbers.holds() ? decimalOf(numbers.mask()) : null,
      order: dates.holds() ? onlyOrder(dates.mask()) : null,
    }),
    isAmbiguous: () => dates.holds() && isAmbiguous(dates.mask()),
    missing: () => missing,
    written: () => [...codes.keys()],
    suggested: (type) =>
      type === 'integer' || type === 'real' ? sentinels.suggested() : numbers.nearly(present),
  }
}

const NONE: ReadonlySet<string> = new Set()

/** Whether all words of a column can be read in one way, but for a few that may mean missing. */
function createAgreement(any: number, waysOf: (word: string) => number) {
  const odd = new Map<string, number>()
  let mask = any
  let agreed = 0
  let tooMany = false

  function holds(): boolean {
    if (tooMany || mask === 0 || agreed <= total(odd)) return false
    return [...odd.keys()].every((word) => isMissingAmongNumbers(word))
  }
  return {
    take(word: string, count: number): boolean {
      // A column of words needs no more looking.
      if (tooMany || mask === 0) return false
      const ways = waysOf(word)
      if (ways === 0) {
        odd.set(ownText(word), (odd.get(word) ?? 0) + count)
        if (odd.size > MAX_ODD) tooMany = true
        return false
      }
      mask &= ways
      agreed += count
      return true
    },
    isOpen: () => mask !== 0 && !tooMany,
    mask: () => mask,
    holds,
    codes: () => new Set(odd.keys()),
    /** Words that keep a column from being read in one way, where they are few. */
    nearly(present: number) {
      const rest = total(odd)
      if (tooMany || mask === 0 || agreed < 10 || rest > present / 5) return []
      return listed([...odd])
    },
  }
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}

const WHOLE = /^[+-]?\d+(?:[.,]0*)?$/
const GROUPED_WHOLE = /^[+-]?\d+(?:[,.'\u2019\s]\d{3})*$/

/** Whether all numbers are whole: 1.0 is, and 1,234 where the comma makes groups. */
function createWhole() {
  let [plain, grouped] = [true, true]
  return {
    take(word: string) {
      if (plain) plain = WHOLE.test(word) || (/e/i.test(word) && Number.isInteger(Number(word)))
      if (grouped) grouped = GROUPED_WHOLE.test(word)
    },
    is: ({ thousands }: NumberFormat) => (thousands === '' ? plain : grouped),
  }
}

function listed(codes: readonly (readonly [string, number])[]) {
  return codes
    .filter(([code, count]) => code.length <= MAX_CODE && count > 0)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, 20)
    .map(([code, count]) => ({ code, count }))
}

/** Numbers such as -9 and 999 that lie apart from all others: they often mean missing. */
function createSentinels() {
  const counts = new Map<string, number>()
  let [low, high, present] = [Infinity, -Infinity, 0]

  function isApart(value: number): boolean {
    const span = Math.max(high - low, 1)
    // 99 after ages to 97 is a patient; -9 among positive numbers, or 999 far above all others, is not.
    return value < 0
      ? low >= 0 || value < low - 2 * span
      : value > high + Math.max(span, 0.1 * Math.abs(high))
  }
  return {
    take(word: string, count: number) {
      if (SENTINELS.has(word)) {
        counts.set(word, (counts.get(word) ?? 0) + count)
        return
      }
      const value = Number(word.length < 16 ? word.replace(',', '.') : word)
      if (Number.isNaN(value)) return
      present += count
      if (value < low) low = value
      if (value > high) high = value
    },
    suggested: () => (present < 5 ? [] : listed([...counts].filter(([word]) => isApart(Number(word))))),
  }
}
