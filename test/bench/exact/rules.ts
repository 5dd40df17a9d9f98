import { problemAt } from '#trainer/exact/conclude.ts'
import { contributeExact, deviations } from '#trainer/exact/contribution.ts'
import { type Design, designOf } from '#trainer/exact/design.ts'
import { PRECISION_AT_FIRST } from '#trainer/exact/levels.ts'
import { exactParts, isIntercept, type Problem } from '#trainer/exact/problem.ts'
import { startOf } from '#trainer/exact/start.ts'
import type { ExactState } from '#trainer/exact/state.ts'
import type { Federation } from './federations.ts'
import { fitTogether, join, type Joined } from './fit.ts'

/** Fits this near are as good as converged ones to judge by. */
const NEAR = { tolerance: 1e-4 } as const
const MOST_SUMS = 40
const SHARES = [1e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30]

/** A fit of each fourth row is judged on all others: on fewer, chance would choose the best in hindsight. */
function parts({ task, tables }: Federation) {
  const fourth = tables.map((one) => ({ ...one, heldOut: one.heldOut.map((_, row) => Number(row % 4 > 0)) }))
  const joined = join(task, fourth)
  const others = fourth.map((one) => {
    const rows = Uint32Array.from(one.heldOut.keys()).filter((row) => one.heldOut[row] === 1)
    return designOf(joined.problem, task, one, rows, joined.statistics)
  })
  return { joined, others }
}

/** Minus the mean log-likelihood of a row: of an event it would be that of all who were at risk, a hundred times as many. */
function lossOf(
  problem: Problem,
  designs: readonly Design[],
  at: (hospital: number) => Float64Array,
): number {
  const { value } = exactParts(problem)
  let [sum, count] = [0, 0]
  for (const [h, one] of designs.entries()) {
    sum -= contributeExact(problem, one, at(h), false)[value]!
    count += one.rows
  }
  return sum / Math.max(1, count)
}

/** By how much the penalty by evidence is worse on other rows than the best of a grid in hindsight. */
export function regretOfPenalty(federation: Federation): number {
  const shared = { ...federation.task.plan, intercept: 'shared' } as const
  const { joined, others } = parts({ ...federation, task: { ...federation.task, plan: shared } })
  const { first } = fitTogether(joined, { ...NEAR, ridge: 1 }, 1)
  const size = exactParts(joined.problem).value
  const typical = Math.max(...first.filter((_, i) => i % (size + 1) === 0))
  const loss = (ridge: number | 'evidence') => {
    const { coefficients } = fitTogether(joined, { ...NEAR, ridge }, MOST_SUMS)
    return lossOf(joined.problem, others, () => coefficients)
  }
  return loss('evidence') - Math.min(...SHARES.map((share) => loss(share * typical)))
}

/** Ways to treat hospitals' levels; a number is the precision of a law that draws them to the shared one. */
export const INTERCEPTS = {
  'by evidence': 'random',
  shared: 'shared',
  private: 'private',
  'drawn to the shared one, sd 1': 1,
  'sd .5': 4,
  'sd .2': 25,
} as const

/** The loss on other rows under each way. */
export function lossesByIntercept(federation: Federation): number[] {
  const shared = { ...federation.task.plan, intercept: 'shared' } as const
  const { joined, others } = parts({ ...federation, task: { ...federation.task, plan: shared } })
  const rule = { ...NEAR, ridge: 'evidence' } as const
  return Object.values(INTERCEPTS).map((way) => {
    const own = way === 'shared' ? null : way === 'private' ? 0 : way === 'random' ? PRECISION_AT_FIRST : way
    const problem = { ...joined.problem, own }
    const fitted = fitTogether({ ...joined, problem }, rule, MOST_SUMS, way !== 'random')
    return lossOf(joined.problem, others, (h) => withOwn(joined, problemAt(problem, fitted), fitted, h))
  })
}

/** Coefficients with the hospital's own intercepts from its training rows, drawn as scoring does: to the rate of all where they are free. */
function withOwn(
  { problem, statistics, designs }: Joined,
  { own }: Problem,
  { coefficients }: Pick<ExactState, 'coefficients'>,
  h: number,
): Float64Array {
  if (own === null) return coefficients
  const start = startOf(problem, statistics)
  const levels = coefficients.map((one, i) => (own === 0 && isIntercept(problem, i) ? start[i]! : one))
  const found = deviations({ ...problem, own: own === 0 ? 1 : own }, designs[h]!, levels)
  const first = found.length - problem.outputs
  return levels.map((one, i) =>
    isIntercept(problem, i) ? one + found[first + Math.floor(i / problem.columns)]! : one,
  )
}

/** Penalties beside the one by evidence, as shares of it: next to none up to many times as much. */
const AROUND = [1e-3, 0.2, 1, 5, 25]

/**
 * By how much the rule of plans (a random intercept, a ridge by evidence) is worse on other rows than the best in hindsight of all
 * ways to treat the intercept under all penalties around the one found.
 */
export function regretOfRule(federation: Federation): number {
  const { outcome, plan } = federation.task
  const shared = {
    ...federation,
    task: { ...federation.task, plan: { ...plan, intercept: 'shared' } },
  } as const
  const { joined, others } = parts(shared)
  const { problem } = joined
  const loss = (own: number | null, ridge: number | 'evidence', fixed = false) => {
    const way = { ...problem, own }
    const fitted = fitTogether({ ...joined, problem: way }, { ...NEAR, ridge }, MOST_SUMS, fixed)
    const found = lossOf(problem, others, (h) => withOwn(joined, problemAt(way, fitted), fitted, h))
    return { loss: found, ridge: fitted.ridge }
  }
  const rule = loss(outcome.task === 'survival' ? null : PRECISION_AT_FIRST, 'evidence')
  const ways = outcome.task === 'survival' ? [null] : [null, 0, 1, 4, PRECISION_AT_FIRST]
  const all = ways.flatMap((own) =>
    AROUND.map((share) => loss(own, share * rule.ridge, own !== PRECISION_AT_FIRST).loss),
  )
  return rule.loss - Math.min(rule.loss, ...all)
}
