import { type AllowedTag, PAIRS, type Vr } from './allowed.ts'

/** A value on its way to a column. */
export interface DicomCell {
  readonly column: string
  readonly value: string
  /** It is not written as DICOM has it, and read as what it means. */
  readonly isOdd: boolean
}

const MAX_TEXT = 200
const WORDS: ReadonlySet<Vr> = new Set(['CS', 'LO', 'SH', 'UI'])
const AGE = /^(\d{1,3})\s*([DWMY])$/i
const PROPER_AGE = /^\d{3}[DWMY]$/
const YEARS: Record<string, number> = { D: 1 / 365.25, W: 7 / 365.25, M: 1 / 12, Y: 1 }
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const WITH_COMMA = /^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/

/** Whether a tag's values are numbers by definition. Ages become years. */
export function isNumeric({ vr }: AllowedTag): boolean {
  return !WORDS.has(vr)
}

/**
 * The cells that an allowed tag gives a row. Of several numbers the first has the tag's name and the others their place behind it,
 * as WindowCenter.2, however many a file has; pairs are PixelSpacing.1 and .2. Words belong together: ORIGINAL\PRIMARY is one.
 */
export function cellsOf(tag: AllowedTag, values: readonly string[]): DicomCell[] {
  if (!isNumeric(tag) && tag.path.length === 1) {
    const value = values.join('\\').slice(0, MAX_TEXT)
    return value === '' ? [] : [{ column: tag.name, value, isOdd: false }]
  }
  return values.flatMap((value, index) =>
    value === '' ? [] : [{ column: columnAt(tag.name, index), ...plain(tag.vr, value) }],
  )
}

function columnAt(name: string, index: number): string {
  return index === 0 && !PAIRS.has(name) ? name : `${name}.${index + 1}`
}

function plain(vr: Vr, value: string): Pick<DicomCell, 'value' | 'isOdd'> {
  if (vr === 'AS') return yearsOf(value)
  if (vr === 'DS' || vr === 'IS') return plainNumber(value)
  return { value: value.slice(0, MAX_TEXT), isOdd: false }
}

/** A decimal string has no marks between thousands, so that a comma in it is the decimal mark of a careless writer. */
export function plainNumber(text: string): Pick<DicomCell, 'value' | 'isOdd'> {
  const isOdd = WITH_COMMA.test(text)
  return { value: sameNumber(isOdd ? text.replace(',', '.') : text), isOdd }
}

/** 3, +3.0 and 3E0 are one number, however files write it; what is none stays as it is. */
export function sameNumber(text: string): string {
  const value = NUMBER.test(text) ? Number(text) : NaN
  return Number.isFinite(value) ? String(value) : text.slice(0, MAX_TEXT)
}

/** DICOM writes ages as 045Y or 018M. What names no unit could be months as well as years: it is shown, and no number. */
function yearsOf(age: string): Pick<DicomCell, 'value' | 'isOdd'> {
  const [, count, unit = ''] = AGE.exec(age) ?? []
  const years = YEARS[unit.toUpperCase()]
  if (count === undefined || years === undefined)
    return { value: `${age.slice(0, MAX_TEXT)} (no DICOM age)`, isOdd: false }
  return { value: String(Number((Number(count) * years).toFixed(3))), isOdd: !PROPER_AGE.test(age) }
}
