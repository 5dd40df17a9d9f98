import { expect, test } from 'vitest'
import { createDirectTrainer } from '#trainer/direct.ts'
import type { Table } from '#trainer/jobs.ts'
import { layoutOf } from '#trainer/models/layout.ts'
import { createStream } from '#trainer/random.ts'
import { readAlone } from '#trainer/evaluation/alone.ts'
import { shapeOf } from '#trainer/shape.ts'
import { readKept } from '#trainer/training/private.ts'
import { federate, trainTogether } from './federation.ts'
import { aPlan, aTask, numberVariable, seed, toTable } from './kit.ts'

const variables = Array.from({ length: 3 }, (_, i) => numberVariable(`v${i}`, 0, 1))
const layers = [{ units: 8, activation: 'tanh' as const }]
const network = { kind: 'mlp' as const, layers, dropout: 0, normalisation: 'none' as const }

/** Rows whose outcome depends on a product; at some hospitals the other way round. */
function aTable(byte: number, sign: number): Table {
  const words = createStream('test', seed(byte))
  const columns = variables.map(() => Array.from({ length: 400 }, () => words.real()))
  const outcome = columns[0]!.map((a, i) => {
    const score = 12 * sign * (a - 0.5) + 4 * (columns[1]![i]! - 0.5)
    return Number(words.real() < 1 / (1 + Math.exp(-score)))
  })
  return toTable(columns, outcome, (row) => row % 4 === 0)
}
const tables = [aTable(1, 1), aTable(2, -1), aTable(3, 1), aTable(4, -1)]

test('a private head lets hospitals that judge by opposite signs share what comes before it; it never leaves', async () => {
  const task = aTask(variables, aPlan({ model: network, head: 'private' }, { learningRate: 0.3 }))
  const layout = layoutOf(task)
  expect(layout.length - layout.shared).toBe(8 + 1)
  expect(shapeOf(task, 'training').length).toBe(layout.shared + 1)
  const federation = await federate(createDirectTrainer('fused'), task, tables)
  const { base, own } = await trainTogether(federation, 30)
  const { trainer, keys, statistics } = federation
  for (const [i, key] of keys.entries()) {
    const input = { key, statistics, base, privateState: own[i]!.privateState }
    expect(Math.max(...readKept(task, input.privateState!).head.map(Math.abs))).toBeGreaterThan(0.3)
    expect((await trainer.call('score', input)).figures.auc).toBeGreaterThan(0.85)
    // A hospital that has no state yet fits a head to its own rows.
    expect((await trainer.call('score', { ...input, privateState: null })).figures.auc).toBeGreaterThan(0.85)
  }
  const alone = await trainer.call('alone', {
    key: keys[0]!,
    initialSeed: seed(1),
    batchSeed: seed(2),
  })
  expect(alone.figures.auc).toBeGreaterThan(0.8)
  expect(readAlone(alone.model).params).toHaveLength(layout.length)
  const input = { key: keys[0]!, statistics, base, privateState: own[0]!.privateState, alone: alone.model }
  expect((await trainer.call('evaluate', input)).figures.auc).toBeGreaterThan(0.85)
})

test('with a shared head the same hospitals learn little', async () => {
  const task = aTask(variables, aPlan({ model: network }, { learningRate: 0.3 }))
  const federation = await federate(createDirectTrainer('fused'), task, tables)
  const { base, own } = await trainTogether(federation, 30)
  expect(own.every(({ privateState }) => privateState === null)).toBe(true)
  const { trainer, statistics } = federation
  const { figures } = await trainer.call('score', { key: 'hospital 1', statistics, base, privateState: null })
  expect(figures.auc).toBeLessThan(0.75)
})

test('dropout is the same for the same seed, other for another, and no part of a model that is judged', async () => {
  const model = { ...network, dropout: 0.5, normalisation: 'layer' as const }
  const task = aTask(variables, aPlan({ model }, { learningRate: 0.3 }))
  const { trainer, statistics } = await federate(createDirectTrainer('fused'), task, tables)
  const input = {
    key: 'hospital 0',
    weight: 1,
    statistics,
    base: null,
    initialSeed: seed(1),
    privateState: null,
  }
  const once = await trainer.call('train', { ...input, batchSeed: seed(2) })
  const again = await trainer.call('train', { ...input, batchSeed: seed(2) })
  const other = await trainer.call('train', { ...input, batchSeed: seed(3) })
  expect(again).toEqual(once)
  expect(other.values).not.toEqual(once.values)
  const { base } = await trainTogether(
    { trainer, task, statistics, keys: ['hospital 0', 'hospital 2'], weights: [1, 1] },
    40,
  )
  const score = () => trainer.call('score', { key: 'hospital 0', statistics, base, privateState: null })
  expect(await score()).toEqual(await score())
  expect((await score()).figures.auc).toBeGreaterThan(0.85)
})
