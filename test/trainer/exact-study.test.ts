import { expect, test } from 'vitest'
import { EXACT } from '#domain/plan.ts'
import type { Outcome } from '#domain/variable.ts'
import { createDirectTrainer } from '#trainer/direct.ts'
import { isFitOver, readFitted, writeFitted } from '#trainer/exact/artefact.ts'
import { checkEnough } from '#trainer/exact/enough.ts'
import { problemOf } from '#trainer/exact/problem.ts'
import { rowsMissingFor } from '#trainer/exact/round.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { createStream } from '#trainer/random.ts'
import { shapeOf } from '#trainer/shape.ts'
import { readStatistics } from '#trainer/statistics/artefact.ts'
import { federate, trainRounds } from './federation.ts'
import { aPlan, aTask, numberVariable, seed } from './kit.ts'

const HORIZON = 10
const variables: Task['variables'] = ['a', 'b'].map((name) => ({
  ...numberVariable(name, -5, 5),
  missing: 'mean',
}))
const outcomes: Readonly<Record<Outcome['task'], Outcome>> = {
  binary: { task: 'binary', name: 'y', label: '', positive: 'yes' },
  multiclass: { task: 'multiclass', name: 'y', label: '', classes: ['p', 'q', 'r'] },
  regression: { task: 'regression', name: 'y', label: '', unit: null, low: -50, high: 50 },
  survival: { task: 'survival', name: 'y', label: '', timeUnit: 'd', horizon: HORIZON },
}

/** Patients who all stand in the table twice, to train and held out: so that scores of held-out rows are those of training rows. */
function twice(task: Outcome['task'], byte: number, rows: number): Table {
  const stream = createStream('exact study', seed(byte))
  const draw = () => stream.real() + stream.real() + stream.real() - 1.5
  const patients = Array.from({ length: rows }, () => {
    const [a, b] = [draw() + byte / 10, 2 * draw()]
    const risk = 1.2 * a - 0.4 * b - 0.3 + byte / 10
    if (task === 'binary') return { a, b, y: Number(stream.real() < 1 / (1 + Math.exp(-risk))), event: 0 }
    if (task === 'regression') return { a, b, y: 3 * risk + draw(), event: 0 }
    if (task === 'multiclass') {
      const grade = risk + draw()
      return { a, b, y: grade < -0.5 ? 0 : grade < 0.6 ? 1 : 2, event: 0 }
    }
    const time = Math.ceil((-Math.log(1 - stream.real()) * 12) / Math.exp(risk))
    return { a, b, y: Math.min(time, 30), event: Number(time <= 30) }
  })
  const all = [...patients, ...patients]
  return {
    columns: [Float32Array.from(all, ({ a }) => a), Float32Array.from(all, ({ b }) => b)],
    outcome: Float32Array.from(all, ({ y }) => y),
    event: task === 'survival' ? Uint8Array.from(all, ({ event }) => event) : null,
    heldOut: Uint8Array.from(all, (_, row) => Number(row >= rows)),
    subgroups: [],
  }
}

/** A study of three hospitals with the models of all sums of its fit. */
async function fitted(task: Outcome['task'], intercept: Task['plan']['intercept']) {
  const penalty = intercept === 'random' ? 'ridge' : 'none'
  const study: Task = {
    ...aTask(variables, aPlan({ fit: { ...EXACT, penalty }, intercept, rounds: 20 })),
    outcome: outcomes[task],
  }
  const tables = [twice(task, 1, 80), twice(task, 2, 300), twice(task, 3, 120)]
  const trainer = createDirectTrainer()
  const federation = await federate(trainer, study, tables)
  return {
    study,
    tables,
    trainer,
    federation,
    models: await trainRounds(federation, 20, 1, (model) => isFitOver(readFitted(study, model))),
  }
}

/** The model at the end of a fit, and what it says of the training rows. */
async function fit(task: Outcome['task'], intercept: Task['plan']['intercept']) {
  const { study, tables, trainer, federation, models } = await fitted(task, intercept)
  const end = models.findIndex((bytes) => isFitOver(readFitted(study, bytes)))
  const base = models[end]!
  const held = []
  for (const key of federation.keys) {
    const model = { key, statistics: federation.statistics, base, privateState: null }
    held.push(await trainer.call('score', model))
    const { values } = await trainer.call('evaluate', model)
    expect(values.every(Number.isFinite)).toBe(true)
  }
  return { end, held, tables, state: readFitted(study, base).state }
}

/** For each class (or the outcome) the sums over training rows of 1 and of each variable, times what was predicted less what came. */
function equations(task: Outcome['task'], { held, tables }: Awaited<ReturnType<typeof fit>>): number[][] {
  const outputs = task === 'multiclass' ? 3 : 1
  return held.map(({ scores, labels }, h) => {
    const { columns } = tables[h]!
    const sums = Array.from({ length: 3 * outputs }, () => 0)
    labels.forEach((label, row) => {
      for (let k = 0; k < outputs; k++) {
        const came = outputs === 1 ? label : Number(label === k)
        const miss = scores[row * outputs + k]! - came
        const x = [1, columns[0]![row]!, columns[1]![row]!]
        x.forEach((value, i) => (sums[3 * k + i]! += value * miss))
      }
    })
    return sums
  })
}

for (const task of ['binary', 'multiclass', 'regression'] as const)
  test(`the model of an exact ${task} fit scores as the maximum of the likelihood over all rows does`, async () => {
    const found = await fit(task, 'shared')
    expect(found.end).toBeGreaterThan(0)
    expect(found.state.status).toBe('converged')
    const perHospital = equations(task, found)
    const over = perHospital[0]!.map((_, i) => perHospital.reduce((sum, one) => sum + one[i]!, 0))
    for (const one of over) expect(Math.abs(one)).toBeLessThan(1e-3)
    // Hospitals differ: it is only all together that come out even.
    expect(Math.max(...perHospital.flat().map(Math.abs))).toBeGreaterThan(0.5)
  })

for (const task of ['binary', 'multiclass', 'regression'] as const)
  test(`under a random intercept an exact ${task} fit scores so that all together come out even, and each hospital nearer to it than under a shared one`, async () => {
    const [random, shared] = [
      equations(task, await fit(task, 'random')),
      equations(task, await fit(task, 'shared')),
    ]
    random[0]!.forEach((_, i) => {
      // Of the variables' equations the penalty takes its part.
      if (i % 3 === 0) expect(Math.abs(random.reduce((sum, one) => sum + one[i]!, 0))).toBeLessThan(1e-3)
    })
    const levels = (all: number[][]) => Math.hypot(...all.map((one) => one.at(-3)!))
    expect(levels(random)).toBeLessThan(levels(shared))
    expect(levels(random)).toBeGreaterThan(0.001)
  })

test('with an intercept of its own each hospital comes out even, and so do the variables over all', async () => {
  for (const task of ['binary', 'multiclass', 'regression'] as const) {
    const found = await fit(task, 'private')
    const perHospital = equations(task, found)
    const rows = found.held.map(({ labels }) => labels.length)
    perHospital.forEach(([level], h) => expect(Math.abs(level! / rows[h]!)).toBeLessThan(0.01))
  }
})

test('an exact Cox fit tells risks up to the horizon that are near what happened', async () => {
  const { held, tables, state } = await fit('survival', 'private')
  expect(state.status).toBe('converged')
  held.forEach(({ scores, figures }, h) => {
    const { outcome, event } = tables[h]!
    const rows = scores.length
    // Nobody is lost before the horizon here.
    const came = [...scores.keys()].filter((row) => outcome[row]! <= HORIZON && event![row]).length / rows
    expect(Math.abs(scores.reduce((sum, one) => sum + one, 0) / rows - came)).toBeLessThan(0.04)
    expect(figures.cIndex).toBeGreaterThan(0.55)
  })
})

test('a base whose sums would rest on a few rows is refused at home, whatever the task; an honest one is not', async () => {
  for (const task of ['binary', 'multiclass', 'survival'] as const) {
    const { federation, models, study } = await fitted(task, 'shared')
    const train = (base: Uint8Array) => {
      const seeds = { initialSeed: seed(1), batchSeed: seed(2) }
      const input = { weight: 50, statistics: federation.statistics, base, ...seeds, privateState: null }
      return federation.trainer.call('train', { key: 'hospital 0', ...input })
    }
    const [base] = models
    const fit = readFitted(study, base!)
    await expect(train(base!)).resolves.toMatchObject({ clipped: 0 })
    // Far out along one variable, with the intercept so that one patient alone lies beyond: a poisoned sum can lead there.
    const isSurvival = task === 'survival'
    const far = fit.state.coefficients.map((_, i) => (isSurvival ? [60, 0] : [-150, 60, 0])[i] ?? 0)
    const origin = { statistics: federation.statistics, previous: base! }
    const trap = writeFitted({ ...fit, state: { ...fit.state, coefficients: far } }, origin)
    await expect(train(trap)).rejects.toMatchObject({ code: 'model-refused' })
  }
})

test('an exact fit over fewer rows than what it opens allows is refused at home, and says how many it asks for', async () => {
  const study: Task = aTask(variables, aPlan({ fit: EXACT, rounds: 20 }))
  const tables = [1, 2, 3].map((byte) => twice('binary', byte, 30))
  const federation = await federate(createDirectTrainer(), study, tables)
  await expect(trainRounds(federation, 1)).rejects.toThrow(/asks for at least 126 training rows/)
  expect(rowsMissingFor(study, federation.statistics, null)).toBe(126)
  // What is enough for a fit that comes to its end at once is not for one that takes another way, such as after lies.
  const problem = problemOf(study)
  const statistics = {
    features: [],
    targets: [{ mean: 0.5, sd: 0.5, count: 500, constant: false }],
    quantiles: [],
    directions: new Float64Array(),
    rareOutcome: false,
  }
  expect(() => checkEnough(problem, statistics, { sums: 20, matrices: 2 })).not.toThrow()
  expect(() => checkEnough(problem, statistics, { sums: 90, matrices: 2 })).toThrow('at least')
  expect(() => checkEnough(problem, statistics, { sums: 20, matrices: 200 })).toThrow('at least')
})

test('a level that too few patients of all hospitals have stays out of an exact fit, and out of no plan of averages', async () => {
  const rare: Task['variables'] = [...variables, { type: 'boolean', name: 'rare', label: '', missing: 'no' }]
  const tables = [1, 2, 3].map((byte) => {
    const table = twice('binary', byte, 150)
    // Three of each hospital: nine over all, where ten are asked for.
    return { ...table, columns: [...table.columns, table.outcome.map((_, row) => Number(row % 150 < 3))] }
  })
  for (const fit of [EXACT, null]) {
    const study = aTask(rare, aPlan({ ...(fit ? { fit } : {}), rounds: 20 }), { minimumRows: 10 })
    const { statistics } = await federate(createDirectTrainer(), study, tables)
    const known = readStatistics(study, statistics).features.map(({ constant }) => constant)
    expect(known).toEqual([false, false, fit !== null])
  }
})

test('a plan whose exact fit would be none is refused', () => {
  const mlp = { kind: 'mlp' as const, layers: [], dropout: 0, normalisation: 'none' as const }
  const wrong: Partial<Task['plan']>[] = [
    { model: mlp },
    { gate: 'votes' },
    { stopping: { kind: 'votes', patience: 3 } },
    { head: 'private' },
  ]
  const random = aTask(variables, aPlan({ intercept: 'random' }))
  const survival = aTask(variables, aPlan({ fit: EXACT, intercept: 'random' }))
  for (const study of [random, { ...survival, outcome: outcomes.survival }])
    expect(() => shapeOf(study, 'training')).toThrow(expect.objectContaining({ code: 'not-available' }))
  for (const changes of wrong)
    expect(() => shapeOf(aTask(variables, aPlan({ fit: EXACT, ...changes })), 'training')).toThrow(
      expect.objectContaining({ code: 'not-available' }),
    )
})
