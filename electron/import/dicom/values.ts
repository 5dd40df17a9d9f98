import type { DataSet } from 'dicom-parser'
import type { AllowedTag, Vr } from './allowed.ts'
import { decodeText, isGuessed } from './charset.ts'

const CHARSET = 'x00080005'
const MAX_VALUES = 64

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
  { path, vr }: Pick<AllowedTag, 'path' | 'vr'>,
  charsets: readonly string[] = charsetsOf(data),
): string[] {
  const [tag = '', ...rest] = path
  if (rest.length > 0) {
    const items = data.elements[tag]?.items ?? []
    return items
      .slice(0, MAX_VALUES)
      .flatMap(({ dataSet }) => (dataSet ? valuesOf(dataSet, { path: rest, vr }, charsets) : []))
  }
  const binary = BINARY[writtenAs(data, tag, vr)]
  if (binary) return numbersOf(data, tag, binary)
  const texts = textOf(data, tag, charsets)?.split('\\') ?? []
  return texts.map((one) => one.trim()).slice(0, MAX_VALUES)
}

const TEXTS: ReadonlySet<string> = new Set(['AS', 'CS', 'DS', 'IS', 'LO', 'LT', 'SH', 'ST', 'UC', 'UI', 'UT'])

/** How a file that says so writes an element; writers do not always follow the dictionary. */
function writtenAs(data: DataSet, tag: string, vr: Vr): Vr {
  const written = data.elements[tag]?.vr ?? ''
  if (Object.hasOwn(BINARY, written)) return written as Vr
  return TEXTS.has(written) ? 'LO' : vr
}

/** Whether a tag holds letters of which the file does not say how they are written. */
export function hasGuessedLetters(data: DataSet, { path }: AllowedTag, charsets: readonly string[]): boolean {
  const element = path.length === 1 ? data.elements[path[0] ?? ''] : undefined
  if (!element || element.length > 65_536) return false
  return isGuessed(data.byteArray.subarray(element.dataOffset, element.dataOffset + element.length), charsets)
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
