import { inflateRawSync } from 'node:zlib'
import dicom, { type ByteArrayParser, type DataSet } from 'dicom-parser'
import { AppError } from '#domain/errors.ts'

/** Its types declare the class as a shape only. */
const { DataSet: NewDataSet } = dicom as unknown as {
  DataSet: new (order: ByteArrayParser, bytes: Uint8Array, elements: object) => DataSet
}
const PIXELS = 'x7fe00010'
const MAX_INFLATED = 64 * 1024 * 1024
const VRS = /^(?:A[EST]|CS|D[AST]|F[LD]|I[S]|L[OT]|O[BDFLVW]|PN|S[HLQSTV]|TM|U[CILNRSTV])$/
const BIG_ENDIAN = '1.2.840.10008.1.2.2'
const IMPLICIT = '1.2.840.10008.1.2'
const EXPLICIT = '1.2.840.10008.1.2.1'

/** A file's elements up to its pixels. */
export interface DicomFile {
  readonly data: DataSet
  /** The file ends, or breaks, before its last element. */
  readonly partial: boolean
}

/**
 * Reads a DICOM file, with or without preamble and meta header, in any transfer syntax (pixels are not read). A file that is cut
 * short gives what is whole of it. Throws AppError 'file-unreadable' with the reason for what is no DICOM file.
 */
export function parseDicomFile(bytes: Uint8Array): DicomFile {
  if (bytes.length < 8) throw unreadable('too short for a DICOM file')
  const hasPreamble = textAt(bytes, 128, 4) === 'DICM'
  const bare = hasPreamble ? null : syntaxOf(bytes, 0)
  if (!hasPreamble && !bare) throw unreadable('no DICOM file')
  if (bare && groupAt(bytes, 0, bare === BIG_ENDIAN) !== 2) return parseBare(bytes, 0, bare)
  try {
    if (bare) return parseBare(bytes, metaEnd(bytes, 0), syntaxOf(bytes, metaEnd(bytes, 0)))
    return { data: dicom.parseDicom(bytes, { untilTag: PIXELS, inflater: inflate }), partial: false }
  } catch (error) {
    return rescue(bytes, error)
  }
}

/** What can be had of a file whose header or end is broken. */
function rescue(bytes: Uint8Array, error: unknown): DicomFile {
  const partial = partOf(error)
  if (partial && Object.keys(partial.elements).some((tag) => tag > 'x0003'))
    return { data: partial, partial: true }
  const start = metaEnd(bytes, 132)
  const syntax = syntaxOf(bytes, start)
  if (!syntax) throw unreadable('the DICOM header is damaged')
  return parseBare(bytes, start, syntax)
}

/** dicom-parser throws what it had read so far beside the reason. */
function partOf(error: unknown): DataSet | null {
  const has = typeof error === 'object' && error !== null && 'dataSet' in error
  // The cast: that is what dicom-parser puts there.
  return has ? (error.dataSet as DataSet) : null
}

function parseBare(bytes: Uint8Array, start: number, syntax: string | null): DicomFile {
  if (!syntax) throw unreadable('no DICOM file')
  const order: ByteArrayParser =
    syntax === BIG_ENDIAN ? dicom.bigEndianByteArrayParser : dicom.littleEndianByteArrayParser
  const data = new NewDataSet(order, bytes, {})
  const stream = new dicom.ByteStream(order, bytes, start)
  try {
    if (syntax === IMPLICIT) dicom.parseDicomDataSetImplicit(data, stream, bytes.length, { untilTag: PIXELS })
    else dicom.parseDicomDataSetExplicit(data, stream, bytes.length, { untilTag: PIXELS })
    return { data, partial: false }
  } catch {
    if (Object.keys(data.elements).length === 0) throw unreadable('the DICOM data set is damaged')
    return { data, partial: true }
  }
}

function inflate(bytes: Uint8Array, position: number): Uint8Array {
  const inflated = inflateRawSync(bytes.subarray(position), { maxOutputLength: MAX_INFLATED })
  const all = new Uint8Array(position + inflated.length)
  all.set(bytes.subarray(0, position))
  all.set(inflated, position)
  return all
}

/** Where the elements of group 2 end, which are always explicit and little endian. */
function metaEnd(bytes: Uint8Array, start: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = start
  while (at + 8 <= bytes.length && view.getUint16(at, true) === 2) {
    const vr = textAt(bytes, at + 4, 2)
    const isLong = /^(?:O[BDFLVW]|SQ|U[CNRT])$/.test(vr)
    if (isLong && at + 12 > bytes.length) return bytes.length
    at += isLong ? 12 + view.getUint32(at + 8, true) : 8 + view.getUint16(at + 6, true)
  }
  return Math.min(at, bytes.length)
}

/** The transfer syntax that elements at `at` are written in, told by the first of them; null when it is none. */
function syntaxOf(bytes: Uint8Array, at: number): string | null {
  if (at + 8 > bytes.length) return null
  const little = groupAt(bytes, at, false)
  const big = groupAt(bytes, at, true)
  const isExplicit = VRS.test(textAt(bytes, at + 4, 2))
  const isFirst = (group: number) => group >= 2 && group <= 0x28
  if (isExplicit && isFirst(little)) return EXPLICIT
  if (isExplicit && isFirst(big)) return BIG_ENDIAN
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at + 4, true)
  return [2, 8, 0x10].includes(little) && length < bytes.length ? IMPLICIT : null
}

function groupAt(bytes: Uint8Array, at: number, isBig: boolean): number {
  const [first = 0, second = 0] = [bytes[at], bytes[at + 1]]
  return isBig ? first * 256 + second : second * 256 + first
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}

function unreadable(reason: string): AppError {
  return new AppError('file-unreadable', reason)
}
