import type { ColumnValues } from '#domain/dataset.ts'

/** How a run of cells stands in the database: the narrowest form that holds it exactly. Little endian. */
export interface Coded {
  readonly coding: string
  readonly bytes: Uint8Array
}

const integers = [
  { coding: 'i8', array: Int8Array, missing: -0x80 },
  { coding: 'i16', array: Int16Array, missing: -0x8000 },
  { coding: 'i32', array: Int32Array, missing: -0x80000000 },
] as const
const codes = [
  { coding: 't8', array: Uint8Array, max: 0xff },
  { coding: 't16', array: Uint16Array, max: 0xffff },
  { coding: 't32', array: Uint32Array, max: 0xffffffff },
] as const

/** Packs cells; `unpack` gives exactly them back, minus zero included. */
export function pack(cells: ColumnValues): Coded {
  return cells.kind === 'numbers' ? packNumbers(cells.values) : packTexts(cells.words, cells.codes)
}

/** Throws RangeError for bytes that `pack` did not write. */
export function unpack({ coding, bytes }: Coded): ColumnValues {
  const width = integers.find((one) => one.coding === coding)
  if (width) return { kind: 'numbers', values: widen(width, bytes) }
  if (coding === 'f64') return { kind: 'numbers', values: viewAs(Float64Array, bytes) }
  return unpackTexts(coding, bytes)
}

function packNumbers(values: Float64Array): Coded {
  const limit = largestInteger(values)
  const width = limit === null ? undefined : integers.find(({ missing }) => limit < -missing)
  if (!width) return { coding: 'f64', bytes: bytesOf(values) }
  const narrow = new width.array(values.length)
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? Number.NaN
    narrow[i] = Number.isNaN(value) ? width.missing : value
  }
  return { coding: width.coding, bytes: bytesOf(narrow) }
}

/** The largest magnitude, or null when not all are whole numbers. */
function largestInteger(values: Float64Array): number | null {
  let limit = 0
  for (const value of values) {
    if (Number.isNaN(value)) continue
    if (!Number.isInteger(value) || Object.is(value, -0)) return null
    limit = Math.max(limit, Math.abs(value))
  }
  return limit
}

function widen({ array, missing }: (typeof integers)[number], bytes: Uint8Array): Float64Array {
  const narrow = viewAs<Int8Array | Int16Array | Int32Array>(array, bytes)
  const values = new Float64Array(narrow.length)
  for (let i = 0; i < narrow.length; i += 1) {
    const value = narrow[i] ?? missing
    values[i] = value === missing ? Number.NaN : value
  }
  return values
}

/** Four bytes with the length of the words' JSON, the JSON, then one code for each cell. */
function packTexts(words: readonly string[], cells: Uint32Array): Coded {
  const width = codes.find(({ max }) => words.length <= max)
  if (!width) throw new RangeError('Too many different texts in one run of cells')
  const json = Buffer.from(JSON.stringify(words))
  const head = Buffer.alloc(4)
  head.writeUInt32LE(json.length)
  return { coding: width.coding, bytes: Buffer.concat([head, json, bytesOf(width.array.from(cells))]) }
}

function unpackTexts(coding: string, bytes: Uint8Array): ColumnValues {
  const width = codes.find((one) => one.coding === coding)
  if (!width) throw new RangeError('Unknown coding of cells')
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = 4 + all.readUInt32LE(0)
  // The cast: packTexts wrote a list of texts.
  const words = JSON.parse(all.toString('utf8', 4, end)) as string[]
  const narrow = viewAs<Uint8Array | Uint16Array | Uint32Array>(width.array, all.subarray(end))
  return { kind: 'texts', words, codes: Uint32Array.from(narrow) }
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

/** A copy, because typed arrays need aligned memory that the driver does not promise. */
function viewAs<T>(array: new (buffer: ArrayBuffer) => T, bytes: Uint8Array): T {
  return new array(Uint8Array.from(bytes).buffer)
}
