import type { Hash } from '#domain/values.ts'
import { uniqueOf } from './row-groups.ts'

/** Rows of one part of an earlier choice, by their keys at a level: ascending, each once. */
export interface EarlierSet {
  readonly rowSet: number
  readonly patients: Hash
  readonly family: Hash
  readonly level: string
  readonly keys: Float64Array
}

/** Which earlier rows these are again: just the same patients, or nearly those of a family. */
export interface Kin {
  readonly same?: Hash
  readonly family?: Hash
}

/** Rows with less than this share of their own beside all combinations of earlier sums are nearly what is known of these. */
const OWN_SHARE = 0.5
/** Whoever makes less than this of what is left of them more is not needed for it. */
const NEEDED = 2
/** Less than so much of a row is an error of the arithmetic. */
const NOTHING = 0.5

/**
 * Which earlier rows the candidates are again. A sum of nearly the same rows, or of rows that come to others in the sums of several
 * cohorts, gives away who was in one and not in the other just as one of the very same rows: so they have the name of one family, and
 * who is added up with them is the same. Null where no sum may have them: they come to exactly what earlier ones do together, or
 * nearly to what several families do, whose members need not be the same.
 *
 * Why that is enough. The 0/1 vectors of the distinct sets that one hospital lets in are linearly independent, and which of them are the
 * same is the same at all members of a sum (the guard of sums sees to it): so each combination of sums that is not nothing rests on all
 * honest members of each of its sums. By so much of their own (`OWN_SHARE`) a difference tells another member's part less than
 * twice as well (as a variance) as sums of other patients would. `rowsAt` are the candidates' keys at a level.
 */
export function kinAmong(before: readonly EarlierSet[], rowsAt: (level: string) => Float64Array): Kin | null {
  const levels = [...new Set(before.map((one) => one.level))]
  const found = levels.map((level) => {
    const sets = before.filter((one) => one.level === level)
    return kinAt(uniqueOf(rowsAt(level)), sets)
  })
  const known = found.filter((one) => one !== null)
  const families = new Set(known.flatMap(({ family }) => family ?? []))
  if (known.length < found.length || families.size > 1) return null
  return (
    known.find(({ same }) => same !== undefined) ?? known.find(({ family }) => family !== undefined) ?? {}
  )
}

function kinAt(own: Float64Array, before: readonly EarlierSet[]): Kin | null {
  const same = before.find(({ keys }) => keys.length === own.length && keys.every((key, i) => key === own[i]))
  if (same) return { same: same.patients, family: same.family }
  const sets = [...before.map((one) => one.keys), own]
  const places = before.map((_, i) => i)
  const products = sets.map((a) => Float64Array.from(sets, (b) => sharedBy(a, b)))
  const left = leftOf(products, places)
  if (left >= OWN_SHARE * own.length) return {}
  const families = [...new Set(before.map((one) => one.family))]
  const needed = families.filter((family) => {
    const others = places.filter((i) => before[i]?.family !== family)
    return leftOf(products, others) > NEEDED * Math.max(left, NOTHING)
  })
  const [family] = needed
  return left < NOTHING || needed.length !== 1 || family === undefined ? null : { family }
}

/** What of the last set is beside all combinations of some others, in rows: its squared distance from their span, by Cholesky's method. */
function leftOf(products: readonly Float64Array[], others: readonly number[]): number {
  const basis: { readonly place: number; readonly row: readonly number[]; readonly length: number }[] = []
  const own = products.length - 1
  for (const i of [...others, own]) {
    const row: number[] = []
    for (const { place, row: along, length } of basis) {
      const shared = row.reduce((sum, one, k) => sum + one * (along[k] ?? 0), 0)
      row.push(((products[i]?.[place] ?? 0) - shared) / length)
    }
    const left = (products[i]?.[i] ?? 0) - row.reduce((sum, one) => sum + one * one, 0)
    if (i === own) return left
    if (left > NOTHING) basis.push({ place: i, row, length: Math.sqrt(left) })
  }
  return 0
}

/** How many keys two ascending lists have in common. */
function sharedBy(a: Float64Array, b: Float64Array): number {
  let [i, j, count] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i] ?? 0, b[j] ?? 0]
    if (x === y) count++
    if (x <= y) i++
    if (y <= x) j++
  }
  return count
}
