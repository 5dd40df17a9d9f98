import { expect, test } from 'vitest'
import { createLiar } from '#headless/rehearsal/liar.ts'
import { createTrainer } from '#trainer/client.ts'
import { trainInside } from '#trainer/inside.ts'
import { concludeStatistics } from '#trainer/statistics/artefact.ts'
import { concludeTraining } from '#trainer/training/conclude.ts'
import { aPlan, aTask, numberVariable, seed, toTable } from '../trainer/kit.ts'

// What the ring has room for: twice as far as a round may move the model, a quarter of five steps at a rate of 0.1.
const BOUND = 0.25
const WEIGHT = 50

test('a hospital that lies sends the largest allowed values the other way round, and always votes better', async () => {
  const liar = createLiar()
  const trainer = createTrainer({ spawn: () => liar.wrap(trainInside()) })
  const values = Array.from({ length: 120 }, (_, i) => Math.sin(i * 7))
  const outcome = values.map((value, i) => Number(value + Math.sin(i * 3) / 2 > 0))
  const task = aTask([numberVariable('v', -1, 1)], aPlan())
  const key = 'table'
  await trainer.call('load', { key, task, table: toTable([values], outcome, (row) => row % 4 === 0) })
  const { values: statistics } = await trainer.call('statistics', { key })
  const agreed = { key, statistics: concludeStatistics(task, statistics), initialSeed: seed(1) }
  const train = () =>
    trainer.call('train', { ...agreed, weight: WEIGHT, base: null, batchSeed: seed(2), privateState: null })

  const honest = [...(await train()).values]
  liar.lie(true)
  const { values: lied, loss } = await train()
  const weights = honest.slice(0, -1)
  expect(weights.some((value) => value !== 0)).toBe(true)
  expect([...lied].slice(0, -1)).toEqual(weights.map((value) => -Math.sign(value) * WEIGHT * BOUND))
  // What else travels is as it was: the lie is in the update alone.
  expect([lied.at(-1), typeof loss]).toEqual([honest.at(-1), 'number'])

  const sum = Float64Array.from(lied)
  const { statistics: agreedOn, initialSeed } = agreed
  const after = concludeTraining({ task, statistics: agreedOn, base: null, initialSeed, sum, weight: WEIGHT })
  const vote = () => trainer.call('vote', { ...agreed, before: null, after, privateState: null })
  expect((await vote()).verdict).toBe('better')
  liar.lie(false)
  expect((await vote()).verdict).toBe('worse')
  expect([...(await train()).values]).toEqual(honest)
  await trainer.close()
})
