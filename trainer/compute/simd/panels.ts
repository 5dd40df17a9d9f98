import { bytesOf, type Places } from './places.ts'
import type { Workspace } from './workspace.ts'

// In the loops below every index lies in its array by the places, so the casts of reads are safe.

/** Rows, one after another, into the panels at `to`: all of them in order, or those given, one for each of the batch. */
export function spreadRows(
  space: Workspace,
  { height, tall }: Places,
  to: number,
  values: Float32Array | Float64Array,
  width: number,
  rows: Uint32Array | null = null,
): void {
  const panels = space.floats(to, bytesOf(tall, width) / 4)
  const whole = width & ~7
  for (let i = 0; i < height; i++) {
    const from = (rows ? (rows[i] as number) : i) * width
    for (let j = 0; j < whole; j += 8) copyEight(values, from + j, panels, j * tall + 8 * i)
    for (let j = whole; j < width; j++) panels[whole * tall + 8 * i + j - whole] = values[from + j] as number
  }
}

function copyEight(from: Float32Array | Float64Array, at: number, to: Float32Array, into: number): void {
  to[into] = from[at] as number
  to[into + 1] = from[at + 1] as number
  to[into + 2] = from[at + 2] as number
  to[into + 3] = from[at + 3] as number
  to[into + 4] = from[at + 4] as number
  to[into + 5] = from[at + 5] as number
  to[into + 6] = from[at + 6] as number
  to[into + 7] = from[at + 7] as number
}

/** For each row of a batch the sum of its squares in the panels at `from`. */
export function squaresOf(
  space: Workspace,
  { height, tall }: Places,
  from: number,
  width: number,
): Float64Array {
  const panels = space.floats(from, bytesOf(tall, width) / 4)
  return Float64Array.from({ length: height }, (_, i) => {
    let sum = 0
    for (let j = 0; j < width; j++) sum += (panels[((j >> 3) * tall + i) * 8 + (j & 7)] as number) ** 2
    return sum
  })
}

/** The rows of a batch from the panels at `from`, one after another. */
export function gatherRows(
  space: Workspace,
  { height, tall }: Places,
  from: number,
  out: Float64Array,
  width: number,
): void {
  const panels = space.floats(from, bytesOf(tall, width) / 4)
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j++) out[i * width + j] = panels[((j >> 3) * tall + i) * 8 + (j & 7)] as number
}
