import type { DateOrder } from '#domain/importing.ts'

/** In which orders a date may be read: bits, because 3/4/2020 fits two. */
export const ANY_ORDER = 7
const BITS: Record<DateOrder, number> = { ymd: 1, dmy: 2, mdy: 4 }

const TIME = String.raw`(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?(?:Z|\s?[+-]\d{2}:?\d{2})?)?`
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})${TIME}$`)
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})${TIME}$`)
const YEAR_IN_FRONT = /^\d{4}[-/.]/
const DAY_NAME = new RegExp(String.raw`^(\d{1,2})[-. ]+(\p{L}{3,10})\.?[-, ]+(\d{4}|\d{2})${TIME}$`, 'u')
const NAME_DAY = new RegExp(String.raw`^(\p{L}{3,10})\.? (\d{1,2}),? +(\d{4})${TIME}$`, 'u')

/** Months by their first letters, in English, German, French, Spanish, Italian, Dutch and Portuguese. */
const MONTHS: readonly (readonly [RegExp, number])[] = [
  [/^(jan|gen|ene|jän)/, 1],
  [/^(feb|fév|fev)/, 2],
  [/^(mar|mär|mrz|maa|mrt)/, 3],
  [/^(apr|avr|abr)/, 4],
  [/^(may|mai|mag|mei|mayo)/, 5],
  [/^(jun|juin|giu)/, 6],
  [/^(jul|juil|lug)/, 7],
  [/^(aug|aoû|aou|ago)/, 8],
  [/^(sep|set)/, 9],
  [/^(oct|okt|ott|out)/, 10],
  [/^nov/, 11],
  [/^(dec|déc|dez|dic)/, 12],
]

interface Parts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly time: readonly (string | undefined)[]
}

/** The orders in which a trimmed text is a day that exists; 0 when it is none. */
export function ordersOf(text: string): number {
  if (text.length < 6 || text.length > 40) return 0
  const code = text.charCodeAt(0)
  const isDigit = code >= 48 && code <= 57
  if (!isDigit && !NAME_DAY.test(text)) return 0
  // With the year in front all orders read the same day.
  if (YEAR_IN_FRONT.test(text)) return toDate(text, 'ymd') === null ? 0 : ANY_ORDER
  let orders = 0
  for (const order of ['ymd', 'dmy', 'mdy'] as const) if (toDate(text, order) !== null) orders |= BITS[order]
  return orders
}

/** ISO 8601 of a date, with its time where it has one; null when it is none in this order, or no such day. */
export function toDate(text: string, order: DateOrder): string | null {
  if (text.length === 10 && text.charCodeAt(4) === 45 && text.charCodeAt(7) === 45) return isoDay(text)
  const parts = partsOf(text, order)
  if (!parts) return null
  const { year, month, day, time } = parts
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || year < 1) return null
  return withTime(`${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`, time)
}

/** A day as ISO 8601 writes it, by far the most common way; null when it is none. */
function isoDay(text: string): string | null {
  for (let at = 0; at < 10; at += 1) {
    const code = text.charCodeAt(at)
    if (at !== 4 && at !== 7 && (code < 48 || code > 57)) return null
  }
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))]
  return year > 0 && day > 0 && day <= daysIn(year, month) ? text : null
}

function partsOf(text: string, order: DateOrder): Parts | null {
  const first = YEAR_FIRST.exec(text)
  // A year of four digits in front is understood in every order.
  if (first)
    return { year: Number(first[1]), month: Number(first[3]), day: Number(first[4]), time: first.slice(5) }
  const last = order === 'ymd' ? null : YEAR_LAST.exec(text)
  if (last) {
    const [a, b] = [Number(last[1]), Number(last[3])]
    const [day, month] = order === 'dmy' ? [a, b] : [b, a]
    return { year: yearOf(last[4] ?? ''), month, day, time: last.slice(5) }
  }
  return named(text)
}

function named(text: string): Parts | null {
  const dayFirst = DAY_NAME.exec(text)
  if (dayFirst) {
    const [, day, month = '', year = ''] = dayFirst
    return { year: yearOf(year), month: monthOf(month), day: Number(day), time: dayFirst.slice(4) }
  }
  const nameFirst = NAME_DAY.exec(text)
  if (!nameFirst) return null
  const [, month = '', day, year = ''] = nameFirst
  return { year: yearOf(year), month: monthOf(month), day: Number(day), time: nameFirst.slice(4) }
}

function monthOf(name: string): number {
  const lower = name.toLowerCase()
  return MONTHS.find(([pattern]) => pattern.test(lower))?.[1] ?? 0
}

/** Two digits as POSIX reads them: 69 to 99 are of the last century. */
function yearOf(text: string): number {
  const year = Number(text)
  return text.length > 2 ? year : year + (year >= 69 ? 1900 : 2000)
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0)
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}

function withTime(day: string, [hour, minute = '00', second = '00', half]: Parts['time']): string | null {
  if (hour === undefined) return day
  const hours = half ? hourOfDay(Number(hour), half) : Number(hour)
  if (hours > 23 || Number(minute) > 59 || Number(second) > 59) return null
  return `${day}T${pad(hours, 2)}:${minute}:${second}`
}

/** The hour of a day that is counted in two halves; 24, which is none, beyond twelve. */
function hourOfDay(hour: number, half: string): number {
  if (hour > 12) return 24
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0)
}

/** The order to read a column by, of those that fit all its dates: the file's own first, else the day before the month. */
export function orderOf(orders: number, preferred: DateOrder | null): DateOrder {
  if (preferred && (orders & BITS[preferred]) !== 0) return preferred
  return (['ymd', 'dmy', 'mdy'] as const).find((order) => (orders & BITS[order]) !== 0) ?? 'ymd'
}

/** Whether all dates fit day-month and month-day, and no year in front settles it. */
export function isAmbiguous(orders: number): boolean {
  return orders === (BITS.dmy | BITS.mdy)
}

/** The one order that fits, or null while there are several. */
export function onlyOrder(orders: number): DateOrder | null {
  return orders === BITS.dmy ? 'dmy' : orders === BITS.mdy ? 'mdy' : null
}
