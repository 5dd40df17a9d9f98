import type * as TensorFlow from '@tensorflow/tfjs'
import type { Activation, DenseLayer, Layout, Normalisation } from '#trainer/models/layout.ts'
import { GELU_CUBIC, GELU_SCALE } from './activation.ts'
import type { Engine, Masks } from './engine.ts'
import { NORMALISATION_FLOOR } from './normalise.ts'

type Tf = typeof TensorFlow

/** Dense networks on TensorFlow.js, on whichever backend is set. Arithmetic is 32-bit; the head's is ours. Keeps one tensor per open model. */
export function createTensorflowEngine(tf: Tf, backend: string): Engine {
  return {
    name: backend,
    open(model, head, data, targets) {
      const all = tf.tensor2d(data.values, [data.height, data.width], 'float32')
      const forward = (params: TensorFlow.Tensor, x: TensorFlow.Tensor, masks?: Masks | null) =>
        model.layers.reduce((before, layer, i) => {
          const values = passForward(tf, layer, params, before)
          const mask = masks?.[i]
          return mask ? values.mul(tf.tensor2d(mask, [values.size / layer.units, layer.units])) : values
        }, x)

      return {
        lossAndGradient(params, rows, gradient, masks) {
          let loss = 0
          tf.tidy(() => {
            const x = tf.gather(all, tf.tensor1d(Int32Array.from(rows), 'int32'))
            const judge = lossOperation(tf, model, (outputs, delta) => {
              loss = head.loss(outputs, targets, rows, delta)
              return loss
            })
            const { grad } = tf.valueAndGrad((flat: TensorFlow.Tensor) => judge(forward(flat, x, masks)))(
              tf.tensor1d(Float32Array.from(params)),
            )
            gradient.set(grad.dataSync())
          })
          return loss
        },
        outputs(params) {
          let values = new Float64Array(0)
          tf.tidy(() => {
            values = Float64Array.from(forward(tf.tensor1d(Float32Array.from(params)), all).dataSync())
          })
          return values
        },
        close() {
          all.dispose()
        },
      }
    },
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
