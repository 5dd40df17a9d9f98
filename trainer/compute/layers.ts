import type * as TensorFlow from '@tensorflow/tfjs'
import type { Activation, DenseLayer, Layout, Normalisation, Slice } from '#trainer/models/layout.ts'
import { GELU_CUBIC, GELU_SCALE } from './activation.ts'
import type { Weights } from './carrier.ts'
import type { Masks } from './engine.ts'
import { NORMALISATION_FLOOR } from './normalise.ts'

type Tf = typeof TensorFlow
type Matrix = TensorFlow.Tensor2D

// Types and not interfaces: TensorFlow tidies what it can look into.

/** What one layer keeps of a pass for the way back. */
type Kept = {
  /** What came in, the sums that went into the activation, and what came out of it, before dropout. */
  readonly before: Matrix
  readonly sums: Matrix
  readonly values: Matrix
  readonly mask: Matrix | undefined
  readonly normal: Normal | undefined
}

/** A normalised layer's values before gain and shift, and what each row was multiplied by. */
type Normal = {
  readonly values: Matrix
  readonly inverses: TensorFlow.Tensor
}

/** A pass forward: its outputs, and what the way back needs. To be disposed as a whole, the rows that went in with it. */
export type Pass = {
  readonly outputs: Matrix
  readonly layers: Kept[]
}

/** From rows to outputs. Masks, one for each hidden layer, multiply its values: dropout. */
export function passForward(
  tf: Tf,
  { layers }: Layout,
  weights: Weights,
  rows: Matrix,
  masks?: Masks | null,
): Pass {
  return tf.tidy(() => {
    const kept: Kept[] = []
    let before = rows
    for (const [i, layer] of layers.entries()) {
      const room = forwardThrough(tf, layer, weights, before, masks?.[i])
      kept.push(room)
      before = room.mask ? room.values.mul<Matrix>(room.mask) : room.values
    }
    return { outputs: before, layers: kept }
  })
}

/** From the loss's derivative by the outputs to that by every parameter, in one row. */
export function passBack(
  tf: Tf,
  { layers, slices }: Layout,
  weights: Weights,
  pass: Pass,
  derivative: Matrix,
): TensorFlow.Tensor1D {
  return tf.tidy(() => {
    const found = new Map<Slice, TensorFlow.Tensor>()
    let delta = derivative
    for (const [i, layer] of [...layers.entries()].toReversed()) {
      const room = pass.layers[i] as Kept // safe: of the same layout
      const outer = room.mask ? delta.mul<Matrix>(room.mask) : delta
      delta = backThrough(tf, layer, weights, room, outer, found)
      // Nothing comes before the first layer.
      if (i > 0) delta = tf.matMul(delta, matrixOf(layer, weights), false, true)
    }
    return tf.concat1d(slices.map((slice) => (found.get(slice) as TensorFlow.Tensor).flatten()))
  })
}

function rowOf(weights: Weights, slice: Slice): TensorFlow.Tensor1D {
  return weights.get(slice) as TensorFlow.Tensor1D // safe: of the same layout
}

function matrixOf({ inputs, units, weights: slice }: DenseLayer, weights: Weights): Matrix {
  return rowOf(weights, slice).reshape<Matrix>([inputs, units])
}

function forwardThrough(
  tf: Tf,
  layer: DenseLayer,
  weights: Weights,
  before: Matrix,
  mask: Float32Array | undefined,
): Kept {
  const { units, activation, normalisation } = layer
  const bias = rowOf(weights, layer.bias)
  const b = matrixOf(layer, weights)
  const plain = tf.fused.matMul({ a: before, b, transposeA: false, transposeB: false, bias }) as Matrix
  const normal = normalisation ? normalise(plain) : undefined
  const shifted = ({ gain, shift }: Normalisation, { values }: Normal) =>
    values.mul(rowOf(weights, gain)).add<Matrix>(rowOf(weights, shift))
  const sums = normalisation && normal ? shifted(normalisation, normal) : plain
  return {
    before,
    sums,
    values: curves[activation].of(tf, sums),
    mask: mask ? tf.tensor2d(mask, [mask.length / units, units]) : undefined,
    normal,
  }
}

function normalise(sums: Matrix): Normal {
  const centred = sums.sub<Matrix>(sums.mean(1, true))
  const inverses = centred.square().mean(1, true).add(NORMALISATION_FLOOR).rsqrt()
  return { values: centred.mul<Matrix>(inverses), inverses }
}

/** Notes the derivatives by this layer's parameters; returns that by its sums before normalisation. */
function backThrough(
  tf: Tf,
  layer: DenseLayer,
  weights: Weights,
  { before, sums, values, normal }: Kept,
  outer: Matrix,
  found: Map<Slice, TensorFlow.Tensor>,
): Matrix {
  let delta = curves[layer.activation].back(tf, outer, sums, values)
  const { normalisation } = layer
  if (normalisation && normal) {
    found.set(normalisation.gain, delta.mul(normal.values).sum(0))
    found.set(normalisation.shift, delta.sum(0))
    delta = normaliseBack(delta.mul<Matrix>(rowOf(weights, normalisation.gain)), normal)
  }
  found.set(layer.weights, tf.matMul(before, delta, true, false))
  found.set(layer.bias, delta.sum(0))
  return delta
}

function normaliseBack(inner: Matrix, { values, inverses }: Normal): Matrix {
  const along = values.mul(inner.mul(values).mean(1, true))
  return inner.sub(inner.mean(1, true)).sub(along).mul<Matrix>(inverses)
}

/** An activation on a whole batch, and its derivative times what comes from outside. */
interface Curve {
  readonly of: (tf: Tf, sums: Matrix) => Matrix
  readonly back: (tf: Tf, outer: Matrix, sums: Matrix, values: Matrix) => Matrix
}

const curves: Readonly<Record<Activation, Curve>> = {
  linear: { of: (_, z) => z, back: (_, outer) => outer },
  relu: { of: (tf, z) => tf.relu(z), back: (tf, outer, _, y) => outer.mul(tf.step(y)) },
  tanh: { of: (tf, z) => tf.tanh(z), back: (tf, outer, _, y) => outer.mul(tf.sub(1, y.square())) },
  sigmoid: { of: (tf, z) => tf.sigmoid(z), back: (tf, outer, _, y) => outer.mul(y.mul(tf.sub(1, y))) },
  gelu: {
    of: (tf, z) => z.mul(0.5).mul(geluTanh(tf, z).add(1)),
    back(tf, outer, z) {
      const t = geluTanh(tf, z)
      const inner = z
        .square()
        .mul(3 * GELU_CUBIC)
        .add(1)
        .mul(GELU_SCALE)
      const rest = z.mul(tf.sub(1, t.square())).mul(inner)
      return outer.mul(t.add(1).add(rest).mul(0.5))
    },
  },
}

function geluTanh(tf: Tf, z: Matrix): Matrix {
  return tf.tanh(z.add(z.mul(z).mul(z).mul(GELU_CUBIC)).mul(GELU_SCALE))
}
