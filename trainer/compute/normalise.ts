import type { Normalisation } from '#trainer/models/layout.ts'

/** Added to every variance, so that equal sums stay finite. */
export const NORMALISATION_FLOOR = 1e-5

/** Layer normalisation of one layer's sums, in place, and its way back. Uses no other row: no batch statistics. */
export interface Normaliser {
  forward(params: Float64Array, sums: Float64Array, height: number): void
  /**
   * Turns derivatives by what came out into those by what went in, and adds gain's and shift's to the gradient, and for each
   * row the sum of the squares of its own to `squares`.
   */
  backward(
    params: Float64Array,
    deltas: Float64Array,
    height: number,
    gradient: Float64Array,
    squares: Float64Array,
  ): void
}

/** Layer normalisation (Ba et al. 2016) for batches of up to `space` rows. */
export function createNormaliser({ gain, shift }: Normalisation, space: number): Normaliser {
  const units = gain.length
  const normal = new Float64Array(space * units)
  const inverses = new Float64Array(space)

  // Every index is inside its array by the layout, so the casts of reads are safe.
  return {
    forward(params, sums, height) {
      for (let row = 0; row < height; row++) {
        const from = row * units
        const { mean, inverse } = describe(sums, from, units)
        inverses[row] = inverse
        for (let j = 0; j < units; j++) {
          const value = ((sums[from + j] as number) - mean) * inverse
          normal[from + j] = value
          sums[from + j] = value * (params[gain.offset + j] as number) + (params[shift.offset + j] as number)
        }
      }
    },
    backward(params, deltas, height, gradient, squares) {
      for (let row = 0; row < height; row++) {
        const from = row * units
        let [sum, along, square] = [0, 0, 0]
        for (let j = 0; j < units; j++) {
          const delta = deltas[from + j] as number
          const value = normal[from + j] as number
          gradient[gain.offset + j] = (gradient[gain.offset + j] as number) + delta * value
          gradient[shift.offset + j] = (gradient[shift.offset + j] as number) + delta
          square += delta * delta * (value * value + 1)
          const inner = delta * (params[gain.offset + j] as number)
          deltas[from + j] = inner
          sum += inner
          along += inner * value
        }
        squares[row] = (squares[row] as number) + square
        for (let j = 0; j < units; j++) {
          const rest =
            (deltas[from + j] as number) - sum / units - ((normal[from + j] as number) * along) / units
          deltas[from + j] = rest * (inverses[row] as number)
        }
      }
    },
  }
}

function describe(sums: Float64Array, from: number, units: number) {
  let mean = 0
  for (let j = 0; j < units; j++) mean += (sums[from + j] as number) / units
  let variance = 0
  for (let j = 0; j < units; j++) variance += ((sums[from + j] as number) - mean) ** 2 / units
  return { mean, inverse: 1 / Math.sqrt(variance + NORMALISATION_FLOOR) }
}
