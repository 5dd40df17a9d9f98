/** A pair of neighbours is swapped until the second is at least so long (Lovász). */
const LOVASZ = 0.99

/**
 * The integers z for which `rows` * z is nearest to `target`: least squares over integers, as good as Babai's nearest plane finds
 * them after the columns were reduced (Lenstra, Lenstra and Lovász 1982). At least as many rows as columns.
 */
export function nearestIntegers(
  rows: readonly Float64Array[],
  target: Float64Array,
  mostSwaps: number,
): number[] {
  const width = rows[0]!.length
  const { r, aim } = triangle(rows, target)
  const basis = Array.from({ length: width }, (_, i) =>
    Array.from({ length: width }, (_one, j) => Number(i === j)),
  )
  reduce(r, aim, basis, mostSwaps)
  const found = new Float64Array(width)
  for (let i = width - 1; i >= 0; i--) {
    let rest = aim[i]!
    for (let j = i + 1; j < width; j++) rest -= r[i]![j]! * found[j]!
    found[i] = Math.round(rest / r[i]![i]!)
  }
  const result = Array.from({ length: width }, () => 0)
  basis.forEach((column, j) => column.forEach((value, i) => (result[i]! += value * found[j]!)))
  return result
}

/** Columns made upper triangular by reflections (Householder); the target comes along. */
function triangle(rows: readonly Float64Array[], target: Float64Array) {
  const width = rows[0]!.length
  const r = rows.map((row) => Float64Array.from(row))
  const aim = Float64Array.from(target)
  for (let j = 0; j < width; j++) {
    let norm = 0
    for (let i = j; i < r.length; i++) norm = Math.hypot(norm, r[i]![j]!)
    if (norm === 0) continue
    const mirror = r.map((row, i) => (i < j ? 0 : row[j]!))
    mirror[j]! += mirror[j]! > 0 ? norm : -norm
    const square = mirror.reduce((sum, one) => sum + one * one, 0)
    for (let k = j; k < width; k++) {
      let along = 0
      for (let i = j; i < r.length; i++) along += mirror[i]! * r[i]![k]!
      for (let i = j; i < r.length; i++) r[i]![k]! -= (2 * along * mirror[i]!) / square
    }
    let along = 0
    for (let i = j; i < r.length; i++) along += mirror[i]! * aim[i]!
    for (let i = j; i < r.length; i++) aim[i]! -= (2 * along * mirror[i]!) / square
  }
  return { r: r.slice(0, width), aim }
}

/** Reduces the columns of a triangle, which stays one by rotations; `basis` says what they are made of. */
function reduce(r: Float64Array[], aim: Float64Array, basis: number[][], mostSwaps: number) {
  let swaps = 0
  for (let k = 1; k < r.length && swaps < mostSwaps;) {
    shorten(r, basis, k, k - 1)
    const before = r[k - 1]![k - 1]!
    const length = r[k - 1]![k]! ** 2 + r[k]![k]! ** 2
    if (length >= LOVASZ * before * before) {
      for (let j = k - 2; j >= 0; j--) shorten(r, basis, k, j)
      k += 1
      continue
    }
    swap(r, aim, basis, k)
    swaps += 1
    k = Math.max(1, k - 1)
  }
}

/** Takes the whole multiple of column j out of column k. */
function shorten(r: Float64Array[], basis: number[][], k: number, j: number) {
  const times = Math.round(r[j]![k]! / r[j]![j]!)
  if (times === 0) return
  for (let i = 0; i <= j; i++) r[i]![k]! -= times * r[i]![j]!
  basis[k]!.forEach((_, i) => (basis[k]![i]! -= times * basis[j]![i]!))
}

function swap(r: Float64Array[], aim: Float64Array, basis: number[][], k: number) {
  for (let i = 0; i <= k; i++) [r[i]![k - 1], r[i]![k]] = [r[i]![k]!, r[i]![k - 1]!]
  ;[basis[k - 1], basis[k]] = [basis[k]!, basis[k - 1]!]
  const norm = Math.hypot(r[k - 1]![k - 1]!, r[k]![k - 1]!)
  if (norm === 0) return
  const [c, s] = [r[k - 1]![k - 1]! / norm, r[k]![k - 1]! / norm]
  const turn = (upper: Float64Array, lower: Float64Array, at: number, from = at) => {
    const [a, b] = [upper[at]!, lower[from]!]
    upper[at] = c * a + s * b
    lower[from] = c * b - s * a
  }
  for (let j = k - 1; j < r.length; j++) turn(r[k - 1]!, r[k]!, j)
  turn(aim, aim, k - 1, k)
}
