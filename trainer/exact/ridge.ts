import type { Head, Targets } from '#trainer/models/head.ts'
import type { Matrix } from '#trainer/variables/encode.ts'
import { minimise, type Objective } from './minimise.ts'

/** Rows that a linear model is fitted to, and how its outputs are judged. */
export interface LinearRows {
  readonly inputs: Matrix
  readonly targets: Targets
  readonly head: Head
  /** How many outputs the model has: one, or one for each class. */
  readonly outputs: number
}

/** How a linear model is fitted. */
interface Ridge {
  readonly penalty: number
  readonly rate: Float64Array
  readonly start?: Float64Array | undefined
  /** No slope of the mean loss is steeper at the end; 1e-7 where not given. */
  readonly flat?: number
}

/** Intercepts are drawn this much to what the outcome's own rate says: one class alone stays finite. */
const RATE_STRENGTH = 0.1

/**
 * The linear model that fits some of the rows best, to convergence: the sum of their losses and half of `penalty` times the
 * squares of the weights (Hoerl and Kennard 1970; le Cessie and van Houwelingen 1992). Weights, row-major by feature, then
 * the intercepts. `rate` is the model that knows the outcome's rate alone: where the fit starts, if not at `start`.
 */
export function fitRidge(
  rows: LinearRows,
  used: Uint32Array,
  { penalty, rate, start = rate, flat }: Ridge,
): Float64Array {
  return minimise(penalised(rows, used, penalty, rate), start, flat)
}

/** What a linear model says of rows: their outputs, row after row. */
export function outputsOf(
  { inputs, outputs }: Pick<LinearRows, 'inputs' | 'outputs'>,
  used: Uint32Array,
  params: Float64Array,
): Float64Array {
  const { values, width } = inputs
  const out = new Float64Array(used.length * outputs)
  const bias = width * outputs
  for (let i = 0; i < used.length; i++) {
    const from = (used[i] as number) * width // safe, as below: every index lies in its array
    for (let k = 0; k < outputs; k++) {
      let sum = params[bias + k] as number
      for (let j = 0; j < width; j++)
        sum += (values[from + j] as number) * (params[j * outputs + k] as number)
      out[i * outputs + k] = sum
    }
  }
  return out
}

function penalised(rows: LinearRows, used: Uint32Array, penalty: number, rate: Float64Array): Objective {
  const { inputs, targets, head, outputs } = rows
  const { values, width } = inputs
  const n = used.length
  const bias = width * outputs
  const delta = new Float64Array(n * outputs)
  return (params, slope) => {
    let value = head.loss(outputsOf(rows, used, params), targets, used, delta)
    for (let at = 0; at < bias; at++) {
      const weight = params[at] as number // safe, as above
      slope[at] = (penalty / n) * weight
      value += (penalty / n / 2) * weight * weight
    }
    for (let k = 0; k < outputs; k++) {
      const off = (params[bias + k] as number) - (rate[bias + k] as number)
      slope[bias + k] = (RATE_STRENGTH / n) * off
      value += (RATE_STRENGTH / n / 2) * off * off
    }
    for (let i = 0; i < n; i++) {
      const from = (used[i] as number) * width
      for (let k = 0; k < outputs; k++) {
        const d = delta[i * outputs + k] as number
        slope[bias + k] = (slope[bias + k] as number) + d
        for (let j = 0; j < width; j++) {
          const at = j * outputs + k
          slope[at] = (slope[at] as number) + d * (values[from + j] as number)
        }
      }
    }
    return value
  }
}
