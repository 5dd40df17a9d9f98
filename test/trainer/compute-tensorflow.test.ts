import { expect, test } from 'vitest'
import { openBackend } from '#trainer/compute/backends.ts'
import { fusedEngine } from '#trainer/compute/fused.ts'
import { createTensorflowEngine } from '#trainer/compute/tensorflow.ts'
import { apart, aProblem, distance, models, stepOf } from './problem.ts'
import { skipped } from './software-card.ts'

const opened = await openBackend('tensorflow')
const native = test.skipIf(skipped('tensorflow', opened))

native.each(models)('the native TensorFlow and our own passes agree: %s', async (_, shape) => {
  if ('missing' in opened) return
  const problem = aProblem(shape)
  const before = opened.tf.memory().numTensors
  const theirs = await stepOf(createTensorflowEngine(opened.tf, 'tensorflow'), problem)
  expect(apart(await stepOf(fusedEngine, problem), theirs)).toBeLessThan(1e-4)
  expect(opened.tf.memory().numTensors).toBe(before)
})

test('without the native TensorFlow a sentence says how to get it', () => {
  if ('missing' in opened)
    expect(opened.missing).toMatch(/^The native TensorFlow is not installed; .*npm run tensorflow.*\.$/)
})

native(
  'the native TensorFlow trains by its own layers too: the functions of util that Node dropped are back',
  async () => {
    if ('missing' in opened) return
    const { tf } = opened
    await tf.setBackend('tensorflow')
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] })
    model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' })
    const x = tf.tensor2d([[0.3, -1, 2]])
    const { history } = await model.fit(x, tf.ones([1, 1]), { epochs: 10, verbose: 0 })
    expect(Number(history['loss']!.at(-1))).toBeLessThan(Number(history['loss']![0]) / 2)
  },
)

test('two backends hold models in one process and do not disturb each other', async () => {
  const problem = aProblem(models[3]![1])
  const first = await openBackend('cpu')
  if ('missing' in first) throw new Error(first.missing)
  const early = problem.open(createTensorflowEngine(first.tf, 'cpu'))
  const second = await openBackend('wasm')
  if ('missing' in second) throw new Error(second.missing)
  const late = problem.open(createTensorflowEngine(second.tf, 'wasm'))
  const ours = await stepOf(fusedEngine, problem)
  for (const compute of [early, late, early]) {
    const gradient = new Float64Array(problem.layout.length)
    await compute.lossAndGradient(problem.params, problem.rows, gradient)
    expect(distance(ours.gradient, gradient)).toBeLessThan(1e-4)
    expect(first.tf.getBackend()).toBe(compute === early ? 'cpu' : 'wasm')
  }
  early.close()
  late.close()
})
