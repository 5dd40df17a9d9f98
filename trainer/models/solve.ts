/** Solves A x = b for a symmetric positive definite A (row-major) by Cholesky's factors. */
export function solvePositive(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length
  const factor = choleskyOf(matrix, n)
  const out = Float64Array.from(right)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) out[i] = (out[i] ?? 0) - (factor[i * n + j] ?? 0) * (out[j] ?? 0)
    out[i] = (out[i] ?? 0) / (factor[i * n + i] ?? 1)
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) out[i] = (out[i] ?? 0) - (factor[j * n + i] ?? 0) * (out[j] ?? 0)
    out[i] = (out[i] ?? 0) / (factor[i * n + i] ?? 1)
  }
  return out
}

function choleskyOf(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j] ?? 0
      for (let k = 0; k < j; k++) sum -= (factor[i * n + k] ?? 0) * (factor[j * n + k] ?? 0)
      factor[i * n + j] =
        i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / (factor[j * n + j] ?? 1)
    }
  }
  return factor
}
