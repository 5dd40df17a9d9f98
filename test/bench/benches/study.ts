import type { EngineName } from '#trainer/compute/backends.ts'
import { averagedPlan } from '#trainer/plans/choose.ts'
import { createDirectTrainer } from '#trainer/direct.ts'
import type { Table } from '#trainer/jobs.ts'
import { aTask } from '../../trainer/kit.ts'
import { strokeTables, strokeVariables } from '../../trainer/stroke.ts'
import type { Bench } from '../bench.ts'
import { forget, gather, train, trainAllAlone } from '../learning.ts'

const ROUNDS = 60
const weightBands = [20, 50, 75, 100, 125, 150, 175, 200, 250, 300, 400, 500]
const engines: readonly EngineName[] = ['simd', 'fused', 'wasm']
/** What scikit-learn reaches on pooled rows, and how far below it a shared model may be. */
const POOLED = 0.7993
const TOLERANCE = 0.015

const outcome = { task: 'binary', name: 'outcome', label: '', positive: 'yes' } as const

/** One whole study on one machine: what its trainers compute, all hospitals one after another. */
export const bench: Bench = {
  about: 'the stroke trial as one study, 49 hospitals and 60 rounds on one machine: seconds of compute',
  async run({ quick }) {
    const tables = strokeTables(0)
    if (!tables) return { skipped: 'the stroke trial is not beside this checkout' }
    const figures: Record<string, string> = {}
    for (const name of quick ? engines.slice(0, 1) : engines)
      figures[name] = await measure(name, tables, quick)
    return figures
  },
}

async function measure(name: EngineName, tables: Table[], quick: boolean): Promise<string> {
  const { plan } = averagedPlan({ outcome, variables: strokeVariables, hospitals: 49, rows: 125 })
  const task = aTask(
    strokeVariables,
    { ...plan, rounds: quick ? 10 : ROUNDS },
    { minimumRows: 20, weightBands },
  )
  const trainer = createDirectTrainer(name)
  const used = process.cpuUsage()
  const from = performance.now()
  const members = await gather(trainer, name, task, tables)
  const { curve } = await train(members, 1)
  const alone = await trainAllAlone(members, 1)
  const seconds = (performance.now() - from) / 1000
  const { user, system } = process.cpuUsage(used)
  await forget(members)
  await trainer.close()
  const reached = curve.at(-1)!.auc!
  if (!(reached > POOLED - TOLERANCE && reached > alone.auc!))
    throw new Error(`The study did not learn: AUC ${reached}, alone ${alone.auc}`)
  const cpu = ((user + system) / 1e6).toFixed(1)
  return `${cpu} s of processor, ${seconds.toFixed(1)} s by the clock, ${task.plan.rounds} rounds; AUC ${reached.toFixed(4)}`
}
