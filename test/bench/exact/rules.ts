import { ownOffsets } from '#trainer/exact/classes.ts'
import { contributeExact } from '#trainer/exact/contribution.ts'
import { type Design, designOf } from '#trainer/exact/design.ts'
import { exactParts, type Problem } from '#trainer/exact/problem.ts'
import type { Federation } from './federations.ts'
import { fitTogether, join, type Joined } from './fit.ts'

/** Fits this near are as good as converged ones to judge by. */
const NEAR = { tolerance: 1e-4 } as const
const MOST_SUMS = 40
const SHARES = [1e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30]

/** A federation in halves: a fit of the even rows is judged on the odd ones. */
function halves({ task, tables }: Federation) {
  const even = tables.map((one) => ({ ...one, heldOut: one.heldOut.map((_, row) => row % 2) }))
  const joined = join(task, even)
  const others = even.map((one) => {
    const rows = Uint32Array.from(one.heldOut.keys()).filter((row) => one.heldOut[row] === 1)
    return designOf(joined.problem, task, one, rows, joined.statistics)
  })
  return { joined, others }
}

/** Minus the mean log-likelihood of a row (survival: of an event). */
function lossOf(
  problem: Problem,
  designs: readonly Design[],
  at: (hospital: number) => Float64Array,
): number {
  const { value } = exactParts(problem)
  let [sum, count] = [0, 0]
  for (const [h, one] of designs.entries()) {
    sum -= contributeExact(problem, one, at(h), false)[value]!
    count += problem.family === 'survival' ? one.events!.reduce((all, event) => all + event, 0) : one.rows
  }
  return sum / Math.max(1, count)
}

/** By how much the penalty by evidence is worse on other rows than the best of a grid in hindsight. */
export function regretOfPenalty(federation: Federation): number {
  const shared = { ...federation.task.plan, intercept: 'shared' } as const
  const { joined, others } = halves({ ...federation, task: { ...federation.task, plan: shared } })
  const { first } = fitTogether(joined, { ...NEAR, ridge: 1 }, 1)
  const size = exactParts(joined.problem).value
  const typical = Math.max(...first.filter((_, i) => i % (size + 1) === 0))
  const loss = (ridge: number | 'evidence') => {
    const { coefficients } = fitTogether(joined, { ...NEAR, ridge }, MOST_SUMS)
    return lossOf(joined.problem, others, () => coefficients)
  }
  return loss('evidence') - Math.min(...SHARES.map((share) => loss(share * typical)))
}

/** Ways to treat hospitals' levels; a number is the precision of the law that draws them to the shared one. */
export const INTERCEPTS = {
  shared: null,
  private: 0,
  'drawn to the shared one, sd 1': 1,
  'sd .5': 4,
} as const

/** The loss on other rows under each way, two classes. */
export function lossesByIntercept(federation: Federation): number[] {
  const shared = { ...federation.task.plan, intercept: 'shared' } as const
  const { joined, others } = halves({ ...federation, task: { ...federation.task, plan: shared } })
  return Object.values(INTERCEPTS).map((own) => {
    const problem = { ...joined.problem, own }
    const { coefficients } = fitTogether({ ...joined, problem }, { ...NEAR, ridge: 'evidence' }, MOST_SUMS)
    const { problem: plain } = joined
    return lossOf(plain, others, (h) => (own === null ? coefficients : withOwn(joined, coefficients, own, h)))
  })
}

/** Coefficients with the hospital's own intercept from its training rows, drawn as scoring does: to the rate of all where it is free. */
function withOwn(
  { problem, statistics, designs }: Joined,
  coefficients: Float64Array,
  own: number,
  h: number,
) {
  const rate = statistics.targets[0]!.mean
  const level = own === 0 ? Math.log(rate / (1 - rate)) : coefficients[0]!
  const from = coefficients.with(0, level)
  const { offsets } = ownOffsets(problem, designs[h]!, from, own === 0 ? 1 : own)
  return from.with(0, level + offsets[1]!)
}
