/** A pivot below this share of its diagonal is a column that the ones before it say already. */
const SHARE = 1e-9
/** A pivot below this is nothing that a sum in fixed point resolves. */
const FLOOR = 1e-6

/** Cholesky's factor of a symmetric matrix, with the columns left out that the ones before them say already. */
export interface Factor {
  readonly size: number
  /** Row-major, lower triangle; rows of columns left out are 0. */
  readonly lower: Float64Array
  /** 1 for columns that carry nothing of their own: answers are 0 there. */
  readonly aliased: Uint8Array
}

/** A value whose index lies in the array. */
export function at(values: Float64Array, index: number): number {
  return values[index] as number // safe: every caller's index is below the array's length
}

/**
 * Factors a symmetric matrix (row-major) that is positive semidefinite: a column that others before it say already, or that is
 * 0 (below `floor`), is left out. + - * / and sqrt alone, in one order: the same bits on every machine.
 */
export function factorise(matrix: Float64Array, size: number, floor = FLOOR): Factor {
  const lower = new Float64Array(size * size)
  const aliased = new Uint8Array(size)
  for (let j = 0; j < size; j++) {
    const diagonal = at(matrix, j * size + j)
    let pivot = diagonal
    for (let k = 0; k < j; k++) pivot -= at(lower, j * size + k) * at(lower, j * size + k)
    if (!(pivot > Math.max(floor, SHARE * diagonal))) {
      aliased[j] = 1
      lower.fill(0, j * size, j * size + j)
      continue
    }
    const root = Math.sqrt(pivot)
    lower[j * size + j] = root
    for (let i = j + 1; i < size; i++) {
      let sum = at(matrix, i * size + j)
      for (let k = 0; k < j; k++) sum -= at(lower, i * size + k) * at(lower, j * size + k)
      lower[i * size + j] = sum / root
    }
  }
  return { size, lower, aliased }
}

/** Solves A x = b; x is 0 where a column was left out. */
export function solve({ size, lower, aliased }: Factor, right: Float64Array): Float64Array {
  const out = Float64Array.from(right, (value, i) => (aliased[i] ? 0 : value))
  for (let i = 0; i < size; i++) {
    if (aliased[i]) continue
    let sum = at(out, i)
    for (let j = 0; j < i; j++) sum -= at(lower, i * size + j) * at(out, j)
    out[i] = sum / at(lower, i * size + i)
  }
  for (let i = size - 1; i >= 0; i--) {
    if (aliased[i]) continue
    let sum = at(out, i)
    for (let j = i + 1; j < size; j++) sum -= at(lower, j * size + i) * at(out, j)
    out[i] = sum / at(lower, i * size + i)
  }
  return out
}

/** The inverse, row-major; 0 in rows and columns that were left out. */
export function invert(factor: Factor): Float64Array {
  const { size } = factor
  const out = new Float64Array(size * size)
  for (let j = 0; j < size; j++) {
    if (factor.aliased[j]) continue
    const unit = new Float64Array(size)
    unit[j] = 1
    const column = solve(factor, unit)
    for (let i = 0; i < size; i++) out[i * size + j] = at(column, i)
  }
  return out
}

/** A x for a square matrix, row-major. */
export function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length
  const out = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    let sum = 0
    for (let j = 0; j < size; j++) sum += at(matrix, i * size + j) * at(vector, j)
    out[i] = sum
  }
  return out
}

/** The sum of products of two vectors of equal length. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i)
  return sum
}

/** The upper triangle of a symmetric matrix, row after row. */
export function packUpper(matrix: Float64Array, size: number): Float64Array {
  const out = new Float64Array((size * (size + 1)) / 2)
  for (let i = 0, from = 0; i < size; from += size - i, i++) {
    out.set(matrix.subarray(i * size + i, (i + 1) * size), from)
  }
  return out
}

/** A symmetric matrix from its upper triangle. */
export function unpackUpper(upper: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size)
  for (let i = 0, from = 0; i < size; i++) {
    for (let j = i; j < size; j++, from++) {
      out[i * size + j] = at(upper, from)
      out[j * size + i] = at(upper, from)
    }
  }
  return out
}
