import { CONVERGED } from '#domain/plan.ts'
import { createDirectTrainer } from '#trainer/direct.ts'
import { averagedPlan } from '#trainer/plans/choose.ts'
import { aTask } from '../../trainer/kit.ts'
import type { Bench } from '../bench.ts'
import { aFamily, type Kind } from '../families.ts'
import { forget, gather } from '../learning.ts'
import { lossOf, trainByVotes } from '../voting.ts'

const binary = { task: 'binary', name: 'outcome', label: '', positive: 'yes' } as const
const weightBands = [10, 20, 50, 75, 100, 125, 150, 175, 200, 250, 300, 400, 500]
const kinds = [
  { rows: 60, width: 10, strength: 1.5 },
  { rows: 120, width: 20, strength: 1 },
  { rows: 300, width: 15, strength: 1.2 },
  { rows: 150, width: 40, strength: 2 },
]
const HOSPITALS = [4, 10, 50]
const DRAWN = 3
/** Rounds in which a study is trained on for comparison. */
const ON = 100
/** What honest studies may lose to votes, and what ending by convergence may cost in log-loss against training on. */
const MOST_LOST = 0.05
const MOST_REGRET = 0.005
/** In the quick form a single unlucky study is a fourth of all. */
const FEW_STUDIES = 2

/** Honest studies by the default plan: which share of their rounds votes take, and what it costs to end by convergence. */
export const bench: Bench = {
  about: 'honest members: the share of rounds lost to votes, and what ending by convergence costs',
  async run({ quick }) {
    const figures: Record<string, string> = {}
    for (const hospitals of quick ? HOSPITALS.slice(0, 2) : HOSPITALS) {
      const runs: Measured[] = []
      for (let drawn = 1; drawn <= (quick ? 1 : DRAWN); drawn++) {
        for (const [k, kind] of kinds.entries())
          runs.push(await measure({ hospitals, ...kind }, 100 * drawn + k))
      }
      const sum = (of: (one: Measured) => number) => runs.reduce((all, one) => all + of(one), 0)
      const rounds = sum((one) => one.rounds)
      const [down, aside] = [sum((one) => one.down), sum((one) => one.aside)]
      const regret = sum((one) => one.regret) / runs.length
      figures[`${hospitals} members, ${runs.length} studies`] =
        `${rounds} rounds; voted down ${down}, set aside ${aside} (${((100 * (down + aside)) / rounds).toFixed(1)}%); ` +
        `ended after ${Math.round(rounds / runs.length)} on average, log-loss ${regret.toFixed(4)} above that after ${ON} rounds`
      const most = quick ? FEW_STUDIES * MOST_LOST : MOST_LOST
      if ((down + aside) / rounds > most || regret > MOST_REGRET)
        throw new Error(
          `Honest studies of ${hospitals} lose too much: ${down} + ${aside} of ${rounds}, ${regret}`,
        )
    }
    return figures
  },
}

interface Measured {
  readonly rounds: number
  readonly down: number
  readonly aside: number
  readonly regret: number
}

async function measure(kind: Kind, drawn: number): Promise<Measured> {
  const { variables, tables } = aFamily(kind, drawn)
  const rows = tables.map((one) => one.heldOut.filter((held) => held === 0).length)
  const typical = Math.round(rows.reduce((sum, one) => sum + one, 0) / rows.length)
  const { plan } = averagedPlan({ outcome: binary, variables, hospitals: tables.length, rows: typical })
  const members = await gather(
    createDirectTrainer('fused'),
    'votes',
    aTask(variables, plan, { minimumRows: 10, weightBands }),
    tables,
  )
  const { sums, standing } = await trainByVotes(members, CONVERGED, plan.rounds)
  const on = await trainByVotes(members, { kind: 'never' }, ON)
  const regret =
    (await lossOf(members, standing.line.at(-1)!)) - (await lossOf(members, on.standing.line.at(-1)!))
  await forget(members)
  const down = standing.fallen.filter((one) => one.fate === 'voted-down').length
  return { rounds: sums.length, down, aside: standing.fallen.length - down, regret }
}
