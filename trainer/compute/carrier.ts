import type * as TensorFlow from '@tensorflow/tfjs'
import type { Layout, Slice } from '#trainer/models/layout.ts'

type Tf = typeof TensorFlow

/** A model's parameters as tensors, one for each slice of its layout. */
export type Weights = ReadonlyMap<Slice, TensorFlow.Tensor1D>

/** Brings the parameters of one model to where TensorFlow computes, step after step. */
export interface Carrier {
  /** The parameters as 32-bit tensors, until `drop`. */
  put(params: Float64Array): Weights
  drop(weights: Weights): void
  close(): void
}

/** Carries by new tensors at every step. */
export function createCarrier(tf: Tf, { slices }: Layout): Carrier {
  return {
    put: (params) =>
      new Map(slices.map((slice) => [slice, tf.tensor1d(new Float32Array(partOf(params, slice)))])),
    drop: (weights) => tf.dispose([...weights.values()]),
    close: () => undefined,
  }
}

/**
 * Carries to a graphics card by memory that stays there: written over at every step, each of which waits for its own end.
 * Several times quicker than new memory, which the driver clears first.
 */
export function createCardCarrier(tf: Tf, device: GPUDevice, { slices }: Layout): Carrier {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST
  const kept = slices.map((slice) => {
    const buffer = device.createBuffer({ size: 4 * slice.length, usage })
    const tensor = tf.tensor({ buffer, zeroCopy: true }, [slice.length], 'float32') as TensorFlow.Tensor1D
    return { slice, buffer, tensor, staging: new Float32Array(slice.length) }
  })
  const weights: Weights = new Map(kept.map(({ slice, tensor }) => [slice, tensor]))
  return {
    put(params) {
      for (const { slice, buffer, staging } of kept) {
        staging.set(partOf(params, slice))
        device.queue.writeBuffer(buffer, 0, staging)
      }
      return weights
    },
    drop: () => undefined,
    close() {
      for (const { buffer, tensor } of kept) {
        tensor.dispose()
        buffer.destroy()
      }
    },
  }
}

function partOf(params: Float64Array, { offset, length }: Slice): Float64Array {
  return params.subarray(offset, offset + length)
}
