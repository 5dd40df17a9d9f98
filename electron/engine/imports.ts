import { createHmac } from 'node:crypto'
import type { Input } from '#contract/calls.ts'
import type { ImportProgress } from '#contract/views.ts'
import type { Dataset } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import type { ImportEdits, Preview } from '#domain/importing.ts'
import { createImporter, type Grown, type Imported, type Progress } from '#import/importer.ts'
import { appendAudit } from '#store/audit.ts'
import { addDataset, getDataset, nextVersion, readTable } from '#store/datasets.ts'
import { createDrafts } from '#store/drafts.ts'
import { getReport, putProfile } from '#store/profiles.ts'
import { checkSpace } from '#store/space.ts'
import { hashReport, refuseOpenBlocks } from './identifiers-report.ts'
import type { Ports } from './ports.ts'

type Begin = Input<'imports.begin'>

export interface ImportPorts extends Pick<
  Ports,
  'db' | 'clock' | 'random' | 'announce' | 'name' | 'secret' | 'startReader'
> {
  /** Called in the transaction that gives a dataset its next version; what it returns, after it. */
  readonly datasetReplaced?: (dataset: string) => () => void
}

/** The version that grows, where the file's rows are added to it. */
function grownOf(db: ImportPorts['db'], { replaces, append = false }: Begin): Grown | null {
  const before = replaces === null ? null : getDataset(db, replaces)
  if (replaces !== null && !before) throw new AppError('not-found', 'No dataset of ours has this id')
  if (!append) return null
  if (!before) throw new AppError('bad-request', 'Rows are added to a dataset of ours')
  const { id, version, columns, rows } = before
  return { columns, rows, chunk: (number) => readTable(db, id, version).chunk(number) }
}

/** A table that grows keeps what was done about its identifiers, unless a person now says otherwise. */
function withEarlier(db: ImportPorts['db'], input: Begin | undefined, edits: ImportEdits): ImportEdits {
  const before = input?.append && input.replaces !== null ? getDataset(db, input.replaces) : null
  const report = before && getReport(db, before.id, before.version)?.report
  const known = new Set(edits.filter((one) => one.action !== undefined).map((one) => one.column))
  const earlier = (report?.findings ?? []).filter(
    ({ action, column }) => action !== null && !known.has(column),
  )
  const byColumn = new Map(edits.map((edit) => [edit.column, edit]))
  for (const { column, action } of earlier)
    if (action !== null) byColumn.set(column, { ...byColumn.get(column), column, action })
  return [...byColumn.values()]
}

/** Files on their way in, chunk by chunk. A dataset appears whole when an import is finished, or not at all. */
export function createImports(ports: ImportPorts) {
  const { db, random, announce, secret, clock, startReader } = ports
  const asked = new Map<string, Begin & { readonly since: number }>()
  const importer = createImporter({
    sink: createDrafts(db),
    hmac: (bytes) => createHmac('sha256', secret('contents')).update(bytes).digest('hex'),
    newId: () => idOf(random),
    pseudonymKey: () => secret('pseudonyms'),
    startReader,
  })

  function begin(input: Begin): ImportProgress {
    checkSpace(db.path, input.size)
    const grown = grownOf(db, input)
    const progress = importer.begin({ name: input.name, size: input.size, options: input.options, grown })
    asked.set(progress.id, { ...input, since: clock.ticks() })
    return tell(progress)
  }

  /** With the time that is left at the pace so far. */
  function tell(found: Progress): ImportProgress {
    const passed = clock.ticks() - (asked.get(found.id)?.since ?? 0)
    const left = found.done > 0 ? Math.round((passed * (found.size - found.done)) / found.done) : null
    const progress = { ...found, left }
    announce({ event: 'imports.changed', progress })
    return progress
  }

  /** What an importer refuses ends its import; then nothing more is known of it. */
  async function forgetEnded<T>(id: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } finally {
      if (!importer.list().some((one) => one.id === id)) asked.delete(id)
    }
  }

  type Chunk = Input<'imports.chunk'>
  const chunk = ({ id, bytes, file = null }: Chunk): Promise<ImportProgress> =>
    forgetEnded(id, async () => tell(await importer.chunk(id, bytes, file)))

  const preview = ({ id, edits = [] }: { id: string; edits?: ImportEdits }): Promise<Preview | null> =>
    forgetEnded(id, () => importer.preview(id, withEarlier(db, asked.get(id), edits)))

  async function finish({ id, edits: own = [], name }: Input<'imports.finish'>): Promise<Dataset> {
    const begun = asked.get(id)
    if (!begun) throw new AppError('not-found', 'This import is not running')
    const input = { ...begun, name: name ?? begun.name }
    return forgetEnded(id, async () => {
      const edits = withEarlier(db, input, own)
      const seen = importer.isWhole(id) ? await importer.preview(id, edits) : null
      // Refused before anything is typed, so that a person can say what is done and finish then.
      if (seen) refuseOpenBlocks(seen.identifiers)
      const keep = (imported: Imported) => keepDataset(ports, input, imported)
      const dataset = await importer.finish(id, keep, edits)
      announce({ event: 'datasets.changed' })
      announce({ event: 'audit.changed' })
      return dataset
    })
  }

  async function cancel({ id }: { id: string }): Promise<null> {
    asked.delete(id)
    await importer.cancel(id)
    return null
  }

  return { begin, chunk, preview, finish, cancel, close: () => importer.close() }
}

function idOf(random: ImportPorts['random']): string {
  return Buffer.from(random(10)).toString('hex')
}

/** What of a typed table is kept. */
type Kept = Pick<
  Imported,
  | 'table'
  | 'rows'
  | 'columns'
  | 'rejected'
  | 'rejectedCount'
  | 'contentHash'
  | 'schemaHash'
  | 'profile'
  | 'identifiers'
>

/** Makes a finished import a dataset version, in one transaction with its audit entry and all that ends with it. */
export function keepDataset(
  { db, clock, random, name: actor, datasetReplaced, secret }: ImportPorts,
  { name, source, replaces }: Pick<Begin, 'name' | 'source' | 'replaces'>,
  { table, rows, columns, rejected, rejectedCount, contentHash, schemaHash, profile, identifiers }: Kept,
): Dataset {
  const { dataset, tell } = db.together(() => {
    const id = replaces ?? idOf(random)
    const version = nextVersion(db, id)
    const importedAt = clock.now()
    const file = { rows, columns, rejected, rejectedCount, contentHash, schemaHash }
    const made: Dataset = { id, name, version, source, importedAt, ...file }
    addDataset(db, made, table)
    const reportHash = hashReport(identifiers, secret('identifiers'))
    putProfile(db, id, version, { profile, report: identifiers, hash: reportHash })
    const happening = { time: importedAt, actor, action: 'dataset-imported', object: id }
    const detail = { rows, contentHash, schemaHash, identifiers: reportHash }
    appendAudit(db, { ...happening, outcome: `version ${version}`, detail })
    return { dataset: made, tell: replaces === null ? null : datasetReplaced?.(id) }
  })
  tell?.()
  return dataset
}
