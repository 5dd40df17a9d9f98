import { createDirectTrainer, type Trainer } from '#trainer/direct.ts'
import { concludeStatistics } from '#trainer/statistics/artefact.ts'
import { aPlan, aTask, numberVariable, seed, toTable } from '../../trainer/kit.ts'
import type { Shape } from './problem.ts'

const STEPS = 20
const WEIGHT = 100
const MEGABYTE = 2 ** 20

/** What can befall a graphics card while a hospital's round is computed on it. */
export type Misfortune = 'nothing' | 'lost' | 'full'

/**
 * One round's training of a whole trainer on the graphics card, and the same on our own passes: how far the results are
 * apart, what computed in the end, and what a person is told.
 */
export async function trainThrough(misfortune: Misfortune, { inputs, hidden }: Shape, batch: number) {
  const variables = Array.from({ length: inputs }, (_, i) => {
    return { ...numberVariable(`v${i}`, -1, 1), missing: 'mean' as const }
  })
  const layers = hidden.map((units) => ({ units, activation: 'relu' as const }))
  const model = { kind: 'mlp' as const, layers, dropout: 0, normalisation: 'none' as const }
  const task = aTask(variables, aPlan({ model }, { steps: STEPS, batch }))
  const column = (j: number) => Array.from({ length: 2 * batch }, (_, i) => Math.sin((i + 1) * (j + 1)))
  const table = toTable(
    variables.map((_, j) => column(j)),
    Array.from({ length: 2 * batch }, (_, i) => i % 2),
    (row) => row % 10 === 0,
  )
  const trainer = createDirectTrainer()
  const round = { task, table }
  const ours = await trainRound(trainer, round, 'simd', 'nothing')
  const theirs = await trainRound(trainer, round, 'webgpu', misfortune)
  const { notices = [] } = await trainer.call('describe', { key: 'webgpu' })
  await trainer.close()
  const norm = (of: (i: number) => number) => Math.hypot(...ours.values.slice(0, 10_000).map((_, i) => of(i)))
  const far = norm((i) => ours.values[i]! - theirs.values[i]!) / norm((i) => ours.values[i]!)
  return { far, engine: theirs.engine, notices }
}

interface Round {
  readonly task: ReturnType<typeof aTask>
  readonly table: ReturnType<typeof toTable>
}

async function trainRound(
  trainer: Trainer,
  { task, table }: Round,
  engine: 'simd' | 'webgpu',
  misfortune: Misfortune,
) {
  await trainer.call('load', { key: engine, task, table, compute: { engine } })
  const counted = await trainer.call('statistics', { key: engine })
  const statistics = concludeStatistics(task, counted.values)
  const seeds = { base: null, initialSeed: seed(1), batchSeed: seed(2), privateState: null }
  if (misfortune === 'full') await fill(await deviceOf())
  let happened = misfortune !== 'lost'
  const onProgress = () => {
    if (!happened) void deviceOf().then((device) => device.destroy())
    happened = true
  }
  return trainer.call('train', { key: engine, weight: WEIGHT, statistics, ...seeds }, { onProgress })
}

/** The device that TensorFlow computes on in this process. */
async function deviceOf(): Promise<GPUDevice> {
  const { backend } = await import('@tensorflow/tfjs')
  return (backend() as unknown as { device: GPUDevice }).device // safe: the backend "webgpu" has one
}

/** Takes all memory of a card, in pieces that become smaller. They go back with the device. */
async function fill(device: GPUDevice): Promise<void> {
  for (let size = device.limits.maxBufferSize; size >= MEGABYTE;) {
    device.pushErrorScope('out-of-memory')
    device.createBuffer({ size: size - (size % 4), usage: GPUBufferUsage.STORAGE })
    if (await device.popErrorScope()) size = Math.floor(size / 2)
  }
}
