import { createDirectTrainer } from '#trainer/direct.ts'
import type { Figures as Judged, Table, Task } from '#trainer/jobs.ts'
import { EXACT } from '#domain/plan.ts'
import { averagedPlan, choosePlan } from '#trainer/plans/choose.ts'
import { aTask, pool } from '../../trainer/kit.ts'
import { strokeTables, strokeVariables } from '../../trainer/stroke.ts'
import type { Bench } from '../bench.ts'
import { forget, gather, spread, train, trainAllAlone } from '../learning.ts'

const SPLITS = 5
const ROUNDS = 40
/** What reference.json beside the data says of logistic regression (scikit-learn) over the same five splits. */
const reference = { pooled: '0.7993 / 0.4442', alone: '0.7257 / 0.5273' }
const weightBands = [20, 50, 75, 100, 125, 150, 175, 200, 250, 300, 400, 500]

const binary = { task: 'binary', name: 'outcome', label: '', positive: 'yes' } as const
const facts = { outcome: binary, variables: strokeVariables, hospitals: 49, rows: 125 }
const averaged = averagedPlan(facts).plan
const adam = { kind: 'adam', learningRate: 0.1, beta1: 0.5, beta2: 0.99, epsilon: 0.03 } as const

type Plan = Task['plan']
const methods: Readonly<Record<string, (plan: Plan) => Plan>> = {
  'Exact fit (the default rule)': () => choosePlan(facts).plan,
  FedAvg: (plan) => plan,
  'FedProx, mu 0.1': (plan) => ({ ...plan, local: { ...plan.local, proximal: 0.1 } }),
  SCAFFOLD: (plan) => ({ ...plan, local: { ...plan.local, controlVariates: true } }),
  FedAdam: (plan) => ({ ...plan, outer: adam }),
  'Exact fit for intervals: no penalty, private intercepts': () => {
    const { plan } = choosePlan(facts)
    return { ...plan, intercept: 'private', fit: EXACT }
  },
}

interface Split {
  readonly pooled: Judged
  readonly alone: Judged
  readonly curves: Readonly<Record<string, readonly Judged[]>>
}

/** The stroke trial at 49 hospitals against pooled data: the same trainer jobs and fixed-point sums as real rounds. */
export const bench: Bench = {
  about: 'stroke trial, 49 hospitals, five splits: pooled, alone, FedAvg, FedProx, SCAFFOLD, FedAdam',
  async run({ quick }) {
    const splits: Split[] = []
    for (let split = 0; split < (quick ? 1 : SPLITS); split++) {
      const tables = strokeTables(split)
      if (!tables) return { skipped: 'the stroke trial is not beside this checkout' }
      splits.push(await runSplit(tables, split + 1, quick ? 20 : ROUNDS))
    }
    const figures = tableOf(splits)
    checkResult(splits)
    return figures
  },
}

async function runSplit(tables: Table[], seeds: number, rounds: number): Promise<Split> {
  const trainer = createDirectTrainer('fused')
  const task = aTask(strokeVariables, { ...averaged, rounds }, { minimumRows: 20, weightBands })
  // One place with all rows: its minibatches grow with the number of hospitals, or it would see less of the data in each step.
  const local = { ...averaged.local, batch: averaged.local.batch * tables.length }
  const whole = { ...task, plan: { ...averaged, rounds: 2 * rounds, local } }
  const one = await gather(trainer, 'pooled', whole, [pool(tables)])
  const pooled = (await train(one, seeds)).curve.at(-1)!
  await forget(one)
  const curves: Record<string, readonly Judged[]> = {}
  let alone: Judged | null = null
  for (const [name, change] of Object.entries(methods)) {
    const members = await gather(trainer, name, { ...task, plan: change(task.plan) }, tables)
    curves[name] = (await train(members, seeds)).curve
    alone ??= await trainAllAlone(members, seeds)
    await forget(members)
  }
  return { pooled, alone: alone!, curves }
}

function tableOf(splits: readonly Split[]) {
  const pair = (all: readonly Judged[]) =>
    `${spread(all.map((x) => x.auc!))} / ${spread(all.map((x) => x.logLoss!))}`
  const rows: Record<string, string> = {
    'pooled, AUC / log-loss': pair(splits.map(({ pooled }) => pooled)),
    'pooled, scikit-learn': reference.pooled,
    'each hospital alone': pair(splits.map(({ alone }) => alone)),
    'each hospital alone, scikit-learn': reference.alone,
  }
  for (const name of Object.keys(methods)) {
    const reached = splits.map(({ curves, pooled }) => {
      const round = curves[name]!.findIndex(({ logLoss }) => logLoss! <= pooled.logLoss! + 0.002)
      return round < 0 ? 'never' : String(round + 1)
    })
    rows[name] =
      `${pair(splits.map(({ curves }) => curves[name]!.at(-1)!))}; rounds to pooled + .002: ${reached.join(' ')}, of ${splits.map(({ curves }) => curves[name]!.length).join(' ')}`
  }
  return rows
}

/** The promise of the product, or no figures at all. */
function checkResult(splits: readonly Split[]): void {
  const mean = (of: (split: Split) => number) => splits.reduce((sum, one) => sum + of(one), 0) / splits.length
  const [name, before] = Object.keys(methods)
  const shared = ({ curves }: Split) => curves[name!]!.at(-1)!
  const better = mean((one) => one.curves[before!]!.at(-1)!.logLoss! - shared(one).logLoss!)
  const rounds = Math.max(...splits.map(({ curves }) => curves[name!]!.length / ROUNDS))
  const area = mean((one) => shared(one).auc! - one.pooled.auc!)
  const loss = mean((one) => shared(one).logLoss! - one.pooled.logLoss!)
  const gain = mean((one) => one.alone.logLoss! - shared(one).logLoss!)
  if (!(area > -0.002 && loss < 0.003 && gain > 0.02 && better > 0 && rounds <= 1 / 3)) {
    throw new Error(
      `The shared model is not as good as pooled data or averages: AUC ${area}, log-loss ${loss}, averages ${better} in ${rounds} of the rounds, alone ${gain}`,
    )
  }
}
