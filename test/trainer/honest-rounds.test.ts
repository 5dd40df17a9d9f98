import { expect, test } from 'vitest'
import { createDirectTrainer } from '#trainer/direct.ts'
import type { Task } from '#trainer/jobs.ts'
import { averagedPlan } from '#trainer/plans/choose.ts'
import { madeUp } from '../bench/families.ts'
import { federate, figuresOverAll, trainRounds } from './federation.ts'
import { heartTables, heartVariables } from './heart.ts'
import { aTask } from './kit.ts'

const outcome = { task: 'binary', name: 'outcome', label: '', positive: 'yes' } as const
const weightBands = [10, 20, 50, 75, 100, 125, 150, 175, 200, 250, 300, 400, 500]
const ROUNDS = 8

const network = (activation: 'relu' | 'tanh' | 'gelu', widths: readonly number[]): Task['plan']['model'] => ({
  kind: 'mlp',
  layers: widths.map((units) => ({ units, activation })),
  dropout: 0,
  normalisation: 'none',
})
const models: readonly [string, Task['plan']['model']][] = [
  ['a linear model', { kind: 'linear' }],
  ['relu', network('relu', [32])],
  ['tanh', network('tanh', [16])],
  ['gelu in two layers', network('gelu', [16, 8])],
]

const heart = heartTables()
const families = [
  ...madeUp().slice(0, 3),
  ...(heart ? [{ name: 'heart disease', variables: heartVariables, tables: heart }] : []),
]

// A refused round rejects.
test.each(families)(
  'no honest round is refused, and each model learns: $name',
  async ({ variables, tables }) => {
    const train = tables.reduce((sum, one) => sum + one.heldOut.filter((held) => held === 0).length, 0)
    const rows = Math.round(train / tables.length)
    const { plan } = averagedPlan({ outcome, variables, hospitals: tables.length, rows })
    for (const [name, model] of models) {
      const trainer = createDirectTrainer('fused')
      const task = aTask(variables, { ...plan, model }, { minimumRows: 10, weightBands })
      const federation = await federate(trainer, task, tables)
      const made = await trainRounds(federation, ROUNDS)
      expect((await figuresOverAll(federation, made.at(-1)!)).auc, name).toBeGreaterThan(0.5)
      await trainer.close()
    }
  },
)
