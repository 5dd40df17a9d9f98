import type { Plan } from '#domain/plan.ts'
import type { Engine } from '#trainer/compute/engine.ts'
import { completeAt } from '#trainer/evaluation/round.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import type { Pace } from '#trainer/pace.ts'
import { createStream, shuffle } from '#trainer/random.ts'
import { createSite, type Site } from '#trainer/site.ts'
import { concludeStatistics } from '#trainer/statistics/artefact.ts'
import { contributeStatistics } from '#trainer/statistics/contribution.ts'
import { concludeTraining } from '#trainer/training/conclude.ts'
import { contributeTraining } from '#trainer/training/round.ts'
import { judge } from '#trainer/training/stopping.ts'
import { checkRows, usableRows } from '#trainer/variables/rows.ts'
import { candidatesOf } from './candidates.ts'

const JUDGED_SHARE = 0.25
const RUNGS = [3, 9, 27]
const KEPT = 1 / 3

/** How long to search, and what to expect of the whole study. */
export interface SearchInput {
  readonly seed: Uint8Array
  readonly milliseconds: number
  /** Training rows of all hospitals together, as far as known: a penalty is for so many. */
  readonly totalRows: number
}

/** The plan that did best on own rows, in words that may be shown to all members. */
export interface SearchResult {
  readonly plan: Plan
  readonly tried: number
  /** Whether every rung was run, or time ran out before. */
  readonly finished: boolean
  readonly reasons: readonly string[]
}

/** A candidate under way. */
interface Runner {
  readonly plan: Plan
  /** Trains so many rounds further; keeps losses of the rows kept aside. */
  advance(rounds: number): Promise<void>
  readonly loss: () => number
  readonly losses: () => Float64Array
  close(): void
}

/**
 * Successive halving (Jamieson and Talwalkar 2016) over learning rate, width, penalty and steps, on own training rows of
 * which a quarter is kept aside. Held-out rows stay unseen. A network must beat the best linear model by more than chance.
 */
export async function searchPlan(
  { task, table, engine }: { task: Task; table: Table; engine: Engine },
  input: SearchInput,
  { pace, ticks }: { pace: Pace; ticks: () => number },
): Promise<SearchResult> {
  const own = ownRows(task, table, input.seed)
  const end = ticks() + input.milliseconds
  const share = Math.min(1, own.train / Math.max(1, input.totalRows))
  const plans = candidatesOf(task, { rows: own.train, share }, input.seed)
  let field = plans.map((plan) => createRunner({ ...task, plan }, own.table, engine, input.seed))
  const all = field
  let finished = true
  try {
    for (const [rung, rounds] of RUNGS.entries()) {
      const reached: Runner[] = []
      for (const [i, runner] of field.entries()) {
        // The first one, which is the plan as it stands, is always judged.
        if (ticks() > end && reached.length > 0) break
        await runner.advance(rounds)
        reached.push(runner)
        await pace(rung * 100 + (100 * (i + 1)) / field.length, 100 * RUNGS.length)
      }
      finished &&= reached.length === field.length
      const ranked = reached.toSorted((a, b) => a.loss() - b.loss())
      field = rung === RUNGS.length - 1 ? ranked : bestOf(ranked)
      if (!finished) break
    }
    const chosen = simplest(field)
    return { ...describe(chosen.plan, share, plans.length), tried: plans.length, finished }
  } finally {
    for (const one of all) one.close()
  }
}

/** The table with a part of its training rows kept aside, and without its held-out rows. */
function ownRows(task: Task, table: Table, seed: Uint8Array) {
  const rows = usableRows(task, table)
  checkRows(task, { train: rows.train.length, test: 0, excluded: 0, events: null })
  const order = rows.train.slice()
  shuffle(order, createStream('rows kept aside', seed))
  const cut = Math.floor(order.length * JUDGED_SHARE)
  const aside = new Uint8Array(table.outcome.length)
  for (const row of order.slice(0, cut)) aside[row] = 1
  const outcome = new Float32Array(table.outcome.length).fill(Number.NaN)
  for (const row of rows.train) outcome[row] = table.outcome[row] ?? Number.NaN
  return { table: { ...table, outcome, heldOut: aside }, train: order.length - cut }
}

function createRunner(task: Task, table: Table, engine: Engine, seed: Uint8Array): Runner {
  const open: Task = { ...task, rules: { ...task.rules, minimumRows: 1 } }
  let site: Site | null = null
  let model: { statistics: Uint8Array; base: Uint8Array; privateState: Uint8Array | null } | null = null
  let losses = new Float64Array(0)

  async function advance(rounds: number): Promise<void> {
    site ??= createSite(open, table, engine)
    const statistics =
      model?.statistics ?? concludeStatistics(open, contributeStatistics(open, table, site.rows.train))
    let base = model?.base ?? null
    let privateState = model?.privateState ?? null
    for (let round = 0; round < rounds; round++) {
      const input = { statistics, base, initialSeed: seed, batchSeed: seed, privateState, weight: 1 }
      const made = await contributeTraining(site, input, () => undefined)
      base = concludeTraining({
        task: open,
        statistics,
        base,
        initialSeed: seed,
        sum: made.values,
        weight: 1,
      })
      privateState = made.privateState
      model = { statistics, base, privateState }
    }
    if (!model) return
    const { params } = await completeAt(site, model)
    losses = Float64Array.from(await site.under(statistics).losses(params))
  }

  return {
    plan: task.plan,
    // A candidate that leaves the range of numbers has lost; the search goes on.
    advance: (rounds) => advance(rounds).catch(() => void (losses = new Float64Array(0))),
    loss: () => meanOf(losses),
    losses: () => losses,
    close: () => site?.close(),
  }
}

function meanOf(losses: Float64Array): number {
  const known = losses.filter(Number.isFinite)
  return known.length > 0 ? known.reduce((sum, one) => sum + one, 0) / known.length : Infinity
}

/** The better third, and the best linear one in any case: a network has to be measured against it. */
function bestOf(ranked: readonly Runner[]): Runner[] {
  const kept = ranked.slice(0, Math.max(2, Math.ceil(ranked.length * KEPT)))
  const linear = ranked.find(({ plan }) => plan.model.kind === 'linear')
  return linear && !kept.includes(linear) ? [...kept, linear] : kept
}

/** The best of the field, or the best linear one where the best network is not better by more than chance. */
function simplest(ranked: readonly Runner[]): Runner {
  const [best] = ranked
  if (!best) throw new RangeError('A search has at least one candidate')
  const linear = ranked.find(({ plan }) => plan.model.kind === 'linear')
  if (!linear || best.plan.model.kind === 'linear') return best
  return judge(linear.losses(), best.losses()).verdict === 'better' ? best : linear
}

function describe(plan: Plan, share: number, tried: number) {
  const l2 = plan.l2 * share
  const origin =
    `Found by successive halving over ${tried} plans (learning rate, width, penalty, steps) ` +
    "on the proposing institution's own training rows."
  const model = plan.model.kind === 'linear' ? 'a linear model' : 'a network'
  return {
    plan: { ...plan, l2, origin },
    reasons: [
      `Of ${tried} plans ${model} with learning rate ${plan.local.learningRate} and ${plan.local.steps} steps did best on rows kept aside.`,
      'The penalty was lowered to what it weighs against the rows of all hospitals.',
    ],
  }
}
