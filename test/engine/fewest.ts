/** Who was in a sum, and how few of them it may single out. */
export interface Held {
  readonly held: ReadonlySet<string>
  readonly floor: number
}

/**
 * Looks for a rational combination of sums that rests on fewer of those in them than the highest floor of the sums that any of
 * these were in. By linear algebra alone: a combination with the fewest is zero on as many columns of the 0/1 matrix of
 * sums as can be, so one that is zero on rank - 1 independent columns. Null where none is too small; otherwise its size.
 */
export function fewestIn(sums: readonly Held[]): number | null {
  const all = new Set(sums.flatMap(({ held }) => [...held]))
  const classes = new Map<string, { column: number[]; size: number; floor: number }>()
  for (const one of all) {
    const column = sums.map(({ held }) => Number(held.has(one)))
    const floor = Math.max(...sums.map((sum) => (sum.held.has(one) ? sum.floor : 0)))
    const known = classes.get(column.join()) ?? { column, size: 0, floor }
    known.size++
    classes.set(column.join(), known)
  }
  const columns = [...classes.values()]
  for (const combination of combinations(
    columns.map((one) => one.column),
    sums.length,
  )) {
    const touched = columns.filter(({ column }) => dot(combination, column) !== 0n)
    const size = touched.reduce((sum, one) => sum + one.size, 0)
    const floor = Math.max(...touched.map((one) => one.floor))
    if (touched.length > 0 && size < floor) return size
  }
  return null
}

/** Integer combinations of the rows, one for each way to be zero on rank - 1 independent columns. */
function* combinations(columns: readonly (readonly number[])[], rows: number): Generator<bigint[]> {
  yield* deeper([], 0)
  function* deeper(zeros: bigint[][], from: number): Generator<bigint[]> {
    const free = kernel(zeros, rows)
    // Combinations that are zero on every column are none.
    const alive = free.filter((one) => columns.some((column) => dot(one, column) !== 0n))
    for (const one of alive) yield one
    if (alive.length <= 1) return
    for (let i = from; i < columns.length; i++) {
      const column = columns[i]!.map(BigInt)
      if (free.some((one) => dot(one, columns[i]!) !== 0n)) yield* deeper([...zeros, column], i + 1)
    }
  }
}

function dot(combination: readonly bigint[], column: readonly number[]): bigint {
  return combination.reduce((sum, one, i) => sum + one * BigInt(column[i] ?? 0), 0n)
}

/** A basis of the integer combinations that are zero on these columns (Gauss-Jordan without fractions). */
export function kernel(zeros: readonly (readonly bigint[])[], rows: number): bigint[][] {
  const matrix = zeros.map((one) => [...one])
  const pivots: number[] = []
  for (let column = 0; column < rows && pivots.length < matrix.length; column++) {
    const at = matrix.findIndex((row, i) => i >= pivots.length && row[column] !== 0n)
    if (at < 0) continue
    const top = pivots.length
    ;[matrix[top], matrix[at]] = [matrix[at]!, matrix[top]!]
    const pivot = matrix[top]
    for (const [i, row] of matrix.entries()) {
      const factor = row[column]!
      if (i !== top && factor !== 0n)
        matrix[i] = row.map((one, j) => one * pivot[column]! - factor * pivot[j]!)
    }
    pivots.push(column)
  }
  const free = Array.from({ length: rows }, (_, column) => column).filter((one) => !pivots.includes(one))
  return free.map((column) => {
    const scale = pivots.reduce((product, pivot, i) => product * matrix[i]![pivot]!, 1n)
    const one = Array.from({ length: rows }, () => 0n)
    one[column] = scale
    for (const [i, pivot] of pivots.entries())
      one[pivot] = (-matrix[i]![column]! * scale) / matrix[i]![pivot]!
    return one
  })
}
