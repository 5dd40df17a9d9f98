import { expect, test } from 'vitest'
import { createDirectTrainer } from '#trainer/direct.ts'
import { concludeEvaluation, readEvaluation } from '#trainer/evaluation/conclude.ts'
import type { Table } from '#trainer/jobs.ts'
import { add, aloneOverAll, federate, figuresOverAll, trainRounds } from './federation.ts'
import { heartTables, heartVariables } from './heart.ts'
import { aPlan, aTask } from './kit.ts'
import { strokeTables, strokeVariables } from './stroke.ts'

/** Coarse public bands of training rows, as the studies declare them. */
const weightBands = [20, 50, 75, 100, 125, 150, 175, 200, 250, 300, 400, 500]
const heart = heartTables()
const stroke = strokeTables(0)

const heartTask = aTask(
  heartVariables,
  aPlan({ intercept: 'private', l2: 0.01, rounds: 30 }, { learningRate: 0.1, batch: 32, steps: 5 }),
  { minimumRows: 20, weightBands },
)

test.skipIf(!heart)(
  'heart disease: four hospitals reach the figures of pooled data, whatever the seed',
  async () => {
    const federation = await federate(createDirectTrainer(), heartTask, heart as Table[])
    const alone = await aloneOverAll(federation)
    for (const seeds of [1, 2, 3]) {
      const last = (await trainRounds(federation, heartTask.plan.rounds, seeds)).at(-1)!
      const shared = await figuresOverAll(federation, last)
      console.log(`heart disease, seed ${seeds}:`, JSON.stringify({ shared, alone }))
      expect(shared.rows).toBe(254)
      expect(shared.auc).toBeGreaterThanOrEqual(0.88)
      expect(shared.logLoss).toBeLessThanOrEqual(0.437)
      expect(shared.auc! - alone.auc!).toBeGreaterThan(0.02)
      expect(alone.logLoss! - shared.logLoss!).toBeGreaterThan(0.03)
    }
  },
)

test.skipIf(!heart)('heart disease: the summed evaluation says nearly what exact figures say', async () => {
  const federation = await federate(createDirectTrainer(), heartTask, heart as Table[])
  const { trainer, keys, statistics } = federation
  const base = (await trainRounds(federation, heartTask.plan.rounds)).at(-1)!
  const alone = await aloneOverAll(federation)
  const shared = await figuresOverAll(federation, base)
  const sums: Float64Array[] = []
  for (const key of keys) {
    const mine = await trainer.call('evaluate', { key, statistics, base, privateState: null })
    sums.push(mine.values)
    const exact = await trainer.call('score', { key, statistics, base, privateState: null })
    expect(mine.figures).toEqual(exact.figures)
  }
  const summed = readEvaluation(heartTask, concludeEvaluation(heartTask, { statistics, base }, add(sums)))
  for (const [part, exact] of [
    [summed.shared, shared],
    [summed.alone, alone],
  ] as const) {
    expect(part).toMatchObject({ rows: exact.rows, events: exact.events })
    expect(Math.abs(part.auc! - exact.auc!)).toBeLessThan(0.01)
    expect(part.logLoss).toBeCloseTo(exact.logLoss!, 6)
    expect(part.brier).toBeCloseTo(exact.brier!, 6)
  }
})

test.skipIf(!heart)('heart disease: a small network learns under the same rounds', async () => {
  const layers = [{ units: 16, activation: 'tanh' as const }]
  const model = { kind: 'mlp' as const, layers, dropout: 0, normalisation: 'none' as const }
  const task = { ...heartTask, plan: { ...heartTask.plan, model } }
  const federation = await federate(createDirectTrainer(), task, heart as Table[])
  const figures = await figuresOverAll(federation, (await trainRounds(federation, 30)).at(-1)!)
  console.log('heart disease, network:', JSON.stringify(figures))
  expect(figures.auc).toBeGreaterThan(0.865)
})

/** Logistic regression on the pooled training rows of the first split, ridge 1, by scikit-learn 1.9.1. */
const pooled = { auc: 0.7985931, logLoss: 0.4415503 }

test.skipIf(!stroke)(
  'stroke trial: 49 hospitals come within .002 of the area and .003 of the log-loss of pooled data',
  async () => {
    const plan = aPlan({ l2: 0.0005, rounds: 30 }, { learningRate: 0.1, batch: 64, steps: 10 })
    const task = aTask(strokeVariables, plan, { minimumRows: 20, weightBands })
    const federation = await federate(createDirectTrainer(), task, stroke as Table[])
    const figures = await figuresOverAll(federation, (await trainRounds(federation, 30)).at(-1)!)
    console.log('stroke trial:', JSON.stringify(figures))
    expect(figures.auc).toBeGreaterThan(pooled.auc - 0.002)
    expect(figures.logLoss).toBeLessThan(pooled.logLoss + 0.003)
  },
)
