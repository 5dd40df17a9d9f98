import type { Plan } from '#domain/plan.ts'
import { AppError } from '#domain/errors.ts'
import type { Compute } from '#trainer/compute/engine.ts'
import type { Cover } from '#trainer/disclosure/cover.ts'
import type { Slice } from '#trainer/models/layout.ts'
import { createOptimizer } from './optimizer.ts'

/** What local training needs of the model: its slices, and how many numbers are shared. */
export interface Shape {
  readonly slices: readonly Pick<Slice, 'offset' | 'length' | 'decays'>[]
  readonly shared: number
  readonly length: number
}

/** What one call of local training is made of. */
export interface LocalRun {
  readonly plan: Pick<Plan, 'l2' | 'local'>
  readonly shape: Shape
  readonly compute: Pick<Compute, 'lossAndGradient'>
  readonly steps: number
  readonly nextBatch: () => Uint32Array
  /** What covers the rows of a minibatch in a step from these parameters; null or absent without hidden layers. */
  readonly masks?: Cover | null
  /** Added to the gradient of the shared parameters at every step; null or absent without control variates. */
  readonly control?: Float64Array | null
  /** Called after every step with the number done; may wait, and may throw to stop. */
  readonly pause: (done: number) => Promise<void> | void
}

/** Steps from `start` on this hospital's rows. Returns the new parameters and the mean loss over the steps' minibatches. */
export async function trainLocally(run: LocalRun, start: Float64Array) {
  const { plan, shape, compute, steps, masks } = run
  const params = start.slice()
  const gradient = new Float64Array(shape.length)
  const optimize = createOptimizer(plan.local, shape.length)
  let total = 0
  for (let step = 0; step < steps; step++) {
    const rows = run.nextBatch()
    const cover = masks ? masks(params, rows) : undefined
    const found = compute.lossAndGradient(params, rows, gradient, cover)
    // Waiting for what is there already costs a small model a tenth of its step.
    const loss = typeof found === 'number' ? found : await found
    if (!Number.isFinite(loss)) throw diverged(step + 1)
    total += loss
    const pause = run.pause(step + 1)
    if (pause) await pause
    // Nothing covers these rows: their loss counts, and the step is not taken.
    if (cover === null) continue
    addPenalty(shape, plan.l2, params, gradient)
    addPull(shape, plan.local.proximal, params, start, gradient)
    if (run.control) addControl(run.control, gradient)
    optimize(params, gradient)
  }
  if (!isFinite(params)) throw diverged(steps)
  return { params, loss: total / steps }
}

function isFinite(params: Float64Array): boolean {
  for (let i = 0; i < params.length; i++) if (!Number.isFinite(params[i])) return false
  return true
}

// In the loops below every index lies in the shape, as long as all arrays are, so the casts of reads are safe.

/** The gradient of l2/2 * |w|^2 over the slices that decay. */
function addPenalty(shape: Shape, l2: number, params: Float64Array, gradient: Float64Array): void {
  if (l2 === 0) return
  for (const { offset, length, decays } of shape.slices) {
    if (!decays) continue
    for (let i = offset; i < offset + length; i++)
      gradient[i] = (gradient[i] as number) + l2 * (params[i] as number)
  }
}

/** FedProx (Li et al. 2020): the gradient of mu/2 * |w - start|^2 over the shared parameters. */
function addPull(
  shape: Shape,
  mu: number,
  params: Float64Array,
  start: Float64Array,
  gradient: Float64Array,
): void {
  if (mu === 0) return
  for (let i = 0; i < shape.shared; i++) {
    gradient[i] = (gradient[i] as number) + mu * ((params[i] as number) - (start[i] as number))
  }
}

function addControl(control: Float64Array, gradient: Float64Array): void {
  for (let i = 0; i < control.length; i++) gradient[i] = (gradient[i] as number) + (control[i] as number)
}

function diverged(step: number) {
  return new AppError(
    'training-diverged',
    `Training left the range of numbers at step ${step}: the learning rate is too high for these data. Nothing was sent.`,
  )
}
