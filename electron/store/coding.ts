import type { ColumnValues } from '#domain/dataset.ts'
import { narrow, type NarrowValues, widen } from '#domain/narrow.ts'

/** How a run of cells stands in the database: the narrowest form that holds it exactly. Little endian. */
export interface Coded {
  readonly coding: string
  readonly bytes: Uint8Array
}

const integers = [Int8Array, Int16Array, Int32Array] as const
const codes = [Uint8Array, Uint16Array, Uint32Array] as const

/** Packs cells; `unpack` gives exactly them back, minus zero included. */
export function pack(cells: NarrowValues): Coded {
  const packed = narrow(cells)
  if (packed.kind === 'texts') return packTexts(packed.words, packed.codes)
  const { values } = packed
  const coding = values instanceof Float64Array ? 'f64' : codingOf('i', values)
  return { coding, bytes: bytesOf(values) }
}

/** Throws RangeError for bytes that `pack` did not write. */
export function unpack({ coding, bytes }: Coded): ColumnValues {
  const width = integers.find((array) => coding === codingOf('i', array))
  if (width)
    return widen({ kind: 'numbers', values: viewAs<Int8Array | Int16Array | Int32Array>(width, bytes) })
  if (coding === 'f64') return { kind: 'numbers', values: viewAs(Float64Array, bytes) }
  return unpackTexts(coding, bytes)
}

/** i8 for whole numbers of 8 bits, t16 for numbers of texts in 16 bits. */
function codingOf(kind: 'i' | 't', { BYTES_PER_ELEMENT: bytes }: { BYTES_PER_ELEMENT: number }): string {
  return `${kind}${bytes * 8}`
}

/** Four bytes with the length of the words' JSON, the JSON, then one code for each cell. */
function packTexts(words: readonly string[], cells: Uint8Array | Uint16Array | Uint32Array): Coded {
  const json = Buffer.from(JSON.stringify(words))
  const head = Buffer.alloc(4)
  head.writeUInt32LE(json.length)
  return { coding: codingOf('t', cells), bytes: Buffer.concat([head, json, bytesOf(cells)]) }
}

function unpackTexts(coding: string, bytes: Uint8Array): ColumnValues {
  const width = codes.find((array) => coding === codingOf('t', array))
  if (!width) throw new RangeError('Unknown coding of cells')
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = 4 + all.readUInt32LE(0)
  // The cast: packTexts wrote a list of texts.
  const words = JSON.parse(all.toString('utf8', 4, end)) as string[]
  const packed = viewAs<Uint8Array | Uint16Array | Uint32Array>(width, all.subarray(end))
  return widen({ kind: 'texts', words, codes: packed })
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

/** A copy, because typed arrays need aligned memory that the driver does not promise. */
function viewAs<T>(array: new (buffer: ArrayBuffer) => T, bytes: Uint8Array): T {
  return new array(Uint8Array.from(bytes).buffer)
}
