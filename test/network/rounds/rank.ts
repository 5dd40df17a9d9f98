/** A prime small enough that products stay exact in doubles, and large enough that chance hides nothing. */
const PRIME = 33_554_393

function inverse(value: number): number {
  let [a, b, x, y] = [value % PRIME, PRIME, 1, 0]
  while (b !== 0) {
    const times = Math.floor(a / b)
    ;[a, b] = [b, a - times * b]
    ;[x, y] = [y, x - times * y]
  }
  return ((x % PRIME) + PRIME) % PRIME
}

/** The rank of a matrix of small whole numbers, over the integers modulo a prime: never more than over the rationals. */
export function rankOf(matrix: readonly (readonly number[])[]): number {
  const rows = matrix.map((row) => row.map((one) => ((one % PRIME) + PRIME) % PRIME))
  const width = rows[0]?.length ?? 0
  let rank = 0
  for (let column = 0; column < width && rank < rows.length; column++) {
    const found = rows.findIndex((row, i) => i >= rank && row[column] !== 0)
    if (found < 0) continue
    ;[rows[rank], rows[found]] = [rows[found]!, rows[rank]!]
    clear(rows, rank, column)
    rank++
  }
  return rank
}

function clear(rows: number[][], at: number, column: number) {
  const own = rows[at]!
  const by = inverse(own[column]!)
  for (const row of rows.slice(at + 1)) {
    const factor = (row[column]! * by) % PRIME
    if (factor === 0) continue
    for (let i = column; i < row.length; i++)
      row[i] = (row[i]! + PRIME - ((factor * own[i]!) % PRIME)) % PRIME
  }
}
