import { expect, test } from 'vitest'
import type { Architecture } from '#domain/plan.ts'
import { openBackend } from '#trainer/compute/backends.ts'
import type { Engine } from '#trainer/compute/engine.ts'
import { fusedEngine } from '#trainer/compute/fused.ts'
import { createTensorflowEngine } from '#trainer/compute/tensorflow.ts'
import type { Task } from '#trainer/jobs.ts'
import { headOf } from '#trainer/models/heads.ts'
import { type Activation, layoutOf } from '#trainer/models/layout.ts'
import { createStream } from '#trainer/random.ts'
import { createMasks } from '#trainer/training/dropout.ts'
import { aPlan, aTask, numberVariable, seed } from './kit.ts'

const stream = createStream('test', seed(3))
const spread = (size: number) => Float64Array.from({ length: size }, () => 2 * stream.real() - 1)
const HEIGHT = 40
const activations: Activation[] = ['linear', 'relu', 'tanh', 'sigmoid', 'gelu']
/** A model, what it predicts, and dropout of half the hidden units. */
interface Shape {
  readonly model: Architecture
  readonly outcome?: Task['outcome']
  readonly dropout?: boolean
}
const layersOf = (activation: Activation) => [
  { units: 6, activation },
  { units: 4, activation },
]
const network = (activation: Activation, normalisation: 'none' | 'layer' = 'none'): Architecture => ({
  kind: 'mlp',
  layers: layersOf(activation),
  dropout: 0.5,
  normalisation,
})
const common = { name: 'y', label: '' }
const outcomes: Task['outcome'][] = [
  { task: 'multiclass', ...common, classes: ['a', 'b', 'c'] },
  { task: 'regression', ...common, unit: null, low: -1, high: 1 },
  { task: 'survival', ...common, timeUnit: 'days', horizon: 5 },
]
const models: [string, Shape][] = [
  ['linear', { model: { kind: 'linear' } }],
  ...activations.map((activation): [string, Shape] => [
    `two hidden layers of ${activation}`,
    { model: network(activation) },
  ]),
  ...(['relu', 'tanh', 'gelu'] as const).flatMap((activation): [string, Shape][] => [
    [`${activation} with layer normalisation`, { model: network(activation, 'layer') }],
    [`${activation} with both and dropout`, { model: network(activation, 'layer'), dropout: true }],
  ]),
  ['sigmoid with dropout', { model: network('sigmoid'), dropout: true }],
  ...outcomes.flatMap((outcome): [string, Shape][] => [
    [`linear, ${outcome.task}`, { model: { kind: 'linear' }, outcome }],
    [`network, ${outcome.task}`, { model: network('tanh', 'layer'), outcome, dropout: true }],
  ]),
]

function targetsFor({ task }: Task['outcome']) {
  const values = Float32Array.from({ length: HEIGHT }, () => {
    if (task === 'multiclass') return stream.below(3)
    if (task === 'survival') return stream.below(9)
    return task === 'regression' ? 2 * stream.real() - 1 : Number(stream.real() < 0.4)
  })
  return { values, events: Uint8Array.from(values, () => Number(stream.real() < 0.6)) }
}

function problem({ model, outcome, dropout }: Shape) {
  const variables = Array.from({ length: 5 }, (_, i) => numberVariable(`v${i}`, -1, 1))
  const binary = aTask(variables, aPlan({ model }))
  const task = outcome ? { ...binary, outcome } : binary
  const layout = layoutOf(task)
  const data = {
    values: Float32Array.from(spread(HEIGHT * layout.inputs)),
    width: layout.inputs,
    height: HEIGHT,
  }
  const targets = targetsFor(task.outcome)
  const params = spread(layout.length)
  const rows = Uint32Array.from({ length: 17 }, () => stream.below(HEIGHT))
  const masks = dropout ? createMasks(task, layout, () => stream)!(rows.length) : null
  const open = (engine: Engine) => engine.open(layout, headOf(task.outcome), data, targets)
  return { layout, params, rows, masks, open }
}

test.each(models)('the gradient is that of finite differences: %s', async (_, shape) => {
  const { layout, params, rows, masks, open } = problem(shape)
  const compute = open(fusedEngine)
  const gradient = new Float64Array(layout.length)
  const scratch = new Float64Array(layout.length)
  await compute.lossAndGradient(params, rows, gradient, masks)
  for (let i = 0; i < layout.length; i++) {
    const step = 1e-6
    const at = async (shift: number) => {
      const moved = params.slice()
      moved[i] = params[i]! + shift
      return compute.lossAndGradient(moved, rows, scratch, masks)
    }
    const slope = ((await at(step)) - (await at(-step))) / (2 * step)
    expect(Math.abs(slope - gradient[i]!)).toBeLessThan(1e-7 * (1 + Math.abs(slope)))
  }
})

test.each(['wasm', 'cpu'] as const)(
  'our passes and TensorFlow on %s agree and it keeps no tensors',
  async (backend) => {
    const opened = await openBackend(backend)
    if ('missing' in opened) throw new Error(opened.missing)
    const engine = createTensorflowEngine(opened.tf, backend)
    for (const [, shape] of models) {
      const { layout, params, rows, masks, open } = problem(shape)
      const before = opened.tf.memory().numTensors
      const theirs = open(engine)
      const ours = open(fusedEngine)
      const mine = new Float64Array(layout.length)
      const other = new Float64Array(layout.length)
      const loss = await ours.lossAndGradient(params, rows, mine, masks)
      expect(await theirs.lossAndGradient(params, rows, other, masks)).toBeCloseTo(loss, 4)
      expect(opened.tf.memory().numTensors).toBe(before + 1)
      expect(distance(mine, other)).toBeLessThan(1e-4)
      expect(distance(await ours.outputs(params), await theirs.outputs(params))).toBeLessThan(1e-4)
      theirs.close()
      expect(opened.tf.memory().numTensors).toBe(before)
    }
  },
)

test('the native TensorFlow either computes the same or says in a sentence that it is not here', async () => {
  const opened = await openBackend('tensorflow')
  if ('missing' in opened) {
    expect(opened.missing).toMatch(/^The native TensorFlow is not installed; .*\.$/)
    return
  }
  const { layout, params, rows, open } = problem(models[2]![1])
  const mine = new Float64Array(layout.length)
  const other = new Float64Array(layout.length)
  await open(fusedEngine).lossAndGradient(params, rows, mine)
  const theirs = open(createTensorflowEngine(opened.tf, 'tensorflow'))
  await theirs.lossAndGradient(params, rows, other)
  theirs.close()
  expect(distance(mine, other)).toBeLessThan(1e-4)
})

/** Relative distance of two vectors. */
function distance(a: Float64Array, b: Float64Array): number {
  const norm = (of: (i: number) => number) => Math.sqrt(a.reduce((sum, _, i) => sum + of(i) ** 2, 0))
  return norm((i) => a[i]! - b[i]!) / norm((i) => a[i]!)
}
