import type * as TensorFlow from '@tensorflow/tfjs'
import type { Layout } from '#trainer/models/layout.ts'
import { type Carrier, createCarrier, type Weights } from './carrier.ts'
import type { Compute, Engine } from './engine.ts'
import { passBack, passForward } from './layers.ts'

type Tf = typeof TensorFlow

/** A device that TensorFlow computes on and that can be lost, such as a graphics card. */
export interface Device {
  /** Does work on it and waits for it; rejects when the device failed meanwhile. */
  guard<T>(work: () => Promise<T>): Promise<T>
  /** What brings a model's parameters there. */
  carry(model: Layout): Carrier
}

/**
 * Dense networks on TensorFlow.js, on the backend of this name, which has been opened. Arithmetic is 32-bit; the head's
 * is ours. Keeps one tensor per open model, and on a device of its own its parameters.
 */
export function createTensorflowEngine(tf: Tf, backend: string, device: Device | null = null): Engine {
  const guard: Device['guard'] = device ? device.guard : (work) => work()
  return {
    name: backend,
    open(model, head, data, targets) {
      choose(tf, backend)
      const all = tf.tensor2d(data.values, [data.height, data.width], 'float32')
      const carrier = device ? device.carry(model) : createCarrier(tf, model)

      /** Works with the parameters in their place. */
      async function carry<T>(params: Float64Array, work: (weights: Weights) => Promise<T>): Promise<T> {
        choose(tf, backend)
        const weights = carrier.put(params)
        try {
          return await work(weights)
        } finally {
          carrier.drop(weights)
        }
      }

      async function step(weights: Weights, [, rows, gradient, masks]: Step): Promise<number> {
        const pass = tf.tidy(() => passForward(tf, model, weights, pick(tf, all, rows), masks))
        try {
          const outputs = Float64Array.from(await pass.outputs.data())
          const delta = new Float64Array(outputs.length)
          const loss = head.loss(outputs, targets, rows, delta)
          choose(tf, backend)
          const shape: [number, number] = [rows.length, model.outputs]
          const along = () => tf.tensor2d(new Float32Array(delta), shape)
          gradient.set(await read(tf, () => passBack(tf, model, weights, pass, along())))
          return loss
        } finally {
          tf.dispose(pass)
        }
      }

      const passAll = (weights: Weights) => read(tf, () => passForward(tf, model, weights, all).outputs)
      return {
        lossAndGradient: (...given) => guard(() => carry(given[0], (weights) => step(weights, given))),
        outputs: (params) =>
          guard(() => carry(params, async (weights) => Float64Array.from(await passAll(weights)))),
        close() {
          all.dispose()
          carrier.close()
        },
      }
    },
  }
}

type Step = Parameters<Compute['lossAndGradient']>

function pick(tf: Tf, all: TensorFlow.Tensor2D, rows: Uint32Array): TensorFlow.Tensor2D {
  return tf.gather(all, tf.tensor1d(Int32Array.from(rows), 'int32'))
}

/** One process may hold models on several backends; TensorFlow computes on one at a time. An opened one is taken at once. */
function choose(tf: Tf, backend: string): void {
  if (tf.getBackend() !== backend) void tf.setBackend(backend)
}

async function read(tf: Tf, work: () => TensorFlow.Tensor): Promise<ArrayLike<number>> {
  const tensor = tf.tidy(work)
  try {
    return await tensor.data()
  } finally {
    tensor.dispose()
  }
}
