import { expect, test } from 'vitest'
import type { Architecture } from '#domain/plan.ts'
import { openBackend } from '#trainer/compute/backends.ts'
import type { Engine } from '#trainer/compute/engine.ts'
import { fusedEngine } from '#trainer/compute/fused.ts'
import { createSimdEngine } from '#trainer/compute/simd.ts'
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

function problem({ model, outcome, dropout }: Shape, width = 5, size = 17) {
  const variables = Array.from({ length: width }, (_, i) => numberVariable(`v${i}`, -1, 1))
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
  const rows = Uint32Array.from({ length: size }, () => stream.below(HEIGHT))
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

test.each(models)('our passes in vectors and plain agree: %s', async (_, shape) => {
  const { layout, params, rows, masks, open } = problem(shape)
  const simd = createSimdEngine()!
  // Another model takes the memory in between, and batches change their height.
  const others = problem(models[2]![1])
  const theirs = others.open(simd)
  const compute = open(simd)
  for (const size of [17, 4, 9]) {
    const part = rows.subarray(0, size)
    const cut = masks?.map((mask) => mask.subarray(0, (mask.length / 17) * size)) ?? null
    const [mine, found] = [new Float64Array(layout.length), new Float64Array(layout.length)]
    const loss = await open(fusedEngine).lossAndGradient(params, part, mine, cut)
    await theirs.lossAndGradient(others.params, others.rows, new Float64Array(others.layout.length))
    expect(agreement(await compute.lossAndGradient(params, part, found, cut), loss)).toBeLessThan(1e-4)
    expect(distance(mine, found)).toBeLessThan(1e-4)
    expect(distance(await open(fusedEngine).outputs(params), await compute.outputs(params))).toBeLessThan(
      1e-4,
    )
  }
})

test('our passes in vectors take inputs, units and batches of any number', async () => {
  const simd = createSimdEngine()!
  for (const [inputs, units, size] of [
    [1, 1, 1],
    [7, 9, 3],
    [8, 16, 33],
    [19, 12, 40],
    [33, 5, 2],
  ] as const) {
    const layers = [units, units + 3].map((count) => ({ units: count, activation: 'gelu' as const }))
    const model = { kind: 'mlp', layers, dropout: 0.5, normalisation: 'layer' } as const
    const { layout, params, masks, rows, open } = problem({ model, dropout: true }, inputs, size)
    const [mine, found] = [new Float64Array(layout.length), new Float64Array(layout.length)]
    const loss = await open(fusedEngine).lossAndGradient(params, rows, mine, masks)
    expect(agreement(await open(simd).lossAndGradient(params, rows, found, masks), loss)).toBeLessThan(1e-4)
    expect(distance(mine, found)).toBeLessThan(1e-4)
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
      const found = await theirs.lossAndGradient(params, rows, other, masks)
      expect(agreement(found, loss)).toBeLessThan(1e-4)
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

/** Relative distance of a loss from the one that is right. */
function agreement(found: number, right: number): number {
  return Math.abs(found - right) / Math.abs(right)
}

/** Relative distance of two vectors. */
function distance(a: Float64Array, b: Float64Array): number {
  const norm = (of: (i: number) => number) => Math.sqrt(a.reduce((sum, _, i) => sum + of(i) ** 2, 0))
  return norm((i) => a[i]! - b[i]!) / norm((i) => a[i]!)
}
