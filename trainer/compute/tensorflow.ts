import type * as TensorFlow from '@tensorflow/tfjs'
import type { Head, Targets } from '#trainer/models/head.ts'
import type { Activation, DenseLayer, Layout, Normalisation } from '#trainer/models/layout.ts'
import { GELU_CUBIC, GELU_SCALE } from './activation.ts'
import type { Compute, Engine, Masks } from './engine.ts'
import { NORMALISATION_FLOOR } from './normalise.ts'

type Tf = typeof TensorFlow

/** Does work on a device and waits for it; rejects when the device failed meanwhile. */
export type Guard = <T>(work: () => Promise<T>) => Promise<T>

/**
 * Dense networks on TensorFlow.js, on the backend of this name, which has been opened. Arithmetic is 32-bit; the head's
 * is ours. Keeps one tensor per open model. A device that answers later, such as a graphics card, comes with its guard.
 */
export function createTensorflowEngine(tf: Tf, backend: string, guard: Guard | null = null): Engine {
  return {
    name: backend,
    open(model, head, data, targets) {
      choose(tf, backend)
      const all = tf.tensor2d(data.values, [data.height, data.width], 'float32')
      const net = createNet(tf, model, all)
      const problem = { head, targets }
      return {
        lossAndGradient(...step) {
          choose(tf, backend)
          return guard
            ? guard(() => stepLater(tf, net, problem, ...step))
            : stepNow(tf, net, problem, ...step)
        },
        outputs(params) {
          choose(tf, backend)
          const work = () => net.forward(net.vector(params), all)
          if (guard) return guard(async () => Float64Array.from(await read(tf, work)))
          return Float64Array.from(tf.tidy(() => Float32Array.from(work().dataSync())))
        },
        close() {
          all.dispose()
        },
      }
    },
  }
}

/** A model and its data as operations of TensorFlow. */
function createNet(tf: Tf, model: Layout, all: TensorFlow.Tensor) {
  return {
    model,
    forward: (params: TensorFlow.Tensor, x: TensorFlow.Tensor, masks?: Masks | null) =>
      model.layers.reduce((before, layer, i) => {
        const values = passForward(tf, layer, params, before)
        const mask = masks?.[i]
        return mask ? values.mul(tf.tensor2d(mask, [values.size / layer.units, layer.units])) : values
      }, x),
    pick: (rows: Uint32Array) => tf.gather(all, tf.tensor1d(Int32Array.from(rows), 'int32')),
    vector: (params: Float64Array) => tf.tensor1d(Float32Array.from(params)),
  }
}
type Net = ReturnType<typeof createNet>

interface Problem {
  readonly head: Head
  readonly targets: Targets
}
type Step = Parameters<Compute['lossAndGradient']>

/** One pass forward and back, waiting in the middle for the head. */
function stepNow(tf: Tf, net: Net, { head, targets }: Problem, ...step: Step): number {
  const [params, rows, gradient, masks] = step
  let loss = 0
  tf.tidy(() => {
    const x = net.pick(rows)
    const judge = lossOperation(tf, net.model, (outputs, delta) => {
      loss = head.loss(outputs, targets, rows, delta)
      return loss
    })
    const whole = (flat: TensorFlow.Tensor) => judge(net.forward(flat, x, masks))
    const { grad } = tf.valueAndGrad(whole)(net.vector(params))
    gradient.set(grad.dataSync())
  })
  return loss
}

/** Outputs first, then the derivative along the head's: forward twice, for nothing can be read in the middle of a pass. */
async function stepLater(tf: Tf, net: Net, { head, targets }: Problem, ...step: Step): Promise<number> {
  const [params, rows, gradient, masks] = step
  const outputs = await read(tf, () => net.forward(net.vector(params), net.pick(rows), masks))
  const delta = new Float64Array(outputs.length)
  const loss = head.loss(Float64Array.from(outputs), targets, rows, delta)
  const slope = await read(tf, () => {
    const x = net.pick(rows)
    const along = tf.tensor(Float32Array.from(delta), [rows.length, net.model.outputs])
    return tf.grad((flat) => net.forward(flat, x, masks))(net.vector(params), along)
  })
  gradient.set(slope)
  return loss
}

/** One process may hold models on several backends; TensorFlow computes on one at a time. An opened one is taken at once. */
function choose(tf: Tf, backend: string): void {
  if (tf.getBackend() !== backend) void tf.setBackend(backend)
}

async function read(tf: Tf, work: () => TensorFlow.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(work)
  try {
    return Float32Array.from(await tensor.data())
  } finally {
    tensor.dispose()
  }
}

/** The head as one operation of the graph: its value is the loss, its derivative what the head itself says. */
function lossOperation(
  tf: Tf,
  model: Layout,
  judge: (outputs: Float64Array, delta: Float64Array) => number,
): (outputs: TensorFlow.Tensor) => TensorFlow.Tensor {
  return tf.customGrad((input) => {
    // Called with the one tensor given below; the declared type covers saving functions too.
    const outputs = input as TensorFlow.Tensor
    const delta = new Float64Array(outputs.size)
    const value = tf.scalar(judge(Float64Array.from(outputs.dataSync()), delta))
    return {
      value,
      gradFunc: () => tf.tensor(Float32Array.from(delta), [outputs.size / model.outputs, model.outputs]),
    }
  })
}

function passForward(tf: Tf, layer: DenseLayer, params: TensorFlow.Tensor, before: TensorFlow.Tensor) {
  const { weights, bias, inputs, units, normalisation } = layer
  const matrix = params.slice([weights.offset], [weights.length]).reshape([inputs, units])
  const sums = before.matMul(matrix).add(params.slice([bias.offset], [bias.length]))
  return activations[layer.activation](tf, normalisation ? normalise(normalisation, params, sums) : sums)
}

function normalise({ gain, shift }: Normalisation, params: TensorFlow.Tensor, sums: TensorFlow.Tensor) {
  const centred = sums.sub(sums.mean(1, true))
  const spread = centred.square().mean(1, true).add(NORMALISATION_FLOOR).sqrt()
  const scaled = centred.div(spread).mul(params.slice([gain.offset], [gain.length]))
  return scaled.add(params.slice([shift.offset], [shift.length]))
}

const activations: Readonly<Record<Activation, (tf: Tf, z: TensorFlow.Tensor) => TensorFlow.Tensor>> = {
  linear: (_, z) => z,
  relu: (tf, z) => tf.relu(z),
  tanh: (tf, z) => tf.tanh(z),
  sigmoid: (tf, z) => tf.sigmoid(z),
  gelu: (tf, z) => {
    const cubic = z.mul(z).mul(z).mul(GELU_CUBIC)
    return z.mul(0.5).mul(tf.tanh(z.add(cubic).mul(GELU_SCALE)).add(1))
  },
}
