import type { Calendar, DateOrder } from '#domain/importing.ts'
import { type Day, toGregorian } from './calendars.ts'
import { type DateParts, partsOf, plainDate } from './date-parts.ts'
import { isMonth, monthOf } from './month-names.ts'

/** In which orders a date may be read: bits, because 3/4/2020 fits two. */
export const ANY_ORDER = 7
const BITS: Record<DateOrder, number> = { ymd: 1, dmy: 2, mdy: 4 }

/** How a column's dates are read. */
export interface DateStyle {
  readonly order: DateOrder
  readonly calendar: Calendar
  /** The last year of two digits that is of this century. */
  readonly century: number
  /** Days of birth: none of them is to come. */
  readonly isBirth: boolean
  /** The language of months by name, where it matters. */
  readonly language: string | null
}

/** Longer texts are no dates, whatever stands behind their time. */
const LONGEST = 72
const YEAR_IN_FRONT = /^\d{4}(?:[-/.]|-?W)/
const ORDERS = ['ymd', 'dmy', 'mdy'] as const

/** The orders in which a trimmed text is a day that exists in some calendar; 0 when it is none. */
export function ordersOf(word: string): number {
  if (isIsoDay(word)) return ANY_ORDER
  if (word.length < 6 || word.length > LONGEST) return 0
  const text = plainDate(word)
  // With a year of four digits in front all orders read the same day.
  const first = YEAR_IN_FRONT.test(text) ? partsOf(text, 'ymd') : null
  if (first) return mayBe(first) ? ANY_ORDER : 0
  let orders = 0
  for (const order of ORDERS) {
    const parts = partsOf(text, order)
    if (parts && mayBe(parts)) orders |= BITS[order]
  }
  return orders
}

/** Whether there is such a day in a calendar that has such years. */
function mayBe(parts: DateParts): boolean {
  const { year, digits, name, day, time } = parts
  const month = name === null ? parts.month : monthOf(name, null)
  if (timeOf(time) === null || year < (digits === 2 ? 0 : 1)) return false
  // A name that is of two months in two languages.
  if (month === 0) return name !== null && isMonth(name) && day >= 1 && day <= 30
  return existsSomewhere({ year: digits === 3 ? year + 1911 : year, month, day })
}

function existsSomewhere({ year, month, day }: Day): boolean {
  // Hijri and Persian years.
  if (year >= 1280 && year <= 1460) return month <= 12 && day >= 1 && day <= (month > 6 ? 30 : 31)
  // Years of the Buddha have their leap days where ours have them.
  return exists({ year: year >= 2443 && year <= 2700 ? year - 543 : year, month, day })
}

/**
 * ISO 8601 of a date, with its time and its offset from UTC where it has them; null when it is none in this style, or no such
 * day. Where a person says that numbers are days: five digits as workbooks count them, from 1900, 2024-031 as the day of a year, and
 * ten or thirteen digits as seconds or their thousandths since 1970.
 */
export function toDate(text: string, style: DateStyle): string | null {
  if (style.calendar === 'gregorian' && isIsoDay(text)) return text
  const parts = partsOf(text, style.order)
  if (!parts) return dayCounted(text)
  const time = timeOf(parts.time)
  const day = dayOf(parts, style)
  if (day === null || time === null) return null
  // The end of a day is the beginning of the next.
  return time.startsWith('T24') ? dayAfter(day) + time.replace('T24', 'T00') : day + time
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10)
}

function dayOf(parts: DateParts, style: DateStyle): string | null {
  const { digits, name, day } = parts
  const month = name === null ? parts.month : monthOf(name, style.language)
  if (digits === 2) return ofCentury(parts.year, month, day, style)
  const calendar = digits === 3 ? 'minguo' : style.calendar
  const found = toGregorian(calendar, { year: parts.year, month, day })
  return found && exists(found) ? isoOf(found.year, found.month, found.day) : null
}

/** A year of two digits: of this century up to a certain one; a birth that would be to come was in the last. */
function ofCentury(two: number, month: number, day: number, { century, isBirth }: DateStyle): string | null {
  const year = two + (two <= century ? 2000 : 1900)
  const isToCome = isBirth && year >= 2000 && isoOf(year, month, day) > today()
  const found = { year: isToCome ? year - 100 : year, month, day }
  return exists(found) ? isoOf(found.year, month, day) : null
}

/** The day that it is. */
export function today(): string {
  return new Date().toISOString().slice(0, 10)
}

const SERIAL = /^\d{5}(?:\.\d+)?$/
const [DAY_MS, SECOND_MS] = [86_400_000, 1000]

/** Days that a person says stand there: as workbooks count them, by their number in a year, or in seconds since 1970. */
function dayCounted(text: string): string | null {
  const ordinal = /^(\d{4})-?(\d{3})$/.exec(text)
  if (ordinal) return dayOfYear(Number(ordinal[1]), Number(ordinal[2]))
  if (!/^[1-3]\d{9}(?:\d{3})?$/.test(text)) return dayOfSerial(text)
  const at = new Date(Number(text) * (text.length > 10 ? 1 : SECOND_MS)).toISOString()
  return `${at.slice(0, 19)}Z`
}

function dayOfYear(year: number, day: number): string | null {
  const found = new Date(Date.UTC(year, 0, day))
  return year >= 1800 && day > 0 && found.getUTCFullYear() === year ? found.toISOString().slice(0, 10) : null
}

function dayOfSerial(text: string): string | null {
  const serial = SERIAL.test(text) ? Number(text) : 0
  // From 1927 to 2173: smaller numbers are hardly days.
  if (serial < 10_000) return null
  const found = new Date(Math.round((serial - 25_569) * DAY_MS)).toISOString()
  return Number.isInteger(serial) ? found.slice(0, 10) : found.slice(0, 19)
}

/** A day as ISO 8601 writes it, by far the most common way. */
function isIsoDay(text: string): boolean {
  if (text.length !== 10 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return false
  for (let at = 0; at < 10; at += 1) {
    const code = text.charCodeAt(at)
    if (at !== 4 && at !== 7 && (code < 48 || code > 57)) return false
  }
  return exists({
    year: Number(text.slice(0, 4)),
    month: Number(text.slice(5, 7)),
    day: Number(text.slice(8)),
  })
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

function exists({ year, month, day }: Day): boolean {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const most = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0)
  return year >= 0 && day >= 1 && day <= most
}

function isoOf(year: number, month: number, day: number): string {
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}

/** What stands behind a day: its time with parts of a second and its offset, '' where it has none; null for no such time. */
function timeOf([before, hour, minute = '00', second = '00', part = '', behind, offset]: DateParts['time']):
  string | null {
  if (hour === undefined) return ''
  const hours = hourOfDay(Number(hour), before ?? behind)
  if (!isTime(hours, Number(minute), Number(second))) return null
  const parts = part.replace(/0+$/, '')
  return `T${pad(hours, 2)}:${minute}:${second}${parts && `.${parts}`}${offsetOf(offset)}`
}

/** Whether a day has such a time; 24:00 is its end. */
function isTime(hour: number, minute: number, second: number): boolean {
  return minute < 60 && second < 60 && (hour < 24 || (hour === 24 && minute + second === 0))
}

/** Hours between UTC and the zones of Europe by name. */
const ZONES: Record<string, string> = {
  ...{ WET: '+00:00', WEST: '+01:00', CET: '+01:00', MEZ: '+01:00', CEST: '+02:00', MESZ: '+02:00' },
  ...{ EET: '+02:00', EEST: '+03:00' },
}

function offsetOf(offset: string | undefined): string {
  if (offset === undefined) return ''
  const [, sign = '', hours = '', minutes = '00'] =
    /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?$/.exec(offset) ?? []
  return sign === '' ? (ZONES[offset] ?? 'Z') : `${sign}${hours.padStart(2, '0')}:${minutes}`
}

/** The hour of a day that may be counted in two halves; 25, which is none, beyond twelve. */
function hourOfDay(hour: number, half: string | undefined): number {
  if (!half) return hour
  if (hour > 12) return 25
  return (hour % 12) + (/^(?:[pμм]|م|CH|ÖS|오후|下午|午後)/i.test(half) ? 12 : 0)
}

/**
 * The order to read a column by, of those that fit all its dates: the file's own first, else the day before the month, and the
 * year before both where the dates are the same in every order.
 */
export function orderOf(orders: number, preferred: DateOrder | null, isOrdered: boolean): DateOrder {
  if (preferred && (orders & BITS[preferred]) !== 0) return preferred
  if (orders === ANY_ORDER && !isOrdered) return 'ymd'
  return (['dmy', 'mdy'] as const).find((order) => (orders & BITS[order]) !== 0) ?? 'ymd'
}

/** Whether all dates fit day-month and month-day. `isOrdered`: some of them are not the same in every order. */
export function isAmbiguous(orders: number, isOrdered: boolean): boolean {
  const both = BITS.dmy | BITS.mdy
  return (orders & both) === both && (orders !== ANY_ORDER || isOrdered)
}

/** The one order that fits, or null while there are several. */
export function onlyOrder(orders: number): DateOrder | null {
  const common = orders & (BITS.dmy | BITS.mdy)
  return common === BITS.dmy ? 'dmy' : common === BITS.mdy ? 'mdy' : null
}
