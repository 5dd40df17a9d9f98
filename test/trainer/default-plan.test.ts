import * as v from 'valibot'
import { expect, test } from 'vitest'
import { MOST_FIT_ROUNDS, Plan, PREDICTIVE } from '#domain/plan.ts'
import { choosePlan } from '#trainer/plans/choose.ts'
import { shapeOf } from '#trainer/shape.ts'
import { aTask, numberVariable } from './kit.ts'

const variables = Array.from({ length: 3 }, (_, i) => numberVariable(`v${i}`, 0, 1))

test('the default plan follows from facts, each part with its reason in a sentence', () => {
  const outcome = { task: 'binary', name: 'y', label: '', positive: 'yes' } as const
  const few = choosePlan({ outcome, variables, hospitals: 4, rows: 30 })
  const many = choosePlan({ outcome, variables, hospitals: 40, rows: 6 })
  const enough = choosePlan({ outcome, variables, hospitals: 4, rows: 300 })
  const times = { task: 'survival', name: 'y', label: '', timeUnit: 'd', horizon: 10 } as const
  const survival = choosePlan({ outcome: times, variables, hospitals: 4, rows: 300 })
  const large = choosePlan({ outcome, variables, hospitals: 10, rows: 50_000 })
  const wide = choosePlan({
    outcome,
    variables: Array.from({ length: 2000 }, (_, i) => numberVariable(`v${i}`, 0, 1)),
    hospitals: 5,
    rows: 200,
  })
  // Rows that are too few for exact sums are averaged over, and the first reason says so with numbers.
  expect(few.plan).toMatchObject({ model: { kind: 'linear' }, intercept: 'private', gate: 'votes' })
  expect(many.plan).toMatchObject({ model: { kind: 'linear' }, intercept: 'shared', gate: 'votes' })
  expect(few.plan.fit ?? many.plan.fit ?? wide.plan.fit ?? large.plan.fit).toBe(undefined)
  expect(few.reasons[0]).toMatch(/^Averages, because an exact fit asks for about \d+ .* about 120 are/)
  const exactly = { model: { kind: 'linear' }, rounds: MOST_FIT_ROUNDS, stopping: { kind: 'never' } }
  expect(enough.plan).toMatchObject({ ...exactly, intercept: 'random', fit: PREDICTIVE })
  expect(survival.plan).toMatchObject({ ...exactly, intercept: 'private', fit: { penalty: 'ridge' } })
  for (const [about, chosen] of [
    [outcome, enough],
    [times, survival],
  ] as const)
    expect(shapeOf({ ...aTask(variables, chosen.plan), outcome: about }, 'training').length).toBeGreaterThan(
      9,
    )
  expect(large.plan.model.kind).toBe('mlp')
  expect(wide.plan.local.learningRate).toBeLessThan(0.01)
  expect(wide.plan.l2).toBeGreaterThan(few.plan.l2)
  for (const { plan, reasons } of [few, many, enough, survival, large, wide]) {
    expect(v.safeParse(Plan, plan).success).toBe(true)
    expect(reasons.every((reason) => /^[A-Z][^.]*\.$/.test(reason))).toBe(true)
  }
})
