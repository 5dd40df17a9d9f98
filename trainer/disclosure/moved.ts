import { curves } from '#trainer/compute/activation.ts'
import type { Activation } from '#trainer/models/layout.ts'
import { addRow, emptySet, hasRow } from './merge.ts'

/** Sums nearer to 0 than this share of a unit's largest are on neither side: engines round differently. */
const EDGE = 1e-5
/** A row counts where it moves a unit at least this share as much as the row that moves it most. */
const COUNTS = 0.1
/** Bends are differences of slopes over such a part of a unit's sum, and about largest where it is this. */
const STEP = 0.05
const BENT = 0.6
/** A smooth unit moves with so many of the rows that count, or it could be sharpened to a threshold by its neighbours. */
const SMOOTH_SHARE = 0.25

/** A layer's sums for a minibatch, row after row, before activation. */
export interface Sums {
  readonly values: Float64Array
  readonly units: number
  readonly height: number
  readonly activation: Activation
}

/**
 * For each unit the rows by which it moves: where a step's activation is on, or a smooth one at least half as steep as it gets.
 * A smooth unit that is steep, or bends, at fewer than `fewest` (or a quarter) of the rows that count moves with none: it is
 * a threshold between them.
 */
export function movedRows(sums: Sums, counting: Uint32Array, fewest: number): Uint32Array[] {
  return Array.from({ length: sums.units }, (_, unit) => {
    if (sums.activation === 'linear') return rowsWhere(sums, () => true)
    const of = (row: number) => sums.values[row * sums.units + unit] as number // safe: a row of this layer
    if (sums.activation === 'relu') return stepRows(sums, of)
    return smoothRows(sums, of, counting, fewest)
  })
}

/** The rows that weigh at least a tenth of what the heaviest does. */
export function countingRows(weights: Float64Array, height: number, share = COUNTS): Uint32Array {
  let largest = 0
  for (let row = 0; row < height; row++) largest = Math.max(largest, weights[row] as number) // safe: one for each row
  return rowsWhere({ height }, (row) => largest > 0 && (weights[row] as number) >= share * largest)
}

function stepRows(sums: Sums, of: (row: number) => number): Uint32Array {
  let largest = 0
  for (let row = 0; row < sums.height; row++) largest = Math.max(largest, Math.abs(of(row)))
  return rowsWhere(sums, (row) => of(row) > EDGE * largest)
}

function smoothRows(
  sums: Sums,
  of: (row: number) => number,
  counting: Uint32Array,
  fewest: number,
): Uint32Array {
  const { of: value, slope: slopeAt } = curves[sums.activation]
  const slope = (z: number) => Math.abs(slopeAt(z, value(z)))
  const isSteep = (row: number) => slope(of(row)) >= slope(0) / 2
  const bends = (z: number) => Math.abs(slope(z + STEP) - slope(z - STEP))
  const isBent = (row: number) => bends(of(row)) >= COUNTS * bends(BENT)
  const least = Math.max(fewest, SMOOTH_SHARE * countRows(counting))
  const rests = (is: (row: number) => boolean) =>
    countRows(rowsWhere(sums, (row) => hasRow(counting, row) && is(row))) >= least
  return rests(isSteep) && rests(isBent) ? rowsWhere(sums, isSteep) : emptySet(sums.height)
}

/** The rows of so many for which something holds. */
export function rowsWhere({ height }: Pick<Sums, 'height'>, is: (row: number) => boolean): Uint32Array {
  const set = emptySet(height)
  for (let row = 0; row < height; row++) if (is(row)) addRow(set, row)
  return set
}

/** How many rows are in a set. */
export function countRows(set: Uint32Array): number {
  let count = 0
  for (let bits of set) for (; bits !== 0; bits &= bits - 1) count += 1
  return count
}

/** Whether all rows of one set are in another. */
export function isWithin(set: Uint32Array, other: Uint32Array): boolean {
  return set.every((bits, w) => (bits & ~(other[w] as number)) === 0) // safe: as long as the other
}
