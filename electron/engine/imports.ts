import { createHmac } from 'node:crypto'
import type { Input } from '#contract/calls.ts'
import type { ImportProgress } from '#contract/views.ts'
import type { Dataset } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import { createImporter, type Imported } from '#import/importer.ts'
import { appendAudit } from '#store/audit.ts'
import { addDataset, getDataset, nextVersion } from '#store/datasets.ts'
import { createDrafts } from '#store/drafts.ts'
import type { Ports } from './ports.ts'

type Begin = Input<'imports.begin'>

export interface ImportPorts extends Pick<Ports, 'db' | 'clock' | 'random' | 'announce' | 'name' | 'secret'> {
  /** Called in the transaction that gives a dataset its next version; what it returns, after it. */
  readonly datasetReplaced?: (dataset: string) => () => void
}

/** Files on their way in, chunk by chunk. A dataset appears whole when an import is finished, or not at all. */
export function createImports(ports: ImportPorts) {
  const { db, random, announce, secret } = ports
  const asked = new Map<string, Begin>()
  const newId = () => Buffer.from(random(10)).toString('hex')
  const importer = createImporter({
    sink: createDrafts(db),
    hmac: (bytes) => createHmac('sha256', secret('contents')).update(bytes).digest('hex'),
    newId,
  })

  function begin(input: Begin): ImportProgress {
    if (input.replaces !== null && !getDataset(db, input.replaces)) {
      throw new AppError('not-found', 'No dataset of ours has this id')
    }
    return follow(input, importer.begin(input))
  }

  function follow(input: Begin, progress: ImportProgress): ImportProgress {
    asked.set(progress.id, input)
    announce({ event: 'imports.changed', progress })
    return progress
  }

  async function chunk({ id, bytes }: { id: string; bytes: Uint8Array }): Promise<ImportProgress> {
    try {
      const progress = await importer.chunk(id, bytes)
      announce({ event: 'imports.changed', progress })
      return progress
    } catch (error) {
      if (!importer.list().some((one) => one.id === id)) asked.delete(id)
      throw error
    }
  }

  async function finish({ id }: { id: string }): Promise<Dataset> {
    const input = asked.get(id)
    if (!input) throw new AppError('not-found', 'This import is not running')
    try {
      const dataset = await importer.finish(id, (imported) => keepDataset(ports, newId, input, imported))
      announce({ event: 'datasets.changed' })
      announce({ event: 'audit.changed' })
      return dataset
    } finally {
      asked.delete(id)
    }
  }

  async function cancel({ id }: { id: string }): Promise<null> {
    asked.delete(id)
    await importer.cancel(id)
    return null
  }

  return { begin, chunk, finish, cancel, close: () => importer.close() }
}

/** Makes a finished import a dataset version, in one transaction with its audit entry and all that ends with it. */
function keepDataset(
  { db, clock, name: actor, datasetReplaced }: ImportPorts,
  newId: () => string,
  { name, source, replaces }: Begin,
  { table, rows, columns, rejected, rejectedCount, contentHash, schemaHash }: Imported,
): Dataset {
  const { dataset, tell } = db.together(() => {
    const id = replaces ?? newId()
    const version = nextVersion(db, id)
    const importedAt = clock.now()
    const file = { rows, columns, rejected, rejectedCount, contentHash, schemaHash }
    const made: Dataset = { id, name, version, source, importedAt, ...file }
    addDataset(db, made, table)
    const happening = { time: importedAt, actor, action: 'dataset-imported', object: id }
    const detail = { rows, contentHash, schemaHash }
    appendAudit(db, { ...happening, outcome: `version ${version}`, detail })
    return { dataset: made, tell: replaces === null ? null : datasetReplaced?.(id) }
  })
  tell?.()
  return dataset
}
