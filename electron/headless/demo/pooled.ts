import { createHash } from 'node:crypto'
import { hashOf } from '#domain/canonical.ts'
import type { Study } from '#domain/study.ts'
import { taskOf } from '#engine/data.ts'
import { createTrainer } from '#trainer/client.ts'
import { forkTrainer } from '#trainer/fork.ts'
import type { Figures, Table } from '#trainer/jobs.ts'
import type { Desk } from './desk.ts'
import type { Material } from './prepare.ts'

/** What the same plan reaches when all rows are in one place. */
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
    await trainer.call('load', { key: 'pooled', task: taskOf(study), table: join(read) })
    const seeds = { initialSeed: seed('initial'), batchSeed: seed('batches') }
    return (await trainer.call('alone', { key: 'pooled', ...seeds })).figures
  } finally {
    await trainer.close()
  }
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
