/** How numbers may be written: bits, because a cell often fits several and a column's cells must agree on one. */
const FORMATS = [
  { bit: 1, decimal: '.', thousands: '' },
  { bit: 2, decimal: ',', thousands: '' },
  { bit: 4, decimal: '.', thousands: ',' },
  { bit: 8, decimal: ',', thousands: '.' },
  { bit: 16, decimal: '.', thousands: ' ' },
  { bit: 32, decimal: ',', thousands: ' ' },
  { bit: 64, decimal: '.', thousands: "'" },
  { bit: 128, decimal: ',', thousands: "'" },
] as const

export type Decimal = '.' | ','
export type Thousands = '' | ',' | '.' | ' ' | "'"
export interface NumberFormat {
  readonly decimal: Decimal
  readonly thousands: Thousands
}

export const PLAIN: NumberFormat = { decimal: '.', thousands: '' }
export const ANY_FORMAT = 255
const POINTS = 1 | 4 | 16 | 64
const COMMAS = 2 | 8 | 32 | 128

const PLAIN_NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/
const COMMA_NUMBER = /^[+-]?(?:\d+(?:,\d*)?|,\d+)(?:[eE][+-]?\d{1,3})?$/
/** 007 is an identifier; 05 may be an hour or a month. */
const IDENTIFIER = /^[+-]?0\d\d/
const SPACES = /[\u0020\u00A0\u202F\u2009]/g
const GROUPED: readonly { bit: number; pattern: RegExp }[] = [
  // In India groups are of two digits but for the last: 12,34,567.
  { bit: 4, pattern: /^[+-]?[1-9]\d{0,2}(?:(?:,\d{3})+|(?:,\d\d)+,\d{3})(?:\.\d*)?$/ },
  { bit: 8, pattern: /^[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?$/ },
  { bit: 16, pattern: /^[+-]?[1-9]\d{0,2}(?:[\u0020\u00A0\u202F\u2009]\d{3})+(?:\.\d*)?$/ },
  { bit: 32, pattern: /^[+-]?[1-9]\d{0,2}(?:[\u0020\u00A0\u202F\u2009]\d{3})+(?:,\d*)?$/ },
  { bit: 64, pattern: /^[+-]?[1-9]\d{0,2}(?:['\u2019]\d{3})+(?:\.\d*)?$/ },
  { bit: 128, pattern: /^[+-]?[1-9]\d{0,2}(?:['\u2019]\d{3})+(?:,\d*)?$/ },
]
const [ZERO, NINE, POINT, COMMA] = [48, 57, 46, 44]
const [LONGEST, LONGEST_EXACT] = [40, 15]

/** The formats in which a trimmed text writes a number; 0 when it writes none. */
export function formatsOf(text: string): number {
  const { length } = text
  if (length === 0 || length > LONGEST || !mayEnd(text.charCodeAt(length - 1))) return 0
  if (length <= LONGEST_EXACT && isDigits(text))
    return length > 2 && text.charCodeAt(0) === ZERO ? 0 : ANY_FORMAT
  if (IDENTIFIER.test(text)) return 0
  return separated(text)
}

/** Numbers end in a digit, a point or a comma. */
function mayEnd(code: number): boolean {
  return isDigit(code) || code === POINT || code === COMMA
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE
}

/** Where the point stands in a short text of digits with one point between them, else -1. */
function pointIn(text: string): number {
  let point = -1
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === POINT && point < 0 && at > 0) point = at
    else if (!isDigit(code)) return -1
  }
  return point
}

function separated(text: string): number {
  const point = text.length <= LONGEST_EXACT ? pointIn(text) : -1
  // 0.5 and 12.75; with three digits behind the point it may also make groups.
  if (point > 0 && text.length - point !== 4) return POINTS
  const formats = matching(text)
  return formats !== 0 && isExact(text, formats) ? formats : 0
}

function matching(text: string): number {
  let formats = 0
  if (PLAIN_NUMBER.test(text)) formats |= text.includes('.') ? POINTS : ANY_FORMAT
  if (COMMA_NUMBER.test(text)) formats |= COMMAS
  for (const { bit, pattern } of GROUPED) if (pattern.test(text)) formats |= bit
  return formats
}

/** Whole numbers beyond 2^53 would lose digits: they are identifiers. */
function isExact(text: string, formats: number): boolean {
  const value = toNumber(text, formatOf(formats, '.', ''))
  return Number.isFinite(value)
}

function isDigits(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (!isDigit(text.charCodeAt(at))) return false
  }
  return true
}

/** The number that a text writes in a format; NaN when it writes none. */
export function toNumber(text: string, format: NumberFormat): number {
  const isPlain = format.decimal === '.' && format.thousands === ''
  if (isPlain && text.length <= LONGEST_EXACT && isShort(text)) return Number(text)
  const plain = isPlain ? text : withPoint(text, format)
  if (!PLAIN_NUMBER.test(plain) || IDENTIFIER.test(plain)) return Number.NaN
  return exact(Number(plain), /e/i.test(plain))
}

/** NaN for whole numbers that lose digits, and for those beyond all bounds. One in powers of ten shows all the digits that it has. */
function exact(value: number, isPower: boolean): number {
  const isExact = isPower || !Number.isInteger(value) || Number.isSafeInteger(value)
  return isExact && Number.isFinite(value) ? value : Number.NaN
}

/** A number without groups, and with a point before its decimals. */
function withPoint(text: string, { decimal, thousands }: NumberFormat): string {
  const plain = thousands === '' ? text : withoutGroups(text, decimal, thousands)
  if (decimal === '.') return plain
  return plain.includes('.') ? '' : plain.replace(',', '.')
}

/** Digits with at most one point between, and no 0 before other digits: nothing more to check. */
function isShort(text: string): boolean {
  const isPlain = pointIn(text) > 0 || (text.length > 0 && isDigits(text))
  const leads = text.charCodeAt(0) === ZERO && text.length > 2 && text.charCodeAt(1) !== 46
  return isPlain && !leads
}

function withoutGroups(text: string, decimal: Decimal, thousands: Thousands): string {
  const group = GROUPED.find(({ bit }) =>
    FORMATS.some((one) => one.bit === bit && one.decimal === decimal && one.thousands === thousands),
  )
  if (!group?.pattern.test(text)) return text
  if (thousands === ' ') return text.replace(SPACES, '')
  return thousands === "'" ? text.replace(/['\u2019]/g, '') : text.replaceAll(thousands, '')
}

/**
 * The number that a text writes, in a column's format where it fits, and else in the only way that it can be read: with the
 * column's own decimal mark, or with the other one. NaN where it is no number, or could be two.
 */
export function numberIn(text: string, format: NumberFormat): number {
  const value = toNumber(text, format)
  if (!Number.isNaN(value)) return value
  const formats = formatsOf(text)
  if (formats === 0) return Number.NaN
  const own = format.decimal === '.' ? POINTS : COMMAS
  const only = onlyValue(text, formats & own)
  return Number.isNaN(only) && (formats & own) === 0 ? onlyValue(text, formats) : only
}

function onlyValue(text: string, formats: number): number {
  const values = new Set(FORMATS.filter(({ bit }) => (formats & bit) !== 0).map((one) => toNumber(text, one)))
  const [first = Number.NaN] = values
  return values.size === 1 ? first : Number.NaN
}

/** Whether a mark in all of these cells may begin decimals as well as group thousands: 8.400 or 1,234. */
export function isDoubtful(formats: number): boolean {
  if (formats === ANY_FORMAT) return false
  return ((formats & 1) !== 0 && (formats & 8) !== 0) || ((formats & 2) !== 0 && (formats & 4) !== 0)
}

/** The format that most cells fit, as a mask of one bit or more; `counts` holds how many cells fit each set of formats. */
export function mostCommon(counts: Float64Array): number {
  const fitting = FORMATS.map(({ bit }) => {
    const cells = counts.reduce((sum, count, formats) => sum + ((formats & bit) === 0 ? 0 : count), 0)
    return { bit, cells }
  })
  const most = Math.max(...fitting.map(({ cells }) => cells))
  return fitting.filter(({ cells }) => cells === most).reduce((sum, { bit }) => sum | bit, 0)
}

/** Whether all of these formats write decimals in one way: what a column says of its file. */
export function decimalOf(formats: number): Decimal | null {
  if (formats === 0) return null
  if ((formats & COMMAS) === 0) return '.'
  return (formats & POINTS) === 0 ? ',' : null
}

/** The simplest of the formats that fit, with the file's own way of decimals first. `separator` is the file's delimiter. */
export function formatOf(formats: number, decimal: Decimal | null, separator: string): NumberFormat {
  const fitting = FORMATS.filter(({ bit }) => (formats & bit) !== 0)
  const liked = fitting.filter((one) => one.decimal === decimal)
  // Where commas separate cells, one in a cell of three digits more likely groups them.
  const likely = fitting.filter((one) => separator !== ',' || one.decimal === '.')
  const { decimal: found, thousands } = liked[0] ?? likely[0] ?? fitting[0] ?? FORMATS[0]
  return { decimal: found, thousands }
}

/** The formats that a person's choice leaves. */
export function chosenFormats(decimal: Decimal | null, thousands: Thousands | null): number {
  return FORMATS.filter(
    (one) =>
      (decimal === null || one.decimal === decimal) &&
      (thousands === null || one.thousands === thousands || (thousands !== '' && one.thousands === '')),
  ).reduce((sum, one) => sum | one.bit, 0)
}
