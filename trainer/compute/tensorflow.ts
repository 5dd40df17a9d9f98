import type * as TensorFlow from '@tensorflow/tfjs'
import type { Engine } from './engine.ts'
import { passBack, passForward } from './layers.ts'

type Tf = typeof TensorFlow

/** Does work on a device and waits for it; rejects when the device failed meanwhile. */
export type Guard = <T>(work: () => Promise<T>) => Promise<T>

const unguarded: Guard = (work) => work()

/**
 * Dense networks on TensorFlow.js, on the backend of this name, which has been opened. Arithmetic is 32-bit; the head's
 * is ours. Keeps one tensor per open model. A device that can be lost, such as a graphics card, comes with its guard.
 */
export function createTensorflowEngine(tf: Tf, backend: string, guard: Guard = unguarded): Engine {
  return {
    name: backend,
    open(model, head, data, targets) {
      choose(tf, backend)
      const all = tf.tensor2d(data.values, [data.height, data.width], 'float32')
      return {
        lossAndGradient: (params, rows, gradient, masks) =>
          guard(async () => {
            choose(tf, backend)
            const pass = tf.tidy(() => passForward(tf, model, params, pick(tf, all, rows), masks))
            try {
              const outputs = Float64Array.from(await pass.outputs.data())
              const delta = new Float64Array(outputs.length)
              const loss = head.loss(outputs, targets, rows, delta)
              choose(tf, backend)
              const back = () =>
                passBack(tf, model, pass, tf.tensor2d(new Float32Array(delta), [rows.length, model.outputs]))
              gradient.set(await read(tf, back))
              return loss
            } finally {
              tf.dispose(pass)
            }
          }),
        outputs: (params) =>
          guard(async () => {
            choose(tf, backend)
            return Float64Array.from(await read(tf, () => passForward(tf, model, params, all).outputs))
          }),
        close() {
          all.dispose()
        },
      }
    },
  }
}

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
