import type { Table, Task } from '#trainer/jobs.ts'
import { featuresOf, settle } from './features.ts'

/** Rows of features, row after row, `width` numbers each. */
export interface Matrix {
  readonly values: Float32Array
  readonly width: number
  readonly height: number
}

/** How raw features become what a model sees: (value - mean) * inverse, missing values at the mean. Constant features have inverse 0. */
export interface Scaling {
  readonly means: Float64Array
  readonly inverses: Float64Array
  /** Values are drawn in to these ends first, where the study says so. */
  readonly lows?: Float64Array
  readonly highs?: Float64Array
}

/** Calls back with each feature's values over the given rows, one feature at a time; the array is used again. */
export function eachFeature(
  task: Task,
  table: Table,
  rows: Uint32Array,
  use: (values: Float64Array, index: number) => void,
): void {
  const values = new Float64Array(rows.length)
  featuresOf(task).forEach((feature, index) => {
    const variable = task.variables[feature.variable]
    const column = table.columns[feature.variable]
    if (!variable || !column) throw new RangeError('A feature has a variable and a column')
    for (let i = 0; i < rows.length; i++) {
      values[i] = feature.of(settle(variable, column[rows[i] ?? 0] ?? Number.NaN))
    }
    use(values, index)
  })
}

/** Features of the given rows, scaled, as 32-bit numbers. */
export function encode(task: Task, table: Table, rows: Uint32Array, scaling: Scaling): Matrix {
  const width = scaling.means.length
  const values = new Float32Array(width * rows.length)
  encodeInto(values, { from: 0, stride: width }, { task, table, rows, scaling })
  return { values, width, height: rows.length }
}

/** Writes the scaled features of the given rows, row after row: the first of each row at `from`, rows `stride` apart. */
export function encodeInto(
  into: Float32Array | Float64Array,
  { from, stride }: { readonly from: number; readonly stride: number },
  { task, table, rows, scaling }: Encoding,
): void {
  eachFeature(task, table, rows, (raw, index) => {
    const mean = scaling.means[index] ?? 0
    const inverse = scaling.inverses[index] ?? 0
    const low = scaling.lows?.[index] ?? -Infinity
    const high = scaling.highs?.[index] ?? Infinity
    for (let i = 0; i < raw.length; i++) {
      const value = raw[i] ?? Number.NaN
      into[i * stride + from + index] = Number.isNaN(value)
        ? 0
        : (Math.min(high, Math.max(low, value)) - mean) * inverse
    }
  })
}

interface Encoding {
  readonly task: Task
  readonly table: Table
  readonly rows: Uint32Array
  readonly scaling: Scaling
}
