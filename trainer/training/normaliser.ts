import type { LocalTraining } from '#domain/plan.ts'

const MOMENTUM = 0.9

/** A normaliser is sent as a share of this, so that it is never larger than the weight it is multiplied by. */
export const NORMALISER_SCALE = 2 ** 16

/**
 * How much of a gradient so many local steps add up to: the 1-norm of FedNova's vector a (Wang et al. 2020), for plain steps
 * with and without a proximal term and for momentum 0.9; the number of steps for Adam. At most 65,536.
 */
export function normaliserOf(
  { optimizer, proximal, learningRate }: Pick<LocalTraining, 'optimizer' | 'proximal' | 'learningRate'>,
  steps: number,
): number {
  if (optimizer === 'momentum') {
    return limited((steps - (MOMENTUM * (1 - MOMENTUM ** steps)) / (1 - MOMENTUM)) / (1 - MOMENTUM))
  }
  const pull = learningRate * proximal
  if (optimizer === 'adam' || !(pull > 0 && pull < 1)) return limited(steps)
  return limited((1 - (1 - pull) ** steps) / pull)
}

function limited(value: number): number {
  return Math.min(NORMALISER_SCALE, Math.max(1, value))
}
