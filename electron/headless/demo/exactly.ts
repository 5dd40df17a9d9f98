import type { Study } from '#domain/study.ts'
import { taskOf } from '#engine/data.ts'
import { whyFitRefused } from '#trainer/exact/refused.ts'
import type { Table } from '#trainer/jobs.ts'
import { averagedPlan } from '#trainer/plans/choose.ts'
import { usableRows } from '#trainer/variables/rows.ts'
import { withinRounds } from '../study-file.ts'
import { tell } from '../terminal.ts'
import type { Desk } from './desk.ts'
import type { Material } from './prepare.ts'

/** The material with averages in place of an exact fit that its hospitals would refuse, which it says with the reason. */
export async function averagedWhereRefused(desk: Desk, material: Material, study: Study): Promise<Material> {
  if (!study.plan.fit) return material
  const { study: file, tables } = material
  const task = taskOf(study)
  const read: Table[] = []
  for (const { name } of tables) read.push(await desk.table(study, file, name))
  const why = whyFitRefused(task, read)
  if (why === null) return material
  tell(`${why} The hospitals would refuse it, so this demo averages instead.`)
  const trained = read.reduce((sum, one) => sum + usableRows(task, one).train.length, 0)
  const { plan } = averagedPlan({
    ...study,
    hospitals: tables.length,
    rows: Math.round(trained / tables.length),
  })
  return { ...material, study: { ...file, study: { ...file.study, plan: withinRounds(plan, study.rules) } } }
}
