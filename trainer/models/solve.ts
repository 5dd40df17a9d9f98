/** Solves A x = b for a symmetric positive definite A (row-major) by Cholesky's factors. */
export function solvePositive(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length
  const factor = choleskyOf(matrix, n)
  const out = Float64Array.from(right)
  for (let i = 0; i < n; i++) {
    let sum = at(out, i)
    for (let j = 0; j < i; j++) sum -= at(factor, i * n + j) * at(out, j)
    out[i] = sum / at(factor, i * n + i)
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = at(out, i)
    for (let j = i + 1; j < n; j++) sum -= at(factor, j * n + i) * at(out, j)
    out[i] = sum / at(factor, i * n + i)
  }
  return out
}

function choleskyOf(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = at(matrix, i * n + j)
      for (let k = 0; k < j; k++) sum -= at(factor, i * n + k) * at(factor, j * n + k)
      factor[i * n + j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / at(factor, j * n + j)
    }
  }
  return factor
}

/** A value whose index lies in the array. */
function at(values: Float64Array, index: number): number {
  return values[index] as number // safe: every index above is below the array's length
}
