import type { Calendar } from '#domain/importing.ts'

/** A day of the Gregorian calendar. */
export interface Day {
  readonly year: number
  readonly month: number
  readonly day: number
}

const DAY_MS = 86_400_000
/** Eras of Japan by their letter and their signs, with the year before their first. */
const ERAS: readonly (readonly [RegExp, number])[] = [
  [/^(?:R|令和|㋿)/iu, 2018],
  [/^(?:H|平成|㍻)/iu, 1988],
  [/^(?:S|昭和|㍼)/iu, 1925],
  [/^(?:T|大正|㍽)/iu, 1911],
  [/^(?:M|明治|㍾)/iu, 1867],
]
/** The first day of months that were looked for, in days since 1970. */
const starts = new Map<string, number | null>()

/** The year of our era for a year of a Japanese era ('R6', '昭和元'); null for an era that is none. */
export function yearOfEra(era: string, year: number): number | null {
  const found = ERAS.find(([pattern]) => pattern.test(era))
  return found && year > 0 ? found[1] + year : null
}

/** The Gregorian day of a day of another calendar; null where that calendar has no such day. */
export function toGregorian(calendar: Calendar, { year, month, day }: Day): Day | null {
  if (calendar === 'gregorian') return { year, month, day }
  if (calendar === 'buddhist') return { year: year - 543, month, day }
  if (calendar === 'minguo') return { year: year + 1911, month, day }
  const first = startOf(calendar, year, month)
  const next = month === 12 ? startOf(calendar, year + 1, 1) : startOf(calendar, year, month + 1)
  if (first === null || next === null || day < 1 || first + day > next) return null
  const found = new Date((first + day - 1) * DAY_MS)
  return { year: found.getUTCFullYear(), month: found.getUTCMonth() + 1, day: found.getUTCDate() }
}

/** The year that a calendar has today. */
export function yearToday(calendar: Calendar): number {
  const now = new Date()
  if (calendar === 'buddhist') return now.getUTCFullYear() + 543
  if (calendar === 'minguo') return now.getUTCFullYear() - 1911
  if (calendar === 'gregorian') return now.getUTCFullYear()
  return fieldsOf(calendar, Math.floor(now.getTime() / DAY_MS)).year
}

type Lunar = 'hijri' | 'persian'

/** The first day of a month, by Unicode's calendars: guessed from the mean length of a year, then put right. */
function startOf(calendar: Lunar, year: number, month: number): number | null {
  const key = `${calendar} ${year} ${month}`
  const before = starts.get(key)
  if (before !== undefined) return before
  if (starts.size > 20_000) starts.clear()
  const found = month >= 1 && month <= 12 ? search(calendar, year, month) : null
  starts.set(key, found)
  return found
}

const SHAPES = {
  hijri: { length: 354.367, month: 29.53, epoch: -492_148 },
  persian: { length: 365.2422, month: 30.44, epoch: -492_268 },
} as const

function search(calendar: Lunar, year: number, month: number): number | null {
  const { length, month: each, epoch } = SHAPES[calendar]
  let at = Math.round(epoch + (year - 1) * length + (month - 1) * each)
  for (let step = 0; step < 12; step += 1) {
    const seen = fieldsOf(calendar, at)
    const off = (year - seen.year) * 12 + (month - seen.month)
    if (off === 0) return at - seen.day + 1
    at += Math.round(off * each) || Math.sign(off)
  }
  return null
}

const formats = {
  hijri: createFormat('islamic-umalqura'),
  persian: createFormat('persian'),
}

function createFormat(calendar: string) {
  return new Intl.DateTimeFormat('en-u-nu-latn', {
    ...{ calendar, timeZone: 'UTC', year: 'numeric', month: 'numeric', day: 'numeric' },
  })
}

function fieldsOf(calendar: Lunar, days: number): Day {
  const parts = formats[calendar].formatToParts(days * DAY_MS)
  const of = (type: string) => Number.parseInt(parts.find((one) => one.type === type)?.value ?? '0', 10)
  return { year: of('year'), month: of('month'), day: of('day') }
}
