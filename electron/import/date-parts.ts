import type { DateOrder } from '#domain/importing.ts'
import { yearOfEra } from './calendars.ts'
import { plainDigits } from './plain-digits.ts'

/** What a text says of a day, as it is written. */
export interface DateParts {
  readonly year: number
  /** How many digits its year has. */
  readonly digits: number
  /** 0 where it is named. */
  readonly month: number
  readonly name: string | null
  readonly day: number
  /** Half of the day (before), hour, minute, second, fraction, half of the day (behind) and offset from UTC. */
  readonly time: readonly (string | undefined)[]
  /** Nothing but digits. */
  readonly isPacked: boolean
}

const ZONES = 'MESZ|MEZ|CEST|CET|EEST|EET|WEST|WET'
const OFFSET = String.raw`(?:\s?(Z|(?:UTC|GMT)(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}(?::?\d{2})?|${ZONES})(?:\[[\w/+-]+\]| \([^)]{1,40}\))?)?`
const BEFORE = '(?:(오전|오후|上午|下午|午前|午後) ?)?'
const BEHIND = String.raw`([AaPp]\.?\s?[Mm]\.?|[πμ]\.?\s?μ\.?|[صم]|SA|CH|ÖÖ|ÖS)?`
const CLOCK = String.raw`${BEFORE}(\d{1,2})(?::|h|時|시 ?|点)(\d{2})(?:[:分분] ?(\d{2})(?:[.,](\d{1,9}))?)?`
/** In the north of Europe a point stands between hours and minutes. */
const POINTED = String.raw`()(\d{1,2})\.(\d{2})(?:\.(\d{2})())?`
const time = (clock: string) =>
  String.raw`(?:[T ,:]+(?:kl\.? |um |à |at )?${clock}\s*${BEHIND}(?: ?Uhr| ?hs?| ?hrs)?${OFFSET})?`
const TIME = time(CLOCK)
const NAME = String.raw`(?:de |of |d['’]|ב-?(?=\p{L}{3}))?(\p{L}[\p{L}\p{M}.]{1,13}(?: \p{Script=Arabic}{3,8})?)`
const LINK = String.raw`[-., /]*(?:de |del )?`
const YEAR_FIRST = new RegExp(String.raw`^(\d{3,4})([-/.])(\d{1,2})\2(\d{1,2})\.?${TIME}$`)
const TWO_FIRST = new RegExp(String.raw`^(\d{2})([-/.])(\d{2})\2(\d{2})${TIME}$`)
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})${TIME}$`)
const SPACED = new RegExp(String.raw`^(\d{1,2})(\.) (\d{1,2})\. (\d{4})${TIME}$`)
const SPACED_FIRST = new RegExp(String.raw`^(\d{4})(\.) (\d{1,2})\. (\d{1,2})\.?${TIME}$`)
const POINTED_TIME = new RegExp(String.raw`^(\d{1,2})([./])(\d{1,2})\2(\d{4})${time(POINTED)}$`)
const WEEKDAY = String.raw`(?:\p{L}{2,12}\.?,? +)?`
const DAY_NAME = new RegExp(
  String.raw`^${WEEKDAY}(\d{1,2})(?:st|nd|rd|th|er|º)?[-., /]*${NAME}${LINK}(\d{4}|\d{2})(?: ?(?:г|р)\.?|\.)?${TIME}$`,
  'u',
)
const NAME_DAY = new RegExp(
  String.raw`^${WEEKDAY}${NAME}[-. ]*(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})${TIME}$`,
  'u',
)
const YEAR_NAME = new RegExp(
  String.raw`^(\d{4})[-., ]*(?:m\. )?${NAME}[-. ]*(\d{1,2})\.?(?: d\.)?${TIME}$`,
  'u',
)
/** As C and Unix write it: the year behind the time. */
const YEAR_BEHIND = new RegExp(String.raw`^${WEEKDAY}${NAME} +(\d{1,2})${TIME} (\d{4})$`, 'u')
const VIETNAMESE = new RegExp(
  String.raw`^(?:ngày )?(\d{1,2}) tháng (\d{1,2})(?:,| năm)? (\d{4})${TIME}$`,
  'i',
)
const WEEK = /^(\d{4})-?W(\d{2})-?([1-7])$/
const SIGNS = new RegExp(String.raw`^(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]?${TIME}$`)
const ERA = new RegExp(
  String.raw`^([RHSTM]|令和|平成|昭和|大正|明治|[㋿㍻㍼㍽㍾])\.? ?(\d{1,2}|元) ?(?:[-/.]|年) ?(\d{1,2}) ?(?:[-/.]|月) ?(\d{1,2}) ?日?${TIME}$`,
)
const MINGUO = new RegExp(
  String.raw`^(?:民國|民国) ?(\d{1,3}) ?(?:[-/.]|年) ?(\d{1,2}) ?(?:[-/.]|月) ?(\d{1,2}) ?日?${TIME}$`,
)
const PACKED = /^(\d{8})(?:[T ]?(\d{2})(\d{2})(?:(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{4})?)?$/
const PACKED_SHORT = /^\d{6}$/
const LONGEST = 72

/** A text as dates are looked for in it: digits, dashes and slashes of ASCII, and no apostrophe that only says "a text". */
export function plainDate(text: string): string {
  const plain = plainDigits(text).replace(/[\u2010-\u2015\u2212]/g, '-')
  return /^'\d/.test(plain) ? plain.slice(1) : plain
}

/** Reads a trimmed text in an order; null where it is no date. Whether there is such a day is not looked at. */
export function partsOf(word: string, order: DateOrder): DateParts | null {
  const text = plainDate(word)
  if (text.length < 6 || text.length > LONGEST) return null
  const code = text.charCodeAt(0)
  if (code >= 48 && code <= 57) return inDigits(text, order) ?? dayNamed(text) ?? yearNamed(text)
  return code < 65 ? null : inWords(text)
}

function inWords(text: string): DateParts | null {
  return nameFirst(text) ?? dayNamed(text) ?? ofEra(text) ?? vietnamese(text)
}

function inDigits(text: string, order: DateOrder): DateParts | null {
  const first = YEAR_FIRST.exec(text)
  if (first) return plain([first[1], first[3], first[4]], first.slice(5))
  const spaced = SPACED_FIRST.exec(text)
  if (spaced) return plain([spaced[1], spaced[3], spaced[4]], spaced.slice(5))
  const last = order === 'ymd' ? TWO_FIRST.exec(text) : yearLast(text)
  if (last) return plain(inOrder([last[1], last[3], last[4]], order), last.slice(5))
  const signs = SIGNS.exec(text)
  if (signs) return plain(signs.slice(1, 4), signs.slice(4))
  return ofWeek(text) ?? vietnamese(text) ?? packed(text, order)
}

function yearLast(text: string): RegExpExecArray | null {
  return YEAR_LAST.exec(text) ?? SPACED.exec(text) ?? POINTED_TIME.exec(text)
}

function vietnamese(text: string): DateParts | null {
  const found = VIETNAMESE.exec(text)
  return found && plain([found[3], found[2], found[1]], found.slice(4))
}

/** A day of a week of ISO 8601, of which the first has the year's first Thursday. */
function ofWeek(text: string): DateParts | null {
  const [found, year, week, day] = (WEEK.exec(text) ?? []).map(Number)
  if (found === undefined || !year || !week || !day || week > 53) return null
  const fourth = new Date(Date.UTC(year, 0, 4))
  const monday = 4 - ((fourth.getUTCDay() + 6) % 7)
  const at = new Date(Date.UTC(year, 0, monday + (week - 1) * 7 + day - 1)).toISOString()
  return plain([at.slice(0, 4), at.slice(5, 7), at.slice(8, 10)], [])
}

/** Digits without marks between them: eight, with a time behind or not, or six. */
function packed(text: string, order: DateOrder): DateParts | null {
  if (PACKED_SHORT.test(text)) {
    const [a, b, c] = [text.slice(0, 2), text.slice(2, 4), text.slice(4)]
    return { ...plain(inOrder([a, b, c], order), []), isPacked: true }
  }
  const found = PACKED.exec(text)
  if (!found) return null
  const [, digits = '', hour, minute, second, fraction, offset] = found
  const cut = order === 'ymd' ? [4, 6] : [2, 4]
  const fields = [digits.slice(0, cut[0]), digits.slice(cut[0], cut[1]), digits.slice(cut[1])]
  const read = plain(inOrder(fields, order), [undefined, hour, minute, second, fraction, undefined, offset])
  return read.year >= 1800 && read.year < 2200 ? { ...read, isPacked: true } : null
}

function inOrder([a, b, c]: readonly (string | undefined)[], order: DateOrder) {
  if (order === 'ymd') return [a, b, c]
  return order === 'dmy' ? [c, b, a] : [c, a, b]
}

function plain([year = '', month, day]: readonly (string | undefined)[], time: DateParts['time']): DateParts {
  const fields = { year: Number(year), month: Number(month), day: Number(day) }
  return { ...fields, digits: year.length, name: null, time, isPacked: false }
}

function dayNamed(text: string): DateParts | null {
  const found = DAY_NAME.exec(text)
  return found && withName(found[3], found[2], found[1], found.slice(4))
}

function nameFirst(text: string): DateParts | null {
  const found = NAME_DAY.exec(text)
  if (found) return withName(found[3], found[1], found[2], found.slice(4))
  const behind = YEAR_BEHIND.exec(text)
  return behind && withName(behind.at(-1), behind[1], behind[2], behind.slice(3, -1))
}

function yearNamed(text: string): DateParts | null {
  const found = YEAR_NAME.exec(text)
  return found && withName(found[1], found[2], found[3], found.slice(4))
}

function withName(year = '', name = '', day = '', time: DateParts['time'] = []): DateParts {
  return { ...plain([year, '0', day], time), name }
}

/** Years counted from an emperor's or the republic's first come out as such of our era. */
function ofEra(text: string): DateParts | null {
  const republic = MINGUO.exec(text)
  if (republic) return { ...plain(republic.slice(1, 4), republic.slice(4)), digits: 3 }
  const found = ERA.exec(text)
  if (!found) return null
  const [, era = '', count = ''] = found
  const year = yearOfEra(era, count === '元' ? 1 : Number(count))
  return year === null ? null : plain([String(year), found[3], found[4]], found.slice(5))
}
