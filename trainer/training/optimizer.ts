import type { LocalTraining } from '#domain/plan.ts'

const MOMENTUM = 0.9
const BETA1 = 0.9
const BETA2 = 0.999
const EPSILON = 1e-8

/** Moves parameters one step against a gradient, in place. It remembers what its kind needs, for one round. */
export type Optimizer = (params: Float64Array, gradient: Float64Array) => void

/** A hospital's own optimiser for one round: plain, momentum 0.9, or Adam (Kingma and Ba 2015, its usual constants). */
export function createOptimizer(
  plan: Pick<LocalTraining, 'optimizer' | 'learningRate'>,
  length: number,
): Optimizer {
  return makers[plan.optimizer](plan.learningRate, length)
}

const makers: Readonly<Record<LocalTraining['optimizer'], (rate: number, length: number) => Optimizer>> = {
  sgd: createPlain,
  momentum: createMomentum,
  adam: createAdam,
}

// In the loops below both arrays are as long as the model, so the casts of reads are safe.

function createPlain(rate: number): Optimizer {
  return (params, gradient) => {
    for (let i = 0; i < params.length; i++) params[i] = (params[i] as number) - rate * (gradient[i] as number)
  }
}

function createMomentum(rate: number, length: number): Optimizer {
  const velocity = new Float64Array(length)
  return (params, gradient) => {
    for (let i = 0; i < params.length; i++) {
      const speed = MOMENTUM * (velocity[i] as number) + (gradient[i] as number)
      velocity[i] = speed
      params[i] = (params[i] as number) - rate * speed
    }
  }
}

function createAdam(rate: number, length: number): Optimizer {
  const first = new Float64Array(length)
  const second = new Float64Array(length)
  let power1 = 1
  let power2 = 1
  return (params, gradient) => {
    power1 *= BETA1
    power2 *= BETA2
    const speed = rate / (1 - power1)
    const scale = 1 / Math.sqrt(1 - power2)
    for (let i = 0; i < params.length; i++) {
      const g = gradient[i] as number
      const m = BETA1 * (first[i] as number) + (1 - BETA1) * g
      const s = BETA2 * (second[i] as number) + (1 - BETA2) * g * g
      first[i] = m
      second[i] = s
      params[i] = (params[i] as number) - (speed * m) / (scale * Math.sqrt(s) + EPSILON)
    }
  }
}
