/** So many zeros. */
export function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0)
}

/** Gauss's elimination with partial pivoting. */
export function eliminate(matrix: readonly Iterable<number>[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!])
  const size = rows.length
  for (let j = 0; j < size; j++) {
    let best = j
    for (let i = j + 1; i < size; i++) if (Math.abs(rows[i]![j]!) > Math.abs(rows[best]![j]!)) best = i
    ;[rows[j], rows[best]] = [rows[best]!, rows[j]!]
    for (let i = j + 1; i < size; i++) {
      const by = rows[i]![j]! / rows[j]![j]!
      if (by !== 0) for (let k = j; k <= size; k++) rows[i]![k]! -= by * rows[j]![k]!
    }
  }
  const out = zeros(size)
  for (let i = size - 1; i >= 0; i--) {
    let sum = rows[i]![size]!
    for (let j = i + 1; j < size; j++) sum -= rows[i]![j]! * out[j]!
    out[i] = sum / rows[i]![i]!
  }
  return out
}
