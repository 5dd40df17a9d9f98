import * as v from 'valibot'
import { expect, test } from 'vitest'
import { EXACT, movementOf, Plan } from '#domain/plan.ts'
import { Study } from '#domain/study.ts'
import { studyFaults } from '#domain/study-check.ts'
import { aStudy } from '../engine/a-study.ts'

const { rules, plan } = aStudy()

test('no study lets two be a sum: each would know the other by subtracting its own', () => {
  const withSum = (minimumSum: number) =>
    v.safeParse(Study, { ...aStudy(), rules: { ...rules, minimumSum } }).success
  expect([1, 2, 3, 4].map(withSum)).toEqual([false, false, true, true])
})

test('no study has weight bands by which one patient who comes or goes is seen in most tables', () => {
  const faults = (...weightBands: number[]) => studyFaults(aStudy({ rules: { ...rules, weightBands } }))
  expect(faults(20, 40, 80)).toEqual([])
  for (const step of [1, 2, 3, 4]) expect(faults(20, 40, 40 + step).join()).toContain(`look at ${40 + step}`)
})

test('no study has errors clustered by hospital over fewer than 20 of them: among few the score of one could be told', () => {
  const clustered = { ...plan, fit: { ...EXACT, errors: 'clustered' as const } }
  const faults = (minimumSum: number) =>
    studyFaults(aStudy({ plan: clustered, rules: { ...rules, minimumSum } })).join()
  expect(faults(19)).toContain('at least 20 hospitals in every sum')
  expect(faults(20)).not.toContain('clustered')
})

test('a round moves a model no farther than its steps come to, however much the plan declares', () => {
  const declaring = (movement: number) => v.parse(Plan, { ...plan, movement })
  const near = movementOf(plan)
  expect(near).toBeLessThan(0.5)
  expect([1, near / 2, near].map((movement) => movementOf(declaring(movement)))).toEqual([
    near,
    near / 2,
    near,
  ])
  // Nor farther than one standard deviation of an input, whatever the steps come to.
  expect(() => declaring(1.01)).toThrow()
  const local = { ...plan.local, learningRate: 100, steps: 100_000 }
  expect(movementOf({ ...plan, local })).toBe(1)
})
