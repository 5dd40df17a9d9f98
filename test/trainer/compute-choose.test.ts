import { expect, test, vi } from 'vitest'
import { createChooser } from '#trainer/compute/choose.ts'
import type { Engine } from '#trainer/compute/engine.ts'
import { fusedEngine } from '#trainer/compute/fused.ts'
import { createSteadyEngine } from '#trainer/compute/steady.ts'
import { createDirectTrainer } from '#trainer/direct.ts'
import { layoutOf } from '#trainer/models/layout.ts'
import { aPlan, aTask, numberVariable, toTable } from './kit.ts'
import { aProblem, models, stepOf } from './problem.ts'
import { openCard, skipped } from './software-card.ts'

// Opening a library of half a gigabyte takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const wide = {
  kind: 'mlp' as const,
  layers: [48, 24].map((units) => ({ units, activation: 'relu' as const })),
  dropout: 0,
  normalisation: 'none' as const,
}
const wideTask = aTask(
  Array.from({ length: 100 }, (_, i) => numberVariable(`v${i}`, -1, 1)),
  aPlan({ model: wide }, { batch: 128 }),
)
const table = toTable(
  Array.from({ length: 100 }, (_, j) => Array.from({ length: 60 }, (_, i) => Math.sin(i * j + 1))),
  Array.from({ length: 60 }, (_, i) => i % 2),
  (row) => row > 40,
)

test('a small model is computed by our own passes without measuring anything', async () => {
  const chooser = createChooser()
  const { engine, reason, measured } = await chooser.choose(aProblem(models[2]![1]).layout, 32)
  expect(engine.name).toBe('simd')
  expect(reason).toMatch(/\.$/)
  expect(measured).toEqual([])
})

test('after a crash our own passes compute whatever a person forced, and the trainer says why', async () => {
  const chooser = createChooser()
  const { layout } = aProblem(models[2]![1])
  const { engine, reason } = await chooser.choose(layout, 32, { engine: 'webgpu', isCareful: true })
  expect(engine.name).toBe('simd')
  expect(reason).toMatch(/stopped in the middle of its work/)
})

test('a large model is computed by the engine that was the quickest at its own shape, and Settings shows by how much', async () => {
  const card = await openCard()
  if (!('missing' in card)) card.gpu!.close()
  const chooser = createChooser()
  const choice = await chooser.choose(layoutOf(wideTask), 128)
  if (skipped('webgpu', card)) return expect(choice).toMatchObject({ engine: { name: 'simd' }, measured: [] })
  const [best, ...others] = choice.measured
  expect(choice.measured.map(({ engine }) => engine)).toEqual(expect.arrayContaining(['simd', 'webgpu']))
  expect(choice.engine.name).toBe(best!.engine)
  for (const { ms } of others) expect(ms).toBeGreaterThanOrEqual(best!.ms)
  expect(choice.reason).toContain(`${best!.engine} ${best!.ms.toPrecision(2)} ms`)
  expect(await chooser.choose(layoutOf(wideTask), 128)).toBe(choice)
  await chooser.close()
})

test('a person forces an engine for a study, and the trainer says which it is and what else there is', async () => {
  const trainer = createDirectTrainer()
  await trainer.call('load', { key: 'own', task: wideTask, table, compute: { engine: 'wasm', threads: 1 } })
  const report = await trainer.call('describe', { key: 'own' })
  expect(report).toMatchObject({ backend: 'wasm', reason: 'It was asked for.', notices: [] })
  expect(report.available).toEqual(expect.arrayContaining(['simd', 'fused', 'wasm', 'cpu']))
  expect(report.available.length + report.missing!.length).toBe(6)
  const bad = { engine: 'quantum' } as unknown as { engine: 'wasm' }
  await expect(trainer.call('describe', { compute: bad })).rejects.toMatchObject({ code: 'bad-request' })
  await trainer.close()
})

test.each([1, 2, 3])('an engine that fails at its step %i is replaced at that very step', async (at) => {
  let steps = 0
  const failing: Engine = {
    name: 'failing',
    open(...args) {
      const inner = fusedEngine.open(...args)
      const counted = { ...inner }
      counted.lossAndGradient = (...step) => {
        steps += 1
        if (steps >= at) throw new Error('gone')
        return inner.lossAndGradient(...step)
      }
      return counted
    },
  }
  const told: unknown[] = []
  const steady = createSteadyEngine(failing, fusedEngine, (error) => told.push(error))
  const problem = aProblem(models[4]![1])
  const ours = await stepOf(fusedEngine, problem)
  for (let i = 0; i < 4; i++) expect(await stepOf(steady, problem)).toEqual(ours)
  expect(told).toHaveLength(1)
  expect(steady.name).toBe('fused')
  expect(steps).toBe(at)
})

test('a step that both engines refuse is refused', async () => {
  const refusing: Engine = {
    ...fusedEngine,
    open: () => {
      throw new Error('no')
    },
  }
  const steady = createSteadyEngine(refusing, refusing, () => undefined)
  await expect(stepOf(steady, aProblem(models[0]![1]))).rejects.toThrow('no')
})
