import { expect, test } from 'vitest'
import { contributeExact } from '#trainer/exact/contribution.ts'
import { designOf } from '#trainer/exact/design.ts'
import { exactParts } from '#trainer/exact/problem.ts'
import { aFederation } from '../../bench/exact/federations.ts'
import { fitTogether, join } from '../../bench/exact/fit.ts'

const SHARES = [1e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 100]
const tolerance = 1e-5

/** Mean log-likelihood of other rows of the same hospitals under a fit by a rule for the penalty. */
function judge(kind: 'binary' | 'regression', number: number) {
  const { task, tables } = aFederation(kind, number, 400)
  const even = tables.map((one) => ({ ...one, heldOut: one.heldOut.map((_, row) => row % 2) }))
  const joined = join(task, even)
  const { problem, statistics } = joined
  const others = even.map(({ heldOut }) =>
    Uint32Array.from(heldOut.keys()).filter((row) => heldOut[row] === 1),
  )
  const designs = even.map((one, h) => designOf(problem, task, one, others[h]!, statistics))
  const rows = designs.reduce((sum, one) => sum + one.rows, 0)
  const lossOf = (ridge: number | 'evidence') => {
    const { coefficients, status } = fitTogether(joined, { tolerance, ridge })
    expect(status).toBe('converged')
    const { value } = exactParts(problem)
    return (
      -designs.reduce((sum, one) => sum + contributeExact(problem, one, coefficients, false)[value]!, 0) /
      rows
    )
  }
  const { best } = fitTogether(joined, { tolerance, ridge: 1 }, 1)
  return { lossOf, typical: best.rows / 4, joined }
}

test('the penalty by evidence is nearly as good on other rows as the best in hindsight', () => {
  const regrets = (['binary', 'regression'] as const).flatMap((kind) =>
    [2, 4, 5, 8, 12].map((number) => {
      const { lossOf, typical } = judge(kind, number)
      return lossOf('evidence') - Math.min(...SHARES.map((share) => lossOf(share * typical)))
    }),
  )
  const mean = regrets.reduce((sum, one) => sum + one, 0) / regrets.length
  expect(mean).toBeLessThan(0.002)
  expect(Math.max(...regrets)).toBeLessThan(0.01)
})

test('outcomes that have nothing to do with the variables get a strong penalty, and strong effects a weak one', () => {
  const ridgeOf = (shuffled: boolean) => {
    const { task, tables } = aFederation('binary', 5, 800)
    const mixed = tables.map((one) => {
      const { length } = one.outcome
      const outcome = one.outcome.map((_, row) => one.outcome[(row * 7919 + 13) % length]!)
      return shuffled ? { ...one, outcome } : one
    })
    const joined = join(task, mixed)
    return fitTogether(joined, { tolerance, ridge: 'evidence' }).ridge
  }
  expect(ridgeOf(true)).toBeGreaterThan(20 * ridgeOf(false))
})
