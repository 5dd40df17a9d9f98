import { unitOf } from './header-units.ts'
import { plainDigits } from './plain-digits.ts'

/** What a cell writes besides the digits of its number. */
export interface Written {
  /** The number alone, as it would stand in a plain cell. */
  readonly text: string
  /** A cell that says only that a number lies below or above this one. */
  readonly bound: 'below' | 'above' | null
  /** The unit that stands in the cell, as UCUM spells it. */
  readonly unit: string | null
  /** What a laboratory sets behind a number that is too high or too low, or to be looked at. */
  readonly mark: string | null
}

/** Who writes one of these in a few cells means that the others have another: 6 months among years, pounds among kilograms. */
const OTHERS: ReadonlySet<string> = new Set([
  ...['a', 'mo', 'wk', 'd', 'h', 'min', 's'],
  ...['[lb_av]', '[oz_av]', '[in_i]', '[ft_i]', '[degF]'],
])

/** Whether a unit in a few cells hardly is that of cells without one. */
export function isOfItsOwn(unit: string): boolean {
  return OTHERS.has(unit)
}

const LONGEST = 60
const MINUS = /^[\u2010-\u2015\u2212\uFE63]|[\u2010-\u2015\u2212\uFE63]$/g
const BELOW =
  /^(?:<=?|=<|[\u2264\u2A7D\u2266]|less than|under|below|kleiner(?: als)?|unter|weniger als|inf\u00E9rieur \u00E0)\s*/i
const ABOVE =
  /^(?:>=?|=>|[\u2265\u2A7E\u2267]|more than|greater than|over|above|gr\u00F6\u00DFer(?: als)?|\u00FCber|mehr als|sup\u00E9rieur \u00E0)\s*/i
const TOPMOST = /^(\d{2,3})\s?\+$/
const MONEY = /^(?:[$\u20AC\u00A3\u00A5]|EUR|USD|GBP|CHF)\s*|\s*(?:[$\u20AC\u00A3\u00A5]|EUR|USD|GBP|CHF)$/
const RAISED = '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'
/** 1.2x10^3 and 1.2 × 10³, with nothing behind. */
const POWER = /^([+-]?\d+(?:[.,]\d+)?) ?[x×*·] ?10(?:(?:\^|\*\*)([+-]?\d{1,2})|([⁻⁰¹²³⁴-⁹]{1,3}))$/i
const IN_POWERS = /^[+-]?[\d.,]+e[+-]?\d{1,3}$/i
const BEHIND = /^(\d[\d.,'\u2019\s]*)-$/
const MARKED =
  /(\d[.,]?)(?:\s?(\*{1,3}|[\u2020\u2021\u2191\u2193])| +(HH?|LL|L(?=\s?\*))|\s?[([](HH?|LL?)[)\]])+$/
const WITH_UNIT =
  /^([+-]?(?:\d|[.,]\d)[\d.,'\u2019]*(?:[\u0020\u00A0\u202F\u2009]\d{3})*(?:[.,]\d*)?(?:[eE][+-]?\d{1,3})?)(\s*)([^\d\s.,'\u2019].{0,20})$/
/** Letters that stand for a unit without a blank before them; 1a and 2b are stages. */
const CLOSE = /^(?:[%\u2030\u00B0gLlhdy]|.{2,})/

/**
 * Reads a cell that is no plain number as one with something around it: marks that show nothing, digits of other scripts, other
 * minus signs or a minus behind, an apostrophe before, a comparison, money, a unit, a mark of the laboratory. Null where it is none of these. Whether the
 * text is a number then is for its format to say.
 */
export function writtenNumber(word: string): Written | null {
  if (word.length > LONGEST || !/\p{Nd}/u.test(word)) return null
  const plain = digitsOf(word).trim()
  const bound = boundOf(plain)
  const mark = markBehind(plain)
  const rest = plain.replace(MARKED, '$1').replace(BELOW, '').replace(ABOVE, '').replace(TOPMOST, '$1')
  const number = signed(rest.replace(/^'(?=[-+.,\d])/, '').replace(MONEY, ''))
  const found = IN_POWERS.test(number) ? null : WITH_UNIT.exec(number)
  if (!found) return number === word ? null : { text: number, bound, unit: null, mark }
  const unit = unitBehind(found)
  const text = (found[1] ?? '').trim()
  // A number that is marked as too low is no litre.
  if (mark !== null && unit === 'L') return { text, bound, unit: null, mark }
  return unit === null ? null : { text, bound, unit, mark }
}

function markBehind(text: string): string | null {
  const found = MARKED.exec(text)
  return found ? (found.slice(2).find((one) => one !== undefined) ?? null) : null
}

function unitBehind([, , blank = '', behind = '']: RegExpExecArray): string | null {
  return blank !== '' || CLOSE.test(behind) ? unitOf(behind) : null
}

function boundOf(text: string): Written['bound'] {
  if (BELOW.test(text)) return 'below'
  return ABOVE.test(text) || TOPMOST.test(text) ? 'above' : null
}

/** Digits, points and signs as ASCII has them; a blank beside a point is a slip. */
function digitsOf(text: string): string {
  return plainDigits(text)
    .trim()
    .replace(
      POWER,
      (_, digits: string, plain?: string, raised = '') => `${digits}e${plain ?? lowered(raised)}`,
    )
    .replaceAll('\u066B', '.')
    .replaceAll('\u066C', ',')
    .replace(/(?<=\d)[\u00B7\u2219\u22C5](?=\d)/, '.')
    .replace(/^([+-]?\d+)(?: ([.,])|([.,]) )(\d+)$/, '$1$2$3$4')
}

function lowered(raised: string): string {
  return Array.from(raised, (sign) => '-0123456789'.charAt(RAISED.indexOf(sign))).join('')
}

/** A number with its sign before it, and no blank between. */
function signed(text: string): string {
  const plain = text
    .trim()
    .replace(MINUS, '-')
    .replace(/^([+-])\s+/, '$1')
  return plain.replace(BEHIND, (_, digits: string) => `-${digits.trim()}`)
}
