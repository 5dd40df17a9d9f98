import { afterAll, expect, test } from 'vitest'
import { fusedEngine } from '#trainer/compute/fused.ts'
import { createSteadyEngine } from '#trainer/compute/steady.ts'
import { createTensorflowEngine } from '#trainer/compute/tensorflow.ts'
import { apart, aProblem, models, stepOf } from './problem.ts'
import { openCard, skipped } from './software-card.ts'

const opened = await openCard()
const card = skipped('webgpu', opened) || 'missing' in opened ? null : { tf: opened.tf, gpu: opened.gpu! }
const onCard = test.skipIf(card === null)

afterAll(() => card?.gpu.close())

const engine = () => createTensorflowEngine(card!.tf, 'webgpu', card!.gpu)

onCard.each(models)('a graphics card and our own passes agree: %s', { timeout: 60_000 }, async (_, shape) => {
  const problem = aProblem(shape)
  const before = card!.tf.memory().numTensors
  const theirs = await stepOf(engine(), problem)
  expect(apart(await stepOf(fusedEngine, problem), theirs)).toBeLessThan(1e-4)
  expect(card!.tf.memory().numTensors).toBe(before)
})

onCard('a card says its name and how much it gives in one piece', () => {
  expect(card!.gpu.card.name).not.toBe('')
  expect(card!.gpu.card.piece).toBeGreaterThan(1e8)
})

onCard('a card without memory for a step hands it to the processor with a sentence', async () => {
  const told: unknown[] = []
  const problem = aProblem(models[0]![1])
  const { device } = card!.tf.backend() as unknown as { device: GPUDevice }
  // The step asks for more and more until the card has no more: its memory is full for real.
  const pieces: GPUBuffer[] = []
  const take = () => device.createBuffer({ size: card!.gpu.card.piece!, usage: GPUBufferUsage.STORAGE })
  const hungry = createTensorflowEngine(card!.tf, 'webgpu', {
    ...card!.gpu,
    guard: (work) =>
      card!.gpu.guard(() => {
        for (let i = 0; i < 64; i++) pieces.push(take())
        return work()
      }),
  })
  const steady = createSteadyEngine(hungry, fusedEngine, (error) => told.push(error))
  const done = await stepOf(steady, problem)
  for (const piece of pieces) piece.destroy()
  expect(done).toEqual(await stepOf(fusedEngine, problem))
  expect(told.map(String)).toEqual([expect.stringContaining('too little memory')])
})

onCard('a card that is lost in the middle of a step costs a repetition of that step', async () => {
  const told: unknown[] = []
  const problem = aProblem(models[2]![1])
  const steady = createSteadyEngine(engine(), fusedEngine, (error) => told.push(error))
  const compute = problem.open(steady)
  const gradient = new Float64Array(problem.layout.length)
  await compute.lossAndGradient(problem.params, problem.rows, gradient)
  expect(steady.name).toBe('webgpu')
  const step = compute.lossAndGradient(problem.params, problem.rows, gradient)
  ;(card!.tf.backend() as unknown as { device: GPUDevice }).device.destroy()
  const loss = await step
  const ours = await stepOf(fusedEngine, problem)
  expect(loss).toBe(ours.loss)
  expect(gradient).toEqual(ours.gradient)
  expect(steady.name).toBe('fused')
  expect(told.map(String)).toEqual([expect.stringContaining('lost')])
  expect(await compute.outputs(problem.params)).toEqual(ours.outputs)
  compute.close()
})
