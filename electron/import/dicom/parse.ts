import { inflateRawSync } from 'node:zlib'
import dicom, { type ByteArrayParser, type DataSet } from 'dicom-parser'
import { AppError } from '#domain/errors.ts'
import { type Meta, metaOf, textAt } from './meta.ts'

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
const DEFLATED = '1.2.840.10008.1.2.1.99'
const PREAMBLE = 128

/** A file's elements up to its pixels. */
export interface DicomFile {
  readonly data: DataSet
  /** What kind of object the header says that it is; empty where it says nothing. */
  readonly media: string
  /** The file ends, or breaks, before its last element. */
  readonly partial: boolean
}

/**
 * Reads a DICOM file, with or without preamble, the letters DICM and meta header, in any transfer syntax (pixels are not read).
 * How the data set is really written goes before what the header says of it. A file that is cut short gives what is whole of it.
 * Throws AppError 'file-unreadable' with the reason for what is no DICOM file.
 */
export function parseDicomFile(bytes: Uint8Array): DicomFile {
  if (bytes.length < 8) throw unreadable('too short for a DICOM file')
  const start = startOf(bytes)
  if (start === null) throw unreadable('no DICOM file')
  const meta = metaOf(bytes, start)
  const { all, syntax } = writtenIn(bytes, meta)
  if (!syntax) throw unreadable('the DICOM header is damaged')
  return { ...parseDataSet(all, meta.end, syntax), media: meta.media }
}

/** Whether these bytes begin a DICOM file, also one without its preamble. No text begins so. */
export function isDicom(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && startOf(bytes) !== null
}

/** Where the first element stands: behind the preamble, or at once, or where the letters DICM are missing or wrong. */
function startOf(bytes: Uint8Array): number | null {
  if (textAt(bytes, PREAMBLE, 4) === 'DICM') return PREAMBLE + 4
  if (textAt(bytes, 0, 4) === 'DICM') return 4
  const places = isBlank(bytes) ? [PREAMBLE + 4, PREAMBLE] : [0]
  return places.find((at) => syntaxOf(bytes, at) !== null) ?? null
}

/** An empty preamble. */
function isBlank(bytes: Uint8Array): boolean {
  return bytes.subarray(0, PREAMBLE).every((byte) => byte === 0)
}

/** The bytes with the data set as it can be read, and how that is written. */
function writtenIn(bytes: Uint8Array, { end, syntax }: Meta): { all: Uint8Array; syntax: string | null } {
  const plain = syntax === DEFLATED ? null : syntaxOf(bytes, end)
  if (plain) return { all: bytes, syntax: plain }
  const inflated = inflate(bytes, end)
  if (inflated) return { all: inflated, syntax: syntaxOf(inflated, end) ?? EXPLICIT }
  return { all: bytes, syntax: syntaxOf(bytes, end) ?? declared(bytes, end, syntax) }
}

/** What the header says, where the first element leaves it open. */
function declared(bytes: Uint8Array, end: number, syntax: string | null): string | null {
  if (syntax === null || syntax === DEFLATED || end + 8 > bytes.length) return null
  return syntax === IMPLICIT || syntax === BIG_ENDIAN ? syntax : EXPLICIT
}

function parseDataSet(bytes: Uint8Array, start: number, syntax: string): Omit<DicomFile, 'media'> {
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

/** The same bytes with all behind `position` inflated; null where that is not deflated. */
function inflate(bytes: Uint8Array, position: number): Uint8Array | null {
  if (position >= bytes.length) return null
  try {
    const inflated = inflateRawSync(bytes.subarray(position), { maxOutputLength: MAX_INFLATED })
    const all = new Uint8Array(position + inflated.length)
    all.set(bytes.subarray(0, position))
    all.set(inflated, position)
    return all
  } catch {
    return null
  }
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

function unreadable(reason: string): AppError {
  return new AppError('file-unreadable', reason)
}
