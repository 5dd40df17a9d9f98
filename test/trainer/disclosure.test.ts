import { expect, test } from 'vitest'
import { boundOf, FARTHEST, movementOf } from '#domain/plan.ts'
import { createDirectTrainer } from '#trainer/direct.ts'
import { addRow, emptySet, hasRow, mergeUnits } from '#trainer/disclosure/merge.ts'
import { restsOnFew } from '#trainer/disclosure/rests.ts'
import type { Task } from '#trainer/jobs.ts'
import { layoutOf } from '#trainer/models/layout.ts'
import { averagedPlan } from '#trainer/plans/choose.ts'
import { createStream } from '#trainer/random.ts'
import { readTrained, writeTrained } from '#trainer/training/artefact.ts'
import { createBatches } from '#trainer/training/batches.ts'
import { concludeTraining, trainingLength } from '#trainer/training/conclude.ts'
import { attackModel, type Run } from '../bench/attacks/trap/attack.ts'
import { scene } from '../bench/attacks/trap/scene.ts'
import { traps } from '../bench/attacks/trap/traps.ts'
import { federate, trainRounds, type Federation } from './federation.ts'
import { aPlan, aTask, numberVariable, seed, toTable } from './kit.ts'

const stream = createStream('test', seed(11))
const FEWEST = 6

function setOf(height: number, is: (row: number) => boolean): Uint32Array {
  const set = emptySet(height)
  for (let row = 0; row < height; row++) if (is(row)) addRow(set, row)
  return set
}

test('merged units never differ by a few rows that count, a few rows of any unit, or nearly as complements', () => {
  for (let run = 0; run < 200; run++) {
    const height = 20 + stream.below(60)
    const cut = () => stream.below(height + 1)
    const sets = Array.from({ length: 40 }, () => {
      const [from, turned, noise] = [cut(), stream.real() < 0.5, stream.real() / 5]
      return setOf(height, (row) => (row >= from !== turned) !== stream.real() < noise)
    })
    const counting = setOf(height, () => stream.real() < 0.8)
    const [none, ...crowds] = mergeUnits(sets, counting, FEWEST)
    const count = (is: (row: number) => boolean) =>
      Array.from({ length: height }, (_, row) => Number(hasRow(counting, row) && is(row))).reduce(
        (a, b) => a + b,
      )
    expect(count((row) => hasRow(none!.rows, row))).toBe(0)
    const units = [none!, ...crowds].flatMap((one) => one.units)
    expect(units.toSorted((a, b) => a - b)).toEqual(sets.map((_, unit) => unit))
    for (const [i, a] of crowds.entries()) {
      expect(count((row) => hasRow(a.rows, row))).toBeGreaterThanOrEqual(FEWEST)
      for (const b of crowds.slice(i + 1)) {
        expect(count((row) => hasRow(a.rows, row) !== hasRow(b.rows, row))).toBeGreaterThanOrEqual(FEWEST)
        const over = count((row) => hasRow(a.rows, row) === hasRow(b.rows, row))
        expect(over === 0 || over >= FEWEST).toBe(true)
      }
    }
  }
})

const ladder: Run = {
  trap: traps[0]!,
  ...{ units: 512, steps: 1, batch: 65_536, poisoned: 0, rounds: 1, number: 1 },
}

test('a ladder of thresholds shows dozens of patients where nothing covers them, and none where something does', async () => {
  const at = scene()
  expect((await attackModel(at, ladder, 'nothing')).read).toBeGreaterThan(20)
  expect((await attackModel(at, ladder, 'cover')).read).toBe(0)
  expect(await attackModel(at, ladder)).toMatchObject({ read: 0, refused: at.tables.length })
})

const layers = [{ units: 32, activation: 'relu' as const }]
const network = aPlan({
  model: { kind: 'mlp', layers, dropout: 0.1, normalisation: 'none' },
  rounds: 6,
  l2: 0.01,
})
const variables = Array.from({ length: 6 }, (_, i) => numberVariable(`v${i}`, -4, 4))

const above = (a: number, b: number) => Number(a + b > 0)

async function aFederation(
  plan: Task['plan'],
  outcomeOf: (a: number, b: number, row: number) => number = above,
): Promise<Federation> {
  const tables = Array.from({ length: 3 }, () => {
    const columns = variables.map(() =>
      Array.from({ length: 150 }, () => 2 * (stream.real() + stream.real() - 1)),
    )
    const outcome = columns[0]!.map((value, i) => outcomeOf(value, columns[1]![i]!, i))
    return toTable(columns, outcome, (row) => row % 5 === 0)
  })
  return federate(createDirectTrainer('fused'), aTask(variables, plan), tables)
}

test('honest networks are never refused; one whose units part patients is', async () => {
  const federation = await aFederation(network)
  const { trainer, task, statistics } = federation
  const honest = (await trainRounds(federation, 6)).at(-1)!
  const start = readTrained(task, honest)
  const train = (params: Float32Array) => {
    const base = writeTrained({ ...start, params, loss: 1 }, { statistics, previous: statistics, weight: 1 })
    const seeds = { initialSeed: seed(1), batchSeed: seed(2) }
    const input = { weight: 100, statistics, base, ...seeds, privateState: null }
    return trainer.call('train', { key: 'hospital 0', ...input })
  }
  await expect(train(start.params)).resolves.toMatchObject({ clipped: 0 })

  const { layers: dense, inputs } = layoutOf(task)
  const rungs = start.params.slice()
  for (let unit = 0; unit < 32; unit++) {
    for (let i = 0; i < inputs; i++) rungs[dense[0]!.weights.offset + i * 32 + unit] = Number(i === 0)
    rungs[dense[0]!.bias.offset + unit] = -2 + unit / 8
  }
  await expect(train(rungs)).rejects.toMatchObject({ code: 'model-refused' })
  await trainer.close()
})

test('a model that everybody but two patients fits to the last digit is not trained on: both would be all that we send', async () => {
  const isRare = (_a: number, _b: number, row: number) => Number(row !== 31 && row !== 77)
  const federation = await aFederation(aPlan({ rounds: 2 }), isRare)
  const { trainer, task, statistics } = federation
  const start = readTrained(task, (await trainRounds(federation, 1)).at(-1)!)
  const trainWith = (intercept: number) => {
    const params = start.params.slice()
    params[params.length - 1] = intercept
    const base = writeTrained({ ...start, params, loss: 1 }, { statistics, previous: statistics, weight: 1 })
    const seeds = { initialSeed: seed(1), batchSeed: seed(2) }
    const input = { weight: 100, statistics, base, ...seeds, privateState: null }
    return trainer.call('train', { key: 'hospital 0', ...input })
  }
  // As rare as they are: everybody moves it.
  await expect(trainWith(4)).resolves.toMatchObject({ clipped: 0 })
  await expect(trainWith(20)).rejects.toMatchObject({
    code: 'model-refused',
    message: expect.stringContaining('a few patients'),
  })
  await trainer.close()
})

test('what rests on a few rows is told from what rests on many, whatever its size', () => {
  const many = Float64Array.from({ length: 100 }, () => stream.real())
  expect(restsOnFew(many)).toBe(false)
  // One event among three hundred patients is no attack.
  expect(restsOnFew(Float64Array.from({ length: 300 }, (_, i) => (i === 0 ? 0.997 : 0.003)))).toBe(false)
  for (const size of [1, 1e-6])
    expect(restsOnFew(Float64Array.from({ length: 300 }, (_, i) => (i < 2 ? size : 1e-5 * size)))).toBe(true)
})

test('no sum moves the model farther than the plan lets a round, under any outer optimiser', () => {
  const outers: Task['plan']['outer'][] = [
    { kind: 'average' },
    { kind: 'nesterov', learningRate: 1, momentum: 0.9 },
    { kind: 'adam', learningRate: 50, beta1: 0, beta2: 0, epsilon: 1e-9 },
  ]
  for (const outer of outers)
    for (const movement of [undefined, 0.05]) {
      const task = aTask(variables, aPlan({ outer, ...(movement === undefined ? {} : { movement }) }))
      const statistics = new TextEncoder().encode('statistics')
      const sum = Float64Array.from({ length: trainingLength(task) }, (_, i) => (i % 2 ? 1e6 : -1e6))
      const opened = { task, statistics, initialSeed: seed(5), sum, weight: 7, base: null }
      const { params } = readTrained(task, concludeTraining(opened))
      const most = outer.kind === 'average' ? movementOf(task.plan) : FARTHEST
      for (const value of params) expect(Math.abs(value)).toBeLessThanOrEqual(most * (1 + 1e-6))
      if (outer.kind === 'average') expect(most).toBe(movement ?? 0.125)
    }
})

test('the limits follow from the steps of a plan, near what honest ones come to, also for plans that declare none', () => {
  const outcome = { task: 'binary', name: 'y', label: '', positive: 'yes' } as const
  const { plan } = averagedPlan({ outcome, variables, hospitals: 4, rows: 120 })
  expect([plan.movement, plan.updateBound, plan.gate]).toEqual([0.25, 0.5, 'votes'])
  const older = aPlan({}, { steps: 10 })
  expect([movementOf(older), boundOf(older)]).toEqual([0.25, 0.5])
  expect(movementOf(aPlan({}, { learningRate: 100, steps: 400 }))).toBe(FARTHEST)
  expect(boundOf(aPlan({ updateBound: 0.01 }))).toBe(0.01)
})

test('a layer that is wider than the rows of a round is refused: by the plan, or at home where the rows are fewer', async () => {
  const model = { kind: 'mlp' as const, layers: [{ units: 200, activation: 'relu' as const }] }
  const wide = { ...model, dropout: 0, normalisation: 'none' as const }
  expect(() => layoutOf(aTask(variables, aPlan({ model: wide }, { steps: 2, batch: 64 })))).toThrow(
    expect.objectContaining({ code: 'not-available', message: expect.stringContaining('privacy noise') }),
  )
  const federation = await aFederation(aPlan({ model: wide }, { steps: 2, batch: 128 }))
  await expect(trainRounds(federation, 1)).rejects.toMatchObject({ code: 'rows-too-few' })
})

test('every round leaves a tenth of the rows out, others each time', () => {
  const left = [1, 2].map((byte) => {
    const next = createBatches(100, 30, createStream('minibatches', seed(byte)), 0.1)
    const seen = new Set(Array.from({ length: 60 }, () => [...next()]).flat())
    return Array.from({ length: 100 }, (_, row) => row).filter((row) => !seen.has(row))
  })
  expect(left.map((one) => one.length)).toEqual([10, 10])
  expect(left[0]).not.toEqual(left[1])
})
