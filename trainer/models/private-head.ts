import type { Compute } from '#trainer/compute/engine.ts'
import type { Task } from '#trainer/jobs.ts'
import { createOptimizer } from '#trainer/training/optimizer.ts'
import type { Layout } from './layout.ts'

/** Steps that fit a head to a body: few where it was fitted to the body before the last round, more where it is new. */
const STEPS = { known: 15, fresh: 200 }
const RATE = 0.05
/** Rows looked at in each step. */
const MOST_ROWS = 4096

/** What a private head is fitted to. */
export interface HeadFit {
  readonly task: Task
  readonly layout: Layout
  readonly compute: Pick<Compute, 'lossAndGradient'>
  readonly rows: number
  /** Whether the parameters hold a head that was fitted before. */
  readonly known: boolean
}

/** Fits the private head to this hospital's rows with the shared body held still (FedRep, Collins et al. 2021), in place. */
export async function fitHead(
  { task, layout, compute, rows, known }: HeadFit,
  params: Float64Array,
): Promise<Float64Array> {
  const seen = Uint32Array.from({ length: Math.min(rows, MOST_ROWS) }, (_, i) => i)
  const gradient = new Float64Array(layout.length)
  const head = params.subarray(layout.shared)
  const slope = gradient.subarray(layout.shared)
  const optimize = createOptimizer({ optimizer: 'adam', learningRate: RATE }, head.length)
  const weights = head.length - layout.outputs
  for (let step = 0; step < (known ? STEPS.known : STEPS.fresh); step++) {
    await compute.lossAndGradient(params, seen, gradient)
    for (let i = 0; i < weights; i++) slope[i] = (slope[i] ?? 0) + task.plan.l2 * (head[i] ?? 0)
    optimize(head, slope)
  }
  return params
}
