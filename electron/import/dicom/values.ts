import type { DataSet } from 'dicom-parser'
import type { AllowedTag, Vr } from './allowed.ts'
import { decodeText } from './charset.ts'

const CHARSET = 'x00080005'
const MAX_VALUES = 64
const MAX_TEXT = 200

const BINARY: Partial<
  Record<Vr, { bytes: number; read: (data: DataSet, tag: string, index: number) => number | undefined }>
> = {
  US: { bytes: 2, read: (data, tag, index) => data.uint16(tag, index) },
  SS: { bytes: 2, read: (data, tag, index) => data.int16(tag, index) },
  UL: { bytes: 4, read: (data, tag, index) => data.uint32(tag, index) },
  SL: { bytes: 4, read: (data, tag, index) => data.int32(tag, index) },
  FL: { bytes: 4, read: (data, tag, index) => data.float(tag, index) },
  FD: { bytes: 8, read: (data, tag, index) => data.double(tag, index) },
}

/** The character sets that a file declares. */
export function charsetsOf(data: DataSet): string[] {
  return (data.string(CHARSET) ?? '').split('\\').map((one) => one.trim())
}

/** The text of one element, decoded and trimmed; null when it is not there or empty. */
export function textOf(data: DataSet, tag: string, charsets: readonly string[]): string | null {
  const element = data.elements[tag]
  if (!element || element.length === 0 || element.length > 65_536) return null
  const end = element.dataOffset + element.length
  if (end > data.byteArray.length) return null
  const text = decodeText(data.byteArray.subarray(element.dataOffset, end), charsets)
  // Padding is a blank or a zero.
  return text.replace(/[\0 ]+$/g, '').trimStart() || null
}

/** The values of an allowed tag as texts, of all items on its path; empty when it is not there. */
export function valuesOf(
  data: DataSet,
  { path, vr }: AllowedTag,
  charsets: readonly string[] = charsetsOf(data),
): string[] {
  const [tag = '', ...rest] = path
  if (rest.length > 0) {
    const items = data.elements[tag]?.items ?? []
    return items
      .slice(0, MAX_VALUES)
      .flatMap(({ dataSet }) =>
        dataSet ? valuesOf(dataSet, { name: '', path: rest, vr, unit: null }, charsets) : [],
      )
  }
  const binary = BINARY[vr]
  if (binary) return numbersOf(data, tag, binary)
  const texts = textOf(data, tag, charsets)?.split('\\') ?? []
  return texts.map((one) => one.trim()).slice(0, MAX_VALUES)
}

function numbersOf(
  data: DataSet,
  tag: string,
  { bytes, read }: NonNullable<(typeof BINARY)['US']>,
): string[] {
  const element = data.elements[tag]
  if (!element || element.dataOffset + element.length > data.byteArray.length) return []
  const count = Math.min(MAX_VALUES, Math.floor(element.length / bytes))
  return Array.from({ length: count }, (_, index) => read(data, tag, index)).flatMap((value) =>
    value === undefined ? [] : [String(value)],
  )
}

const AGE = /^(\d{1,3})([DWMY])$/
const YEARS = { D: 1 / 365.25, W: 7 / 365.25, M: 1 / 12, Y: 1 } as const

/** The cells that an allowed tag gives a row: several values get columns of their own, as PixelSpacing.1 and .2. */
export function cellsOf(tag: AllowedTag, values: readonly string[]): (readonly [string, string])[] {
  const cells = values.map((value) => (tag.vr === 'AS' ? yearsOf(value) : value).slice(0, MAX_TEXT))
  const isLettered = tag.vr === 'CS' || tag.vr === 'LO' || tag.vr === 'SH' || tag.vr === 'UI'
  if (cells.length < 2) return cells.length === 1 && cells[0] !== '' ? [[tag.name, cells[0] ?? '']] : []
  // Words belong together: ORIGINAL\\PRIMARY is one thing.
  if (isLettered && tag.path.length === 1) return [[tag.name, cells.join('\\')]]
  return cells
    .map((cell, index) => [`${tag.name}.${index + 1}`, cell] as const)
    .filter(([, cell]) => cell !== '')
}

/** DICOM writes ages as 045Y or 018M. */
function yearsOf(age: string): string {
  const [, count, unit] = AGE.exec(age.trim()) ?? []
  if (count === undefined || !(unit && unit in YEARS)) return ''
  // The cast: `in` has just told.
  const years = Number(count) * YEARS[unit as keyof typeof YEARS]
  return String(Number(years.toFixed(3)))
}
