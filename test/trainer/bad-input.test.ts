import { expect, test } from 'vitest'
import { createDirectTrainer } from '#trainer/direct.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { createStream } from '#trainer/random.ts'
import { shapeOf } from '#trainer/shape.ts'
import { federate, figuresOverAll, trainRounds } from './federation.ts'
import { aPlan, aTask, numberVariable, seed, toTable } from './kit.ts'

const stream = createStream('test', seed(8))

/** A table whose outcome follows the first variable; `change` may spoil it. */
function aTable(
  rows: number,
  width: number,
  change: (columns: number[][], outcome: number[]) => void = () => undefined,
) {
  const columns = Array.from({ length: width }, () => Array.from({ length: rows }, () => stream.real()))
  const outcome = columns[0]!.map((value) => Number(value + 0.3 * stream.real() > 0.6))
  change(columns, outcome)
  return toTable(columns, outcome, (row) => row % 4 === 0)
}
const numbers = (width: number) => Array.from({ length: width }, (_, i) => numberVariable(`v${i}`, 0, 1))
const plan = aPlan({ intercept: 'private', rounds: 5 })
const task = aTask(numbers(3), plan)

async function figures(one: Task, tables: Table[]) {
  const federation = await federate(createDirectTrainer(), one, tables)
  return figuresOverAll(federation, (await trainRounds(federation, 5)).at(-1)!)
}

test('too few rows, and an outcome with one class over all hospitals, are refused in a sentence', async () => {
  const trainer = createDirectTrainer()
  await trainer.call('load', { key: 'few', task, table: aTable(10, 3) })
  await expect(trainer.call('statistics', { key: 'few' })).rejects.toMatchObject({
    code: 'rows-too-few',
    message: 'The study asks for at least 10 training rows; 7 can be used here.',
  })
  const alike = [0, 1, 2].map(() => aTable(40, 3, (_, outcome) => outcome.fill(1)))
  const federation = await federate(trainer, task, alike)
  await expect(trainRounds(federation, 1)).rejects.toMatchObject({
    code: 'outcome-one-class',
    message: 'The training rows of all hospitals together have the same outcome: there is nothing to learn.',
  })
})

test('a model is not judged on a handful of held-out rows', async () => {
  const federation = await federate(createDirectTrainer(), task, [aTable(30, 3)])
  const base = (await trainRounds(federation, 1))[0]!
  const input = { key: 'hospital 0', statistics: federation.statistics, base, privateState: null }
  await expect(federation.trainer.call('evaluate', input)).rejects.toMatchObject({ code: 'rows-too-few' })
})

test('a hospital whose training rows all have one class still takes part, and its held-out rows are scored well', async () => {
  const events = (_: number[][], outcome: number[]) =>
    outcome.forEach((_, i) => i % 4 !== 0 && (outcome[i] = 1))
  const tables = [aTable(400, 3), aTable(200, 3, events), aTable(400, 3)]
  const federation = await federate(createDirectTrainer(), task, tables)
  const base = (await trainRounds(federation, 20)).at(-1)!
  const input = { key: 'hospital 1', statistics: federation.statistics, base, privateState: null }
  const { figures } = await federation.trainer.call('score', input)
  expect(figures.rows).toBe(50)
  expect(figures.auc).toBeGreaterThan(0.9)
  expect(Number.isFinite(figures.logLoss)).toBe(true)
})

test('a constant column, an empty one and a category unseen in training do no harm', async () => {
  const kinds: Task['variables'][number] = {
    type: 'category',
    name: 'kind',
    label: '',
    categories: ['a', 'b', 'c'],
    unlisted: 'other',
    missing: 'indicator',
  }
  const layers = [{ units: 8, activation: 'relu' as const }]
  const model = { kind: 'mlp' as const, layers, dropout: 0, normalisation: 'none' as const }
  for (const plan of [task.plan, { ...task.plan, model }]) {
    const one = aTask([...numbers(3), kinds], plan)
    const spoil = (columns: number[][]) => {
      columns[1]!.fill(0.5)
      columns[2]!.fill(Number.NaN)
      columns[3]!.forEach((_, row) => (columns[3]![row] = row % 4 === 0 ? 2 : row % 2))
    }
    const clean = (columns: number[][]) => {
      spoil(columns)
      columns[3]!.forEach((_, row) => (columns[3]![row] = row % 2))
    }
    const columns = Array.from({ length: 4 }, () => Array.from({ length: 120 }, () => stream.real()))
    const outcome = columns[0]!.map((value) => Number(value > 0.5))
    const build = (change: typeof spoil) => {
      const copy = columns.map((column) => [...column])
      change(copy)
      return toTable(copy, outcome, (row) => row % 4 === 0)
    }
    // Held-out rows alone have the third category: nothing may be made of it, whatever the first weights were.
    expect(await figures(one, [build(spoil)])).toEqual(await figures(one, [build(clean)]))
  }
})

test('a hospital that measures in another unit cannot make numbers that are not numbers', async () => {
  const wrong = aTable(100, 3, (columns) =>
    columns.forEach((column) => column.forEach((_, i) => (column[i]! *= 1e30))),
  )
  const all = await figures(task, [aTable(200, 3), wrong, aTable(100, 3)])
  expect(Number.isFinite(all.logLoss)).toBe(true)
})

test('a table of 20,000 columns trains', { timeout: 60_000 }, async () => {
  const wide = aTask(numbers(20_000), aPlan({ l2: 0.1 }, { learningRate: 1e-4, steps: 2 }))
  const federation = await federate(createDirectTrainer(), wide, [aTable(60, 20_000)])
  const all = await figuresOverAll(federation, (await trainRounds(federation, 1))[0]!)
  expect(all.auc).toBeGreaterThan(0)
  expect(Number.isFinite(all.logLoss)).toBe(true)
})

test('a learning rate far too high fails in a sentence or stays finite, and sends no NaN', async () => {
  const wild = aTask(numbers(3), aPlan({ l2: 10, updateBound: 1e4 }, { learningRate: 100, steps: 400 }))
  const trainer = createDirectTrainer()
  await expect(
    federate(trainer, wild, [aTable(100, 3)]).then((federation) => trainRounds(federation, 1)),
  ).rejects.toMatchObject({
    code: 'training-diverged',
    message: expect.stringMatching(/learning rate is too high/),
  })
})

test('parts of a plan that do not work together are refused by name, in every round, before anything is loaded', async () => {
  const trainer = createDirectTrainer()
  const outer = { kind: 'momentum' as const, learningRate: 1, momentum: 0.9 }
  const variates = { controlVariates: true }
  const never = { task: 'survival', name: 'y', label: '', timeUnit: 'days', horizon: 0 } as const
  const beyond: [Task, string][] = [
    [{ ...task, outcome: never }, 'horizon of 0'],
    [{ ...task, plan: aPlan({ head: 'private' }) }, 'private head'],
    [{ ...task, plan: aPlan({ outer }, variates) }, 'momentum'],
    [{ ...task, plan: aPlan({}, { ...variates, optimizer: 'adam' }) }, 'adam'],
    [{ ...task, plan: aPlan({}, { ...variates, steps: 'epoch' }) }, 'steps'],
  ]
  for (const [one, word] of beyond) {
    const refused = { code: 'not-available', message: expect.stringContaining(word) }
    await expect(trainer.call('load', { key: 'x', task: one, table: aTable(40, 3) })).rejects.toMatchObject(
      refused,
    )
    for (const kind of ['statistics', 'training', 'evaluation'] as const) {
      expect(() => shapeOf(one, kind)).toThrow(expect.objectContaining(refused))
    }
  }
})

const outcomes: Task['outcome'][] = [
  { task: 'multiclass', name: 'y', label: '', classes: ['a', 'b', 'c', 'd'] },
  { task: 'regression', name: 'y', label: '', unit: null, low: 0, high: 10 },
  { task: 'survival', name: 'y', label: '', timeUnit: 'days', horizon: 20 },
]
const model = {
  kind: 'mlp' as const,
  layers: [{ units: 6, activation: 'gelu' as const }],
  dropout: 0.3,
  normalisation: 'layer' as const,
}

/** Rows with an outcome of a task, of which one class never comes. */
function forTask({ task: name }: Task['outcome'], rows: number): Table {
  const table = aTable(rows, 3)
  const values = table.columns[0]!
  const outcome = values.map((value) => {
    if (name === 'multiclass') return Math.min(2, Math.floor(value * 3))
    return name === 'regression' ? 10 * value : Math.ceil(1 + 30 * (1 - value) * stream.real())
  })
  const event = name === 'survival' ? Uint8Array.from(values, () => Number(stream.real() < 0.6)) : null
  return { ...table, outcome, event }
}

test.each(outcomes)(
  '$task: training learns, a class, column or event that is not there does no harm',
  async (outcome) => {
    for (const plan of [task.plan, { ...task.plan, model }]) {
      const one: Task = { ...task, outcome, plan: { ...plan, local: { ...plan.local, learningRate: 0.3 } } }
      const tables = [200, 120, 160].map((rows) => forTask(outcome, rows))
      tables[1]!.event?.fill(0)
      tables[0]!.columns[1]!.fill(0.5)
      tables[2]!.columns[2]!.fill(Number.NaN)
      const federation = await federate(createDirectTrainer('fused'), one, tables)
      const base = (await trainRounds(federation, 40)).at(-1)!
      const { trainer, keys, statistics } = federation
      for (const key of keys) {
        const { figures, scores } = await trainer.call('score', { key, statistics, base, privateState: null })
        expect(scores.every(Number.isFinite)).toBe(true)
        const { auc, r2, cIndex } = figures
        if (outcome.task === 'multiclass') expect(auc).toBeGreaterThan(0.75)
        if (outcome.task === 'regression') expect(r2).toBeGreaterThan(0.4)
        if (outcome.task === 'survival' && key !== 'hospital 1') expect(cIndex).toBeGreaterThan(0.55)
        if (outcome.task === 'survival' && key === 'hospital 1')
          expect(figures).toMatchObject({ events: 0, cIndex: null, logLoss: null })
        const evaluated = await trainer.call('evaluate', { key, statistics, base, privateState: null })
        expect(evaluated.values.every(Number.isFinite)).toBe(true)
        const { bound, length } = shapeOf(one, 'evaluation')
        expect(evaluated.values).toHaveLength(length)
        expect(Math.max(...evaluated.values.map(Math.abs))).toBeLessThanOrEqual(bound)
      }
    }
  },
)

test.each(outcomes)(
  '$task: rows whose outcome is none are left out, ten rows are refused, and outcomes all alike count',
  async (outcome) => {
    const trainer = createDirectTrainer('fused')
    const one: Task = { ...task, outcome }
    const table = forTask(outcome, 60)
    const bad = { ...table, outcome: table.outcome.slice() }
    bad.outcome.set([Number.NaN, Number.NaN, Number.NaN])
    if (outcome.task === 'multiclass') bad.outcome.set([4, -1, 1.5], 3)
    if (outcome.task === 'survival') bad.outcome.set([-1, -2, -3], 3)
    const { excluded } = await trainer.call('load', { key: 'a', task: one, table: bad })
    expect(excluded).toBe(outcome.task === 'regression' ? 3 : 6)
    await trainer.call('load', { key: 'few', task: one, table: forTask(outcome, 10) })
    await expect(trainer.call('statistics', { key: 'few' })).rejects.toMatchObject({ code: 'rows-too-few' })
    const same = { ...table, outcome: table.outcome.map(() => 2) }
    await trainer.call('load', { key: 'same', task: one, table: same })
    const { values } = await trainer.call('statistics', { key: 'same' })
    expect(values.every(Number.isFinite)).toBe(true)
    if (outcome.task !== 'survival') return
    const timeless = { ...table, event: null }
    await expect(trainer.call('load', { key: 'b', task: one, table: timeless })).rejects.toMatchObject({
      code: 'bad-request',
    })
  },
)

test.each(outcomes)(
  '$task: a learning rate far too high ends in a sentence or stays finite',
  async (outcome) => {
    const local = { ...task.plan.local, learningRate: 100, steps: 300 }
    const wild: Task = { ...task, outcome, plan: { ...task.plan, l2: 10, updateBound: 1e4, local } }
    const federation = await federate(createDirectTrainer('fused'), wild, [forTask(outcome, 100)])
    await expect(trainRounds(federation, 1)).rejects.toMatchObject({ code: 'training-diverged' })
  },
)
