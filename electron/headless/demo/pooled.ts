import { createHash } from 'node:crypto'
import { hashOf } from '#domain/canonical.ts'
import type { Study } from '#domain/study.ts'
import { taskOf } from '#engine/data.ts'
import { createTrainer } from '#trainer/client.ts'
import { forkTrainer } from '#trainer/fork.ts'
import type { Figures, Held, Table, Task } from '#trainer/jobs.ts'
import { countPairs, type Pairs } from '#trainer/metrics/survival.ts'
import { usableRows } from '#trainer/variables/rows.ts'
import type { Desk } from './desk.ts'
import type { Material } from './prepare.ts'

/**
 * The best model of the study's kind on all rows in one place, fitted until it has converged, with an intercept for each hospital
 * where the study has one. Times are judged as the hospitals judge them: pairs within each hospital.
 */
export async function trainPooled(
  desk: Desk,
  { study: file, tables }: Material,
  study: Study,
): Promise<Figures> {
  const trainer = createTrainer({ spawn: () => forkTrainer() })
  try {
    const read: Table[] = []
    for (const { name } of tables) read.push(await desk.table(study, file, name))
    const seed = (name: string) =>
      new Uint8Array(
        createHash('sha256')
          .update(`${name} ${hashOf(study)}`)
          .digest(),
      )
    const task = taskOf(study)
    await trainer.call('load', { key: 'pooled', ...asOne(task, read) })
    const seeds = { initialSeed: seed('initial'), batchSeed: seed('batches') }
    const held = await trainer.call('alone', { key: 'pooled', ...seeds })
    return held.events
      ? withinHospitals(
          held,
          read.map((one) => usableRows(task, one).test.length),
        )
      : held.figures
  } finally {
    await trainer.close()
  }
}

/** All rows as one table; where each hospital has its own intercept, the hospital is a variable, as in a pooled analysis. */
function asOne(task: Task, tables: readonly Table[]): { readonly task: Task; readonly table: Table } {
  const table = join(tables)
  if (task.plan.intercept === 'shared' || task.outcome.task === 'survival') return { task, table }
  const categories = tables.map((_, at) => `hospital ${at + 1}`)
  const rules = { unlisted: 'reference', missing: 'reference' } as const
  const hospital = { type: 'category' as const, name: 'hospital of the row', label: '', categories, ...rules }
  const column = joinFloats(tables.map(({ outcome }, at) => new Float32Array(outcome.length).fill(at)))
  return {
    task: { ...task, variables: [...task.variables, hospital] },
    table: { ...table, columns: [...table.columns, column] },
  }
}

function withinHospitals({ scores, labels, events }: Held, heldOut: readonly number[]): Figures {
  let from = 0
  const sums = heldOut.map((rows) => {
    const [start, end] = [from, from + rows]
    from = end
    const risks = Float64Array.from(scores.subarray(start, end))
    return countPairs(risks, labels.subarray(start, end), (events ?? new Uint8Array()).subarray(start, end))
  })
  const sum = (of: (one: Pairs) => number) => sums.reduce((total, one) => total + of(one), 0)
  const pairs = sum((one) => one.comparable)
  const right = sum((one) => one.concordant + one.tied / 2)
  const none = { auc: null, logLoss: null, brier: null, accuracy: null }
  const happened = events?.reduce((total, one) => total + one, 0) ?? 0
  return { rows: labels.length, events: happened, ...none, cIndex: pairs > 0 ? right / pairs : null }
}

function join(tables: readonly Table[]): Table {
  const [first] = tables
  if (!first) throw new RangeError('Nothing to pool')
  return {
    columns: first.columns.map((_, column) =>
      joinFloats(tables.map((one) => one.columns[column] ?? new Float32Array())),
    ),
    outcome: joinFloats(tables.map((one) => one.outcome)),
    event: first.event && Uint8Array.from(tables.flatMap((one) => [...(one.event ?? [])])),
    heldOut: Uint8Array.from(tables.flatMap((one) => [...one.heldOut])),
    subgroups: [],
  }
}

function joinFloats(parts: readonly Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]))
}
