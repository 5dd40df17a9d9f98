import { expect, test } from 'vitest'
import { createDirectTrainer } from '#trainer/direct.ts'
import type { Figures, Held, Table, Task } from '#trainer/jobs.ts'
import { sumsOf } from '#trainer/metrics/survival.ts'
import { concludeEvaluation, readEvaluation } from '#trainer/evaluation/conclude.ts'
import { readTrained } from '#trainer/training/artefact.ts'
import { add, federate, type Federation, trainRounds } from './federation.ts'
import { furthest, reference, rules, survival, tables, variables } from './fixture-tables.ts'
import { aPlan, aTask, seed } from './kit.ts'

/** Small steps through exactly all rows in each round: the hospitals together descend the pooled loss. */
const gradual = (l2: number, rounds: number, learningRate: number, steps: number) => {
  const outer = { kind: 'nesterov', learningRate: 1, momentum: 0.9 } as const
  return aPlan({ l2, rounds, outer }, { learningRate, batch: 4096, steps })
}

async function fit(task: Task, hospitals: Table[]) {
  const federation = await federate(createDirectTrainer('fused'), task, hospitals)
  const base = (await trainRounds(federation, task.plan.rounds)).at(-1)!
  return { federation, base, ...readTrained(task, base) }
}

async function heldOut({ trainer, keys, statistics }: Federation, base: Uint8Array): Promise<Held[]> {
  const held: Held[] = []
  for (const key of keys)
    held.push(await trainer.call('score', { key, statistics, base, privateState: null }))
  return held
}

/** The summed evaluation of all hospitals. */
async function summed({ trainer, task, keys, statistics }: Federation, base: Uint8Array): Promise<Figures> {
  const sums: Float64Array[] = []
  const seeds = { initialSeed: seed(1), batchSeed: seed(2), statistics }
  for (const key of keys) {
    const { model } = await trainer.call('alone', { key, ...seeds })
    sums.push(
      (await trainer.call('evaluate', { key, statistics, base, privateState: null, alone: model })).values,
    )
  }
  return readEvaluation(task, concludeEvaluation(task, { statistics, base }, add(sums))).shared
}

test('three classes: the shared model is the pooled one of scikit-learn to 1e-3, and so are its figures', async () => {
  const { outcome, weights, intercepts, ...named } = reference.multiclass
  const classes = ['a', 'b', 'c']
  const task: Task = {
    ...aTask(variables, gradual(reference.l2, 600, 0.01, 2), rules),
    outcome: { task: 'multiclass', name: 'kind', label: '', classes },
  }
  const { federation, base, params } = await fit(task, tables(outcome))
  expect(furthest(params.subarray(0, 12), weights.flat())).toBeLessThan(1e-3)
  expect(furthest(params.subarray(12), intercepts)).toBeLessThan(1e-3)
  const figures = await summed(federation, base)
  expect(figures).toMatchObject({ rows: 80, events: null, accuracy: expect.closeTo(named.accuracy, 9) })
  expect(Math.abs(figures.logLoss! - named.logLoss)).toBeLessThan(1e-3)
  expect(Math.abs(figures.auc! - named.auc)).toBeLessThan(0.02)
})

test('a number: the shared model is the pooled ridge of scikit-learn to 1e-3, predictions in their own unit', async () => {
  const { outcome, weights, intercept, ...named } = reference.regression
  const task: Task = {
    ...aTask(variables, gradual(reference.l2, 300, 0.01, 2), rules),
    outcome: { task: 'regression', name: 'y', label: '', unit: 'mmol/l', low: -10, high: 30 },
  }
  const { federation, base, params } = await fit(task, tables(outcome))
  expect(furthest(params, [...weights, intercept])).toBeLessThan(1e-3)
  const figures = await summed(federation, base)
  for (const name of ['mse', 'mae', 'r2'] as const) expect(figures[name]).toBeCloseTo(named[name], 2)
  const [first] = await heldOut(federation, base)
  expect(first!.figures.mse).toBeGreaterThan(0)
  expect(Math.abs(first!.scores[0]! - first!.labels[0]!)).toBeLessThan(8)
})

test('time to an event: the shared model is the pooled stratified Cox of lifelines to 1e-3', async () => {
  const { time, event, weights, cIndex } = reference.survival
  const task: Task = { ...aTask(variables, gradual(0, 150, 0.5, 1), rules), outcome: survival }
  const { federation, base, params } = await fit(task, tables(time, event))
  expect(furthest(params.subarray(0, 4), weights)).toBeLessThan(1e-3)
  expect(params[4]).toBeCloseTo(0, 6)
  const figures = await summed(federation, base)
  expect(figures.cIndex).toBeCloseTo(cIndex, 3)
  expect(figures.rows).toBe(80)
  const held = await heldOut(federation, base)
  expect(held.every(({ scores }) => scores.every((risk) => risk > 0 && risk < 1))).toBe(true)
  expect(held[0]!.events).toHaveLength(held[0]!.labels.length)
})

test('the partial log-likelihood at the pooled coefficients is that of lifelines, ties included', () => {
  const { time, event, weights, logLikelihood } = reference.survival
  const train = [...reference.hospital.keys()].filter((row) => !reference.held[row])
  const scale = reference.x.map((column) => {
    const values = train.map((row) => column[row]!)
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length
    return [mean, Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length)] as const
  })
  let total = 0
  for (const hospital of [0, 1, 2]) {
    const rows = train.filter((row) => reference.hospital[row] === hospital)
    const hazards = Float64Array.from(rows, (row) =>
      weights.reduce((sum, w, i) => sum + (w * (reference.x[i]![row]! - scale[i]![0])) / scale[i]![1], 0),
    )
    const times = Float32Array.from(rows, (row) => time[row]!)
    total += sumsOf(
      hazards,
      times,
      Uint8Array.from(rows, (row) => event[row]!),
    ).logLikelihood
  }
  expect(total).toBeCloseTo(logLikelihood, 6)
})

test('absolute risks use a baseline of each hospital that is near to that of its own Breslow estimate', async () => {
  const { time, event, hazardAt20 } = reference.survival
  const plan = { ...gradual(0, 150, 0.5, 1), intercept: 'private' as const }
  const task: Task = { ...aTask(variables, plan, rules), outcome: survival }
  const { federation, base, params } = await fit(task, tables(time, event))
  const held = await heldOut(federation, base)
  for (const [hospital, { scores }] of held.entries()) {
    const hazards = relativeHazards(hospital, params)
    const factors = hazards.map((z, row) => -Math.log1p(-scores[row]!) / Math.exp(z))
    // A risk near to 1 has lost its digits in 32 bits.
    const clear = factors.filter((_, row) => scores[row]! < 0.9)
    expect(clear.length).toBeGreaterThan(5)
    expect(Math.max(...clear) / Math.min(...clear)).toBeLessThan(1.0001)
    expect(Math.abs(Math.log(clear[0]! / hazardAt20[hospital]!))).toBeLessThan(0.25)
  }
})

/** Log relative hazards of a hospital's held-out rows, worked out here. */
function relativeHazards(hospital: number, params: Float32Array): number[] {
  const train = [...reference.hospital.keys()].filter((row) => !reference.held[row])
  const rows = [...reference.hospital.keys()].filter(
    (row) => reference.hospital[row] === hospital && reference.held[row],
  )
  const scale = reference.x.map((column) => {
    const values = train.map((row) => column[row]!)
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length
    return [mean, Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length)] as const
  })
  return rows.map((row) =>
    scale.reduce((sum, [mean, sd], i) => sum + (params[i]! * (reference.x[i]![row]! - mean)) / sd, 0),
  )
}
