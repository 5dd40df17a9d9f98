import type { Architecture } from '#domain/plan.ts'
import type { Engine } from '#trainer/compute/engine.ts'
import type { Task } from '#trainer/jobs.ts'
import { headOf } from '#trainer/models/heads.ts'
import { type Activation, layoutOf } from '#trainer/models/layout.ts'
import { createStream, type Stream } from '#trainer/random.ts'
import { aPlan, aTask, numberVariable, seed } from './kit.ts'

const HEIGHT = 40

/** A model, what it predicts (yes or no where absent), and dropout of half the hidden units. */
export interface Shape {
  readonly model: Architecture
  readonly outcome?: Task['outcome']
  readonly dropout?: boolean
  /** Whether the intercept stays at the hospital. */
  readonly private?: boolean
}

const activations: Activation[] = ['linear', 'relu', 'tanh', 'sigmoid', 'gelu']
const network = (activation: Activation, normalisation: 'none' | 'layer' = 'none'): Architecture => ({
  kind: 'mlp',
  layers: [6, 4].map((units) => ({ units, activation })),
  dropout: 0.5,
  normalisation,
})
const common = { name: 'y', label: '' }
const outcomes: Task['outcome'][] = [
  { task: 'multiclass', ...common, classes: ['a', 'b', 'c'] },
  { task: 'regression', ...common, unit: null, low: -1, high: 1 },
  { task: 'survival', ...common, timeUnit: 'days', horizon: 5 },
]

/** Every model and option of a plan in small: linear and two hidden layers, activations, normalisation, dropout, outcomes. */
export const models: readonly [string, Shape][] = [
  ['linear', { model: { kind: 'linear' } }],
  ...activations.map((activation): [string, Shape] => [
    `two hidden layers of ${activation}`,
    { model: network(activation) },
  ]),
  ...(['relu', 'tanh', 'gelu'] as const).flatMap((activation): [string, Shape][] => [
    [`${activation} with layer normalisation`, { model: network(activation, 'layer') }],
    [`${activation} with both and dropout`, { model: network(activation, 'layer'), dropout: true }],
  ]),
  ['tanh with a private intercept', { model: network('tanh'), private: true }],
  ['sigmoid with dropout', { model: network('sigmoid'), dropout: true }],
  ...outcomes.flatMap((outcome): [string, Shape][] => [
    [`linear, ${outcome.task}`, { model: { kind: 'linear' }, outcome }],
    [`network, ${outcome.task}`, { model: network('tanh', 'layer'), outcome, dropout: true }],
  ]),
]

function targetsFor({ task }: Task['outcome'], stream: Stream) {
  const values = Float32Array.from({ length: HEIGHT }, () => {
    if (task === 'multiclass') return stream.below(3)
    if (task === 'survival') return stream.below(9)
    return task === 'regression' ? 2 * stream.real() - 1 : Number(stream.real() < 0.4)
  })
  return { values, events: Uint8Array.from(values, () => Number(stream.real() < 0.6)) }
}

/** A model of so many inputs with made-up rows, weights and a minibatch of so many rows, to be opened in any engine. */
export function aProblem({ model, outcome, dropout, ...own }: Shape, width = 5, size = 17) {
  const stream = createStream('test', seed(3))
  const spread = (length: number) => Float64Array.from({ length }, () => 2 * stream.real() - 1)
  const variables = Array.from({ length: width }, (_, i) => numberVariable(`v${i}`, -1, 1))
  const binary = aTask(variables, aPlan({ model, intercept: own.private ? 'private' : 'shared' }))
  const task = outcome ? { ...binary, outcome } : binary
  const layout = layoutOf(task)
  const values = Float32Array.from(spread(HEIGHT * layout.inputs))
  const data = { values, width: layout.inputs, height: HEIGHT }
  const targets = targetsFor(task.outcome, stream)
  const params = spread(layout.length)
  const rows = Uint32Array.from({ length: size }, () => stream.below(HEIGHT))
  const half = (length: number) => Float32Array.from({ length }, () => (stream.real() < 0.5 ? 0 : 2))
  const masks = dropout ? layout.layers.slice(0, -1).map(({ units }) => half(rows.length * units)) : null
  const open = (engine: Engine) => engine.open(layout, headOf(task.outcome), data, targets)
  return { layout, params, rows, masks, open }
}

/** Loss and gradient of the problem's minibatch, and the outputs of all rows, under an engine. */
export async function stepOf(engine: Engine, problem: ReturnType<typeof aProblem>) {
  const compute = problem.open(engine)
  const gradient = new Float64Array(problem.layout.length)
  const loss = await compute.lossAndGradient(problem.params, problem.rows, gradient, problem.masks)
  const outputs = await compute.outputs(problem.params)
  compute.close()
  return { loss, gradient, outputs }
}

/** The largest relative distance between what two engines made of the same step. */
export function apart(ours: Awaited<ReturnType<typeof stepOf>>, theirs: typeof ours): number {
  return Math.max(
    Math.abs(theirs.loss - ours.loss) / Math.abs(ours.loss),
    distance(ours.gradient, theirs.gradient),
    distance(ours.outputs, theirs.outputs),
  )
}

/** Relative distance of two vectors. */
export function distance(a: Float64Array, b: Float64Array): number {
  const norm = (of: (i: number) => number) => Math.sqrt(a.reduce((sum, _, i) => sum + of(i) ** 2, 0))
  return norm((i) => a[i]! - b[i]!) / norm((i) => a[i]!)
}
