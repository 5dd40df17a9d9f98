import type { Compute, Engine } from '#trainer/compute/engine.ts'
import { logisticHead } from '#trainer/models/head.ts'
import { layoutOf } from '#trainer/models/layout.ts'
import { createStream } from '#trainer/random.ts'
import { createBatches } from '#trainer/training/batches.ts'
import { trainLocally } from '#trainer/training/local.ts'
import { aPlan, aTask, numberVariable, seed } from '../../trainer/kit.ts'

/** Rows that minibatches are drawn from. */
export const ROWS = 4096
export const RATE = 0.01

/** A network to train: inputs, hidden layers of rectified units, one output. */
export interface Shape {
  readonly name: string
  readonly inputs: number
  readonly hidden: readonly number[]
}

export const shapes: readonly Shape[] = [
  { name: '13-64-32-1', inputs: 13, hidden: [64, 32] },
  { name: '35 linear', inputs: 35, hidden: [] },
  { name: '200-256-128-1', inputs: 200, hidden: [256, 128] },
]

/** Something that trains one network: so many steps of plain gradient descent, in milliseconds for each. */
export interface Contender {
  readonly name: string
  run(steps: number): Promise<number>
  close?(): void
}

/** Made-up rows of a shape: numbers in [-1, 1] and labels. */
export function aProblem({ inputs, hidden }: Shape, batch: number) {
  const stream = createStream('bench', seed(5))
  const variables = Array.from({ length: inputs }, (_, i) => {
    return { ...numberVariable(`v${i}`, -1, 1), missing: 'mean' as const }
  })
  const layers = hidden.map((units) => ({ units, activation: 'relu' as const }))
  const model = hidden.length
    ? { kind: 'mlp' as const, layers, dropout: 0, normalisation: 'none' as const }
    : { kind: 'linear' as const }
  const layout = layoutOf(aTask(variables, aPlan({ model })))
  if (layout.inputs !== inputs) throw new Error('The network is not the one that the peers train')
  const values = Float32Array.from({ length: ROWS * inputs }, () => 2 * stream.real() - 1)
  const labels = Float32Array.from({ length: ROWS }, () => Number(stream.real() < 0.3))
  const params = Float64Array.from({ length: layout.length }, () => 0.2 * stream.real() - 0.1)
  const nextBatch = createBatches(ROWS, batch, stream)
  const data = { values, width: inputs, height: ROWS }
  const open = (engine: Engine) => engine.open(layout, logisticHead, data, { values: labels })
  return { inputs, hidden, batch, layout, values, labels, params, nextBatch, open }
}
export type Problem = ReturnType<typeof aProblem>

/** One of our engines under the trainer's own loop, with its own way of drawing minibatches and its own steps. */
export function engineContender(engine: Engine, problem: Problem): Contender {
  const compute: Compute = problem.open(engine)
  const { plan } = aTask([], aPlan({}, { optimizer: 'sgd', learningRate: RATE }))
  const { layout, nextBatch, params } = problem
  return {
    name: engine.name,
    async run(steps) {
      const from = performance.now()
      await trainLocally({ plan, shape: layout, compute, steps, nextBatch, pause: () => undefined }, params)
      return (performance.now() - from) / steps
    },
    close: () => compute.close(),
  }
}
