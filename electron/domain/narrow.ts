import type { ColumnValues } from './dataset.ts'

/**
 * A run of one column's cells in the narrowest arrays that hold them exactly. In whole numbers the lowest that the array can
 * hold means missing.
 */
export type NarrowValues =
  | { readonly kind: 'numbers'; readonly values: Int8Array | Int16Array | Int32Array | Float64Array }
  | {
      readonly kind: 'texts'
      readonly words: readonly string[]
      readonly codes: Uint8Array | Uint16Array | Uint32Array
    }

/** Arrays of whole numbers, the narrowest first, and what stands in them for a missing one. */
const INTEGERS = [
  { array: Int8Array, missing: -0x80 },
  { array: Int16Array, missing: -0x8000 },
  { array: Int32Array, missing: -0x80000000 },
] as const
const CODES = [
  { array: Uint8Array, max: 0xff },
  { array: Uint16Array, max: 0xffff },
  { array: Uint32Array, max: 0xffffffff },
] as const

/** Copies cells into arrays as narrow as hold them exactly, minus zero included. What is narrow already stays as it is. */
export function narrow(cells: NarrowValues): NarrowValues {
  if (cells.kind === 'numbers')
    return cells.values instanceof Float64Array ? narrowNumbers(cells.values) : cells
  return cells.codes instanceof Uint32Array ? narrowTexts(cells.words, cells.codes) : cells
}

/** The cells again as they were before they were narrowed. */
export function widen(cells: NarrowValues): ColumnValues {
  if (cells.kind === 'texts') return { ...cells, codes: Uint32Array.from(cells.codes) }
  const { values } = cells
  if (values instanceof Float64Array) return { kind: 'numbers', values }
  const missing = -(2 ** (8 * values.BYTES_PER_ELEMENT - 1))
  const wide = new Float64Array(values.length)
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? missing
    wide[i] = value === missing ? Number.NaN : value
  }
  return { kind: 'numbers', values: wide }
}

function narrowNumbers(values: Float64Array): NarrowValues {
  const limit = largestInteger(values)
  const width = limit === null ? undefined : INTEGERS.find(({ missing }) => limit < -missing)
  if (!width) return { kind: 'numbers', values: values.slice() }
  const narrowed = new width.array(values.length)
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? Number.NaN
    narrowed[i] = Number.isNaN(value) ? width.missing : value
  }
  return { kind: 'numbers', values: narrowed }
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

function narrowTexts(words: readonly string[], codes: Uint32Array): NarrowValues {
  const width = CODES.find(({ max }) => words.length <= max)
  if (!width) throw new RangeError('Too many different texts in one run of cells')
  return { kind: 'texts', words, codes: new width.array(codes) }
}
