/** What the text of one cell can be read as. Every function takes a trimmed text. */

const MISSING = new Set(['', 'na', 'n/a', 'nan', '?', 'null', '.'])
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/
/** 007 is an identifier; 05 may be an hour or a month. */
const IDENTIFIER = /^[+-]?0\d\d/
const ISO_DATE =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?$/
const POINT_DATE = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/

/** Whether a text means that there is no value: a usual code in any case, or one of those named. */
export function isMissing(text: string, named: ReadonlySet<string>): boolean {
  return text.length === 0 || named.has(text) || (text.length <= 4 && MISSING.has(text.toLowerCase()))
}

/** The number that a text writes, with a point or, where told, a comma before decimals; NaN when it writes none. */
export function toNumber(text: string, decimal: '.' | ','): number {
  const plain = decimal === ',' ? fromComma(text) : text
  if (!NUMBER.test(plain) || IDENTIFIER.test(plain)) return Number.NaN
  const value = Number(plain)
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
    ? value
    : Number.NaN
}

function fromComma(text: string): string {
  return text.includes('.') ? 'no number' : text.replace(',', '.')
}

/** 1 for true, 0 for false, in any case; NaN otherwise. Yes and no, Y and N stay words: mappings name them. */
export function toBoolean(text: string): number {
  const lower = text.toLowerCase()
  return lower === 'true' ? 1 : lower === 'false' ? 0 : Number.NaN
}

/** ISO 8601 of a date that is written year first, or day.month.year; null otherwise or when there is no such day. */
export function toDate(text: string): string | null {
  if (text.length < 8 || text.length > 40) return null
  const iso = ISO_DATE.exec(text)
  if (iso) return dateOf([iso[1], iso[2], iso[3]], iso.slice(4))
  const point = POINT_DATE.exec(text)
  return point ? dateOf([point[3], point[2], point[1]], point.slice(4)) : null
}

function dateOf(parts: (string | undefined)[], time: (string | undefined)[]): string | null {
  const [year = '', month = '', day = ''] = parts
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const date = new Date(`${iso}T00:00:00Z`)
  // A day that does not exist is moved to one that does, or is none at all.
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== iso) return null
  return withTime(iso, time)
}

function withTime(day: string, [hour, minute = '00', second = '00']: (string | undefined)[]): string | null {
  if (hour === undefined) return day
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null
  return `${day}T${hour.padStart(2, '0')}:${minute}:${second}`
}
