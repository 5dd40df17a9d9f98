import { expect, test } from 'vitest'
import { problemAt } from '#trainer/exact/conclude.ts'
import { contributeExact, deviations } from '#trainer/exact/contribution.ts'
import { PRECISION_AT_FIRST, PRECISIONS } from '#trainer/exact/levels.ts'
import { exactParts, isIntercept } from '#trainer/exact/problem.ts'
import { aFederation } from '../../bench/exact/federations.ts'
import { addExactly, fitTogether, join } from '../../bench/exact/fit.ts'
import { lossesByIntercept } from '../../bench/exact/rules.ts'

const rule = { tolerance: 1e-6, ridge: 'evidence' } as const

/** A federation with a random intercept, levels of its hospitals this far apart. */
function joinRandom(kind: 'binary' | 'multiclass' | 'regression', apart: number) {
  const { task, tables } = aFederation(kind, 6, 1500, apart)
  return join({ ...task, plan: { ...task.plan, intercept: 'random' } }, tables)
}

for (const kind of ['binary', 'multiclass', 'regression'] as const)
  test(`a random intercept is drawn the less the farther hospitals lie apart, and the fit ends at its optimum: ${kind}`, () => {
    const found = [0, 0.6, 3].map((apart) => {
      const joined = joinRandom(kind, apart)
      const { problem, designs } = joined
      const state = fitTogether(joined, rule)
      expect(state.status).toBe('converged')
      expect(state.matrices).toBeLessThanOrEqual(kind === 'regression' ? 2 : 3)
      const now = problemAt(problem, state)
      expect(now.own).toBe(state.precision)
      const sum = addExactly(designs.map((one) => contributeExact(now, one, state.coefficients, false)))
      state.coefficients.forEach((one, i) => {
        expect(Math.abs(sum[i]! - (isIntercept(problem, i) ? 0 : state.ridge * one))).toBeLessThan(1e-3)
      })
      // Hospitals' own levels: none far from the others where they are alike, some where they are not.
      const own = designs.map((one) => deviations(now, one, state.coefficients).at(-1)!)
      return { precision: state.precision!, farthest: Math.max(...own.map(Math.abs)) }
    })
    expect(found.map(({ precision }) => precision)).toEqual(
      found.map(({ precision }) => precision).toSorted((a, b) => b - a),
    )
    expect(found[0]!.precision).toBeGreaterThan(10 * found[2]!.precision)
    expect(found[0]!.farthest).toBeLessThan(found[2]!.farthest / 2)
  })

test('the evidence for a precision is the marginal likelihood: of numbers, as the normal law has it in closed form', () => {
  const { problem, designs, statistics } = joinRandom('regression', 0.6)
  const noise = 0.7
  const coefficients = new Float64Array(exactParts(problem).value).fill(0.05)
  expect(statistics.targets[0]!.sd).toBeGreaterThan(0)
  for (const design of designs) {
    const { levels } = exactParts(problem)
    const found = contributeExact(problem, design, coefficients, false, noise).subarray(levels)
    const { columns } = problem
    const errors = Array.from({ length: design.rows }, (_, row) =>
      coefficients.reduce((left, one, i) => left - one * design.x[row * columns + i]!, design.y[row]!),
    )
    const total = errors.reduce((sum, one) => sum + one, 0)
    const squares = errors.reduce((sum, one) => sum + one * one, 0)
    const law = PRECISIONS.map(
      (by) =>
        -(squares - total ** 2 / (errors.length + by)) / noise / 2 - Math.log(1 + errors.length / by) / 2,
    )
    for (const [i, one] of law.entries()) expect(found[i]! - found[0]!).toBeCloseTo(one - law[0]!, 6)
  }
})

test('evidence is opened in one sum of a fit alone, and by no fit without a random intercept', () => {
  const joined = joinRandom('binary', 1)
  const { problem, designs } = joined
  const { levels, length } = exactParts(problem)
  expect(length - levels).toBe(PRECISIONS.length)
  const silent = contributeExact(problem, designs[0]!, new Float64Array(exactParts(problem).value), true)
  expect(silent.subarray(levels).every((one) => one === 0)).toBe(true)
  const states = [1, 2, 3, 4].map((most) => fitTogether(joined, rule, most))
  expect(states.map((one) => one.levels)).toEqual([true, false, false, false])
  expect(states[1]).toMatchObject({ anew: true, asks: true })
  expect(states[1]!.precision).not.toBe(PRECISION_AT_FIRST)
  for (const own of [null, 0]) expect(exactParts({ ...problem, own })).toMatchObject({ length: levels })
})

test('whether hospitals are alike or far apart, the random intercept is nearly as good on other rows as the best way in hindsight', () => {
  const regrets = [0, 0.3, 1.2].flatMap((apart) =>
    [1, 2, 4, 7].map((drawn) => {
      const [found, ...others] = lossesByIntercept(aFederation('binary', drawn, 1500, apart))
      return found! - Math.min(...others)
    }),
  )
  const mean = regrets.reduce((sum, one) => sum + one, 0) / regrets.length
  expect(mean).toBeLessThan(0.002)
  expect(Math.max(...regrets)).toBeLessThan(0.01)
})
