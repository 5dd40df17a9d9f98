import type { Calendar, DateDoubt, DateOrder } from '#domain/importing.ts'
import { createAgreement } from './agreement.ts'
import { yearToday } from './calendars.ts'
import { type DateParts, partsOf } from './date-parts.ts'
import {
  ANY_ORDER,
  type DateStyle,
  isAmbiguous,
  onlyOrder,
  orderOf,
  ordersOf,
  toDate,
  today,
} from './dates.ts'
import { languageOf, monthOf } from './month-names.ts'

/** What is to be said of a column's dates, in counts. */
export interface DateRemarks {
  readonly calendar: Calendar
  readonly century: number | null
  /** Cells with years of two digits, with a time that has an offset from UTC, and with a time that has none. */
  readonly short: number
  readonly zoned: number
  readonly unzoned: number
  readonly doubts: readonly DateDoubt[]
}

const MAX_NAMES = 400
const MAX_SHORT = 400
/** Years that no patient of a hospital's tables was seen in by our calendar, and many by another. */
const OTHER_YEARS = { low: 1280, high: 1460 }
/** So many days that look like eight digits alone are dates and no numbers. */
const ENOUGH_PACKED = 3
/** Among so many dates, up to this share may be something else. */
const [ENOUGH_MANY, MOST_STRANGE] = [10, 0.2]
/** Days of another kind than births may be to come by so many years. */
const TO_COME = 10

/** Looks at a column's words as dates. `isBirth`: the column's header says that they are days of birth. */
export function createDateLook(isBirth: boolean) {
  const agreement = createAgreement(ANY_ORDER, ordersOf)
  const years = createYears()
  const names = new Set<string>()
  const short = new Set<string>()
  const count = { short: 0, zoned: 0, unzoned: 0, packed: 0, all: 0 }
  let isOrdered = false

  function take(word: string, times: number) {
    const before = agreement.agreed()
    agreement.take(word, times)
    if (agreement.agreed() === before) return
    count.all += times
    const parts = partsOf(word, 'ymd') ?? partsOf(word, 'dmy')
    if (parts) note(word, parts, times)
  }
  function note(word: string, parts: DateParts, times: number) {
    if (parts.digits === 2) noteShort(word, times)
    else years.take(parts)
    if (parts.name !== null && names.size < MAX_NAMES) names.add(parts.name)
    if (parts.time[1] !== undefined) count[parts.time[6] === undefined ? 'unzoned' : 'zoned'] += times
    if (parts.isPacked && parts.digits === 4) count.packed += times
    if (parts.name === null && parts.digits === 2) isOrdered = true
  }
  function noteShort(word: string, times: number) {
    count.short += times
    if (short.size < MAX_SHORT) short.add(word)
  }
  const holds = () => agreement.holds() || isNearly(agreement, count.all)
  const century = () => (new Date().getUTCFullYear() % 100) + (isBirth ? 0 : TO_COME)
  function style(preferred: DateOrder | null): DateStyle {
    const [first = 'gregorian', ...others] = years.calendars()
    const calendar = others.length > 0 ? 'gregorian' : first
    const order = orderOf(agreement.mask(), preferred, isOrdered)
    return { order, calendar, century: century(), isBirth, language: languageOf(names) }
  }
  function doubts(read: DateStyle): DateDoubt[] {
    const found: DateDoubt[] = []
    if (isAmbiguous(agreement.mask(), isOrdered)) found.push('order')
    if (years.calendars().length > 1) found.push('calendar')
    if ([...short].some((word) => isOfEither(word, read))) found.push('century')
    return found
  }
  return {
    take,
    isOpen: agreement.isOpen,
    holds: () => holds() && haveOneMeaning(names),
    /** Whether what looks like numbers are days, without a mark between their digits. */
    arePacked: () => agreement.holds() && count.packed === count.all && count.packed >= ENOUGH_PACKED,
    vote: () => onlyOrder(agreement.mask()),
    /** Whether all are days as far as they were looked at, and no one order of day, month and year fits them. */
    mixesOrders: () => agreement.mask() === 0 && agreement.odd() === 0,
    codes: agreement.codes,
    /** Words that are no dates, where the others are. */
    suggested: agreement.strange,
    style,
    remarks: (read: DateStyle): DateRemarks => ({
      calendar: read.calendar,
      century: count.short > 0 ? read.century : null,
      ...{ short: count.short, zoned: count.zoned, unzoned: count.unzoned },
      doubts: holds() ? doubts(read) : [],
    }),
  }
}

/** Nearly all of many cells are dates: the others are told, and no column is lost for them. */
function isNearly({ isOpen, strange }: ReturnType<typeof createAgreement>, all: number): boolean {
  const rest = strange().reduce((sum, [, times]) => sum + times, 0)
  return isOpen() && all >= ENOUGH_MANY && rest <= MOST_STRANGE * all
}

/** The years and days of a column that are written whole. */
function createYears() {
  let [low, high, is31] = [Infinity, -Infinity, false]
  /** Whether there are years, and all of them lie there. */
  const isWithin = (from: number, to: number) => low <= high && low >= from && high <= to
  return {
    take({ year, digits, day }: DateParts) {
      if (digits === 3) return
      low = Math.min(low, year)
      high = Math.max(high, year)
      if (day === 31) is31 = true
    },
    /** The calendars that they fit. */
    calendars(): Calendar[] {
      if (isWithin(2443, yearToday('buddhist') + 1)) return ['buddhist']
      if (!isWithin(OTHER_YEARS.low, OTHER_YEARS.high)) return ['gregorian']
      const fitting: Calendar[] = []
      if (!is31 && low >= 1300 && high <= yearToday('hijri') + 1) fitting.push('hijri')
      if (high <= yearToday('persian') + 1) fitting.push('persian')
      return fitting.length > 0 ? fitting : ['gregorian']
    },
  }
}

/** Names of months that nothing in a column gives one meaning keep it from being read. */
function haveOneMeaning(names: ReadonlySet<string>): boolean {
  const language = languageOf(names)
  return [...names].every((name) => monthOf(name, language) > 0)
}

/** Whether a year of two digits may be of either century: a child or somebody of over a hundred years, a day to come or long past. */
function isOfEither(word: string, read: DateStyle): boolean {
  const date = toDate(word, read)
  return date !== null && (read.isBirth ? date >= '2000' : date > today())
}
