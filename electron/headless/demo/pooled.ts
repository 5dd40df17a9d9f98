import { createHash, randomBytes } from 'node:crypto'
import path from 'node:path'
import { hashOf } from '#domain/canonical.ts'
import type { Study } from '#domain/study.ts'
import { createData, taskOf } from '#engine/data.ts'
import { createImports } from '#engine/imports.ts'
import { readInside } from '#import/inside.ts'
import { openDatabase, type Database } from '#store/database.ts'
import { createLibrary } from '#store/library.ts'
import { createTrainer } from '#trainer/client.ts'
import { forkTrainer } from '#trainer/fork.ts'
import type { Table } from '#trainer/jobs.ts'
import { systemClock } from '../clock.ts'
import { mappingOf } from '../study-file.ts'
import type { Score } from './figures.ts'
import type { Material } from './prepare.ts'

/**
 * What the same plan reaches when all rows are in one place: read, mapped and trained by the same code as at a hospital.
 * Only a rehearsal can do this, as nobody may have all rows in earnest.
 */
export async function trainPooled(folder: string, material: Material, study: Study): Promise<Score> {
  const db = openDatabase(path.join(folder, 'pooled.db'), randomBytes(32))
  const trainer = createTrainer({ spawn: () => forkTrainer() })
  try {
    const table = join(await readTables(db, material, study))
    const seed = (name: string) =>
      new Uint8Array(
        createHash('sha256')
          .update(`${name} ${hashOf(study)}`)
          .digest(),
      )
    await trainer.call('load', { key: 'pooled', task: taskOf(study), table })
    const seeds = { initialSeed: seed('initial'), batchSeed: seed('batches') }
    const { figures } = await trainer.call('alone', { key: 'pooled', ...seeds })
    return { auc: figures.auc, logLoss: figures.logLoss }
  } finally {
    await trainer.close()
    db.close()
  }
}

async function readTables(db: Database, { study: file, tables }: Material, study: Study): Promise<Table[]> {
  const secret = (purpose: string) => new Uint8Array(createHash('sha256').update(purpose).digest())
  const random = (bytes: number) => new Uint8Array(randomBytes(bytes))
  const ports = { db, clock: systemClock, random, announce: () => undefined, name: 'pooled' }
  const imports = createImports({ ...ports, secret, startReader: readInside })
  const data = createData({ db, library: createLibrary(db), secret, signer: { id: 'pooled' } })
  const read: Table[] = []
  try {
    for (const { name, csv } of tables) {
      const bytes = Buffer.from(csv)
      const { id } = imports.begin({ name, source: name, size: bytes.length, replaces: null })
      await imports.chunk({ id, bytes })
      const dataset = await imports.finish({ id })
      read.push(await data.table(data.choose(hashOf(study), study, dataset.id, mappingOf(file, name))))
    }
  } finally {
    await imports.close()
  }
  return read
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
