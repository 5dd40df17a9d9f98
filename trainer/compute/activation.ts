import type { Activation } from '#trainer/models/layout.ts'

/** An activation on numbers: value, and derivative given the input and the value it had. */
export interface Curve {
  readonly of: (z: number) => number
  readonly slope: (z: number, value: number) => number
}

/** sqrt(2 / pi), of the tanh form of the Gaussian error linear unit (Hendrycks and Gimpel 2016). */
export const GELU_SCALE = 0.7978845608028654
/** The cubic term of the same. */
export const GELU_CUBIC = 0.044715

/** The activations that a study may declare. */
export const curves: Readonly<Record<Activation, Curve>> = {
  linear: { of: (z) => z, slope: () => 1 },
  relu: { of: (z) => (z > 0 ? z : 0), slope: (z) => (z > 0 ? 1 : 0) },
  tanh: { of: Math.tanh, slope: (_, value) => 1 - value * value },
  sigmoid: { of: (z) => 1 / (1 + Math.exp(-z)), slope: (_, value) => value * (1 - value) },
  gelu: {
    of: (z) => 0.5 * z * (1 + Math.tanh(GELU_SCALE * (z + GELU_CUBIC * z * z * z))),
    slope: (z) => {
      const t = Math.tanh(GELU_SCALE * (z + GELU_CUBIC * z * z * z))
      return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * GELU_SCALE * (1 + 3 * GELU_CUBIC * z * z)
    },
  },
}
