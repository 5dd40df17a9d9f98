import type { Head, Targets } from '#trainer/models/head.ts'
import type { Layout } from '#trainer/models/layout.ts'
import type { Matrix } from '#trainer/variables/encode.ts'

/** Dropout of one step: for each hidden layer a factor for each unit of each row of the minibatch, row after row. */
export type Masks = readonly Float32Array[]

/** A model and its data, ready to compute. */
export interface Compute {
  /** Mean loss over the given rows, and into `gradient` its derivative by every parameter. No penalty is in it. */
  lossAndGradient(
    params: Float64Array,
    rows: Uint32Array,
    gradient: Float64Array,
    masks?: Masks | null,
  ): number | Promise<number>
  /**
   * For each of the rows the length of the gradient of its own loss, by the parameters that are shared: what private training
   * clips. Not for heads whose loss is none of single rows. Absent where TensorFlow computes.
   */
  exampleNorms?(params: Float64Array, rows: Uint32Array, masks?: Masks | null): Float64Array
  /** Outputs of every row of the data, row after row. */
  outputs(params: Float64Array): Float64Array | Promise<Float64Array>
  /** Gives back what the engine holds for it. */
  close(): void
}

/** Something that computes losses and gradients of dense networks. All engines agree to 1e-4 on the same rows. */
export interface Engine {
  readonly name: string
  /** Waits until all that computes such steps is there, such as threads. Absent where all always is. */
  ready?(model: Layout, height: number): Promise<void>
  open(model: Layout, head: Head, data: Matrix, targets: Targets): Compute
}
