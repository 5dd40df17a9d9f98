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

function createPlain(rate: number): Optimizer {
  return (params, gradient) => {
    for (let i = 0; i < params.length; i++) params[i] = (params[i] ?? 0) - rate * (gradient[i] ?? 0)
  }
}

function createMomentum(rate: number, length: number): Optimizer {
  const velocity = new Float64Array(length)
  return (params, gradient) => {
    for (let i = 0; i < params.length; i++) {
      const speed = MOMENTUM * (velocity[i] ?? 0) + (gradient[i] ?? 0)
      velocity[i] = speed
      params[i] = (params[i] ?? 0) - rate * speed
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
    for (let i = 0; i < params.length; i++) {
      const g = gradient[i] ?? 0
      const m = BETA1 * (first[i] ?? 0) + (1 - BETA1) * g
      const s = BETA2 * (second[i] ?? 0) + (1 - BETA2) * g * g
      first[i] = m
      second[i] = s
      params[i] = (params[i] ?? 0) - (rate * (m / (1 - power1))) / (Math.sqrt(s / (1 - power2)) + EPSILON)
    }
  }
}
