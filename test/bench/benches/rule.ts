import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createDirectTrainer } from '#trainer/direct.ts'
import type { Task } from '#trainer/jobs.ts'
import { averagedPlan, type PlanFacts } from '#trainer/plans/choose.ts'
import { createStream, shuffle } from '#trainer/random.ts'
import { aTask, findData, numberVariable, seed, toTable } from '../../trainer/kit.ts'
import type { Bench } from '../bench.ts'
import { aFederation, taskNames } from '../exact/federations.ts'
import { checkRegrets, showRegrets } from '../exact/regrets.ts'
import { regretOfRule } from '../exact/rules.ts'
import { type Family, madeUp } from '../families.ts'
import { forget, gather, train } from '../learning.ts'

const binary = { task: 'binary', name: 'outcome', label: '', positive: 'yes' } as const
const weightBands = [10, 20, 50, 75, 100, 125, 150, 175, 200, 250, 300, 400, 500]
const EXACT_FEDERATIONS = 100
/** How far hospitals' levels lie apart, as standard deviations of log-odds. */
const LEVELS = [0, 0.3, 0.6, 1.2]
const RATES = [0.03, 0.1, 0.3]
const STEPS = [5, 10]
const PENALTIES = [1.5, 5, 15, 50]

/** How far candidates for the default rule are from the best of them on data that no reported figure is of. */
export const bench: Bench = {
  about:
    'where the default rule comes from: rates, steps and penalties on data that no reported figure is of',
  async run({ quick }) {
    const exact = ruleOfExactFits(quick ? 4 : EXACT_FEDERATIONS)
    const families = quick ? madeUp().slice(0, 2) : [...madeUp(), ...breastCancer()]
    const candidates = RATES.flatMap((rate) =>
      STEPS.flatMap((steps) => PENALTIES.map((penalty) => ({ rate, steps, penalty }))),
    )
    const regrets = new Map<string, number[]>()
    const note = (name: string, regret: number) => regrets.set(name, [...(regrets.get(name) ?? []), regret])
    const figures: Record<string, string> = { ...exact }
    for (const family of families) {
      const facts = factsOf(family)
      const base = averagedPlan(facts).plan
      const total = facts.rows * facts.hospitals
      const losses = new Map<string, number>()
      for (const { rate, steps, penalty } of quick ? candidates.filter((_, i) => i % 6 === 0) : candidates) {
        const local = { ...base.local, learningRate: rate, steps }
        const plan = { ...base, l2: Math.min(0.1, penalty / total), local }
        losses.set(`rate ${rate}, ${steps} steps, penalty ${penalty} / rows`, await lossOf(family, plan))
      }
      losses.set('the rule', await lossOf(family, base))
      const best = Math.min(...losses.values())
      for (const [name, loss] of losses) note(name, loss - best)
      figures[family.name] =
        `best ${best.toFixed(4)} by ${[...losses].find(([, loss]) => loss === best)![0]}; the rule ${losses.get('the rule')!.toFixed(4)}`
    }
    const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length
    const ranked = [...regrets].toSorted(([, a], [, b]) => mean(a) - mean(b))
    for (const [name, all] of ranked) {
      figures[`log-loss above the best, mean (most): ${name}`] =
        `${mean(all).toFixed(4)} (${Math.max(...all).toFixed(4)})`
    }
    if (!(mean(regrets.get('the rule')!) < 0.03))
      throw new Error('The default rule is far from the best plans')
    return figures
  },
}

/** Exact fits under the rule's intercept and penalty, over made-up federations that differ in all that real ones do. */
function ruleOfExactFits(federations: number): Record<string, string> {
  const rows = taskNames.map((kind) => {
    const regrets = Array.from({ length: federations }, (_, i) =>
      regretOfRule(aFederation(kind, i + 1, 2000, LEVELS[i % LEVELS.length], i % 3 === 0 ? 0.3 : 0)),
    )
    checkRegrets(`rule for exact fits (${kind})`, regrets)
    return [
      `exact fits, ${kind}, log-loss above the best of ${federations}, mean (most)`,
      showRegrets(regrets),
    ]
  })
  return Object.fromEntries(rows)
}

function factsOf({ variables, tables }: Family): PlanFacts {
  const rows = tables.map((one) => one.heldOut.filter((held) => held === 0).length)
  const typical = Math.round(rows.reduce((sum, one) => sum + one, 0) / rows.length)
  return { outcome: binary, variables, hospitals: tables.length, rows: typical }
}

/** Log-loss over all held-out rows after all rounds of a plan. */
async function lossOf({ variables, tables }: Family, plan: Task['plan']): Promise<number> {
  const task = aTask(variables, plan, { minimumRows: 10, weightBands })
  const members = await gather(createDirectTrainer('fused'), 'rule', task, tables)
  const { curve } = await train(members, 1)
  await forget(members)
  return curve.at(-1)!.logLoss!
}

/** Wisconsin breast cancer (UCI), dealt to few and to many hospitals; nothing where it is not beside this checkout. */
function breastCancer(): Family[] {
  const folder = findData('breast-cancer')
  if (!folder) return []
  const lines = readFileSync(path.join(folder, 'wdbc.data'), 'utf8').trim().split(/\r?\n/)
  const rows = lines.map((line) => line.split(','))
  const places = rows[0]!.slice(2).map((_, i) => i + 2)
  const column = (own: readonly string[][], place: number) => own.map((row) => Number(row[place]))
  const variables = places.map((place) => {
    const values = column(rows, place)
    return {
      ...numberVariable(`v${place}`, Math.min(...values), Math.max(...values)),
      missing: 'mean' as const,
    }
  })
  return [4, 16].map((hospitals) => {
    const order = Uint32Array.from(rows, (_, i) => i)
    shuffle(order, createStream('test', seed(hospitals)))
    const tables = Array.from({ length: hospitals }, (_, h) => {
      const own = [...order].filter((_row, at) => at % hospitals === h).map((i) => rows[i]!)
      const outcome = own.map((row) => Number(row[1] === 'M'))
      const columns = places.map((place) => column(own, place))
      return toTable(columns, outcome, (row) => row % 3 === 0)
    })
    return { name: `breast cancer, dealt to ${hospitals} hospitals`, variables, tables }
  })
}
