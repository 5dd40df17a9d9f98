import { createDirectTrainer } from '#trainer/direct.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { averagedPlan } from '#trainer/plans/choose.ts'
import { createStream } from '#trainer/random.ts'
import { aTask, numberVariable, seed, toTable } from '../../trainer/kit.ts'
import { strokeTables, strokeVariables } from '../../trainer/stroke.ts'
import type { Bench } from '../bench.ts'
import { forget, gather } from '../learning.ts'
import { attacks, tablesUnder, trainUnder, type Attack, type Outcome } from '../poisoning.ts'

const MEMBERS = 10
const ROUNDS = 30
/** Where the liar begins late: an honest model is there by then. */
const LATE = 10
const weightBands = [20, 50, 100, 200, 400, 800]
const binary = { task: 'binary', name: 'outcome', label: '', positive: 'yes' } as const

/** One of ten members lies: what it does to the model, with the gate of signed votes and without. */
export const bench: Bench = {
  about:
    'one of ten members sends sign-flipped, scaled, label-flipped updates: AUC with and without the gate',
  async run({ quick }) {
    const data = quick ? madeUp() : (stroke() ?? madeUp())
    const rows: Record<string, string> = {
      data: data.name,
      'each cell': 'AUC / log-loss of the honest members’ held-out rows (rounds rolled back)',
    }
    const measured = new Map<string, Outcome>()
    for (const attack of quick ? attacks.filter((_, i) => [0, 1, 3].includes(i)) : attacks) {
      for (const from of quick ? [LATE] : [LATE, 0]) {
        const [open, gated] = await both(data, attack, from)
        rows[`${attack.name}, from round ${from + 1}: without / with the gate`] =
          `${show(open)}  |  ${show(gated)}`
        measured.set(`${attack.factor} ${attack.flipsLabels} ${from} open`, open)
        measured.set(`${attack.factor} ${attack.flipsLabels} ${from} gated`, gated)
      }
    }
    checkResult((key) => measured.get(key)!)
    return rows
  },
}

interface Data {
  readonly name: string
  readonly task: Task
  readonly tables: readonly Table[]
}

async function both({ task, tables }: Data, attack: Attack, from: number): Promise<[Outcome, Outcome]> {
  const members = await gather(createDirectTrainer('fused'), 'poison', task, tablesUnder(attack, tables))
  const open = await trainUnder(members, attack, { from, rounds: ROUNDS, gate: false })
  const gated = await trainUnder(members, attack, { from, rounds: ROUNDS, gate: true })
  await forget(members)
  return [open, gated]
}

/** The ten largest hospitals of the stroke trial; null where it is not beside this checkout. */
function stroke(): Data | null {
  const all = strokeTables(0)
  if (!all) return null
  const tables = all.toSorted((a, b) => b.outcome.length - a.outcome.length).slice(0, MEMBERS)
  const rows = Math.round(tables.reduce((sum, one) => sum + one.outcome.length, 0) / MEMBERS)
  const facts = { outcome: binary, variables: strokeVariables, hospitals: MEMBERS, rows }
  const task = aTask(strokeVariables, averagedPlan(facts).plan, { minimumRows: 20, weightBands })
  return { name: 'the ten largest hospitals of the stroke trial', task, tables }
}

/** Made-up hospitals whose outcome follows from four of eight numbers. */
function madeUp(): Data {
  const variables = Array.from({ length: 8 }, (_, i) => numberVariable(`v${i}`, -4, 4))
  const tables = Array.from({ length: MEMBERS }, (_, i) => {
    const stream = createStream('test', seed(i + 1))
    const columns: number[][] = variables.map(() => [])
    const outcome = Array.from({ length: 300 }, () => {
      const x = variables.map(() => 2 * stream.real() + 2 * stream.real() - 2)
      for (const [j, value] of x.entries()) columns[j]!.push(value)
      const odds = x[0]! + x[1]! - x[2]! + x[3]! / 2 - 0.5
      return Number(stream.real() < 1 / (1 + Math.exp(-2 * odds)))
    })
    return toTable(columns, outcome, (row) => row % 4 === 0)
  })
  const facts = { outcome: binary, variables, hospitals: MEMBERS, rows: 225 }
  const task = aTask(variables, averagedPlan(facts).plan, { minimumRows: 20, weightBands })
  return { name: 'ten made-up hospitals', task, tables }
}

function show({ figures, rolledBack }: Outcome): string {
  if (!figures) return `no model (${rolledBack})`
  return `${figures.auc!.toFixed(4)} / ${figures.logLoss!.toFixed(4)} (${rolledBack})`
}

/** What the gate promises, or no figures at all: a large lie costs at most a little of the honest model, and honest rounds stand. */
function checkResult(of: (key: string) => Outcome): void {
  const honest = of(`1 false ${LATE} gated`)
  const open = of(`-20 false ${LATE} open`)
  const gated = of(`-20 false ${LATE} gated`)
  const lost = honest.figures!.auc! - (gated.figures?.auc ?? 0)
  const harm = honest.figures!.auc! - open.figures!.auc!
  if (honest.rolledBack === 0 && gated.rolledBack > 0 && harm > 0.05 && lost < 0.03) return
  throw new Error(
    `The gate does not contain the lie: AUC lost ${lost}, without it ${harm}, honest rounds rolled back ${honest.rolledBack}`,
  )
}
