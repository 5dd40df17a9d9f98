import { createHmac, randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import type { Cell, ColumnValues, Dataset } from '#domain/dataset.ts'
import type { ImportEdits, ReadOptions } from '#domain/importing.ts'
import { widen } from '#domain/narrow.ts'
import { forkReader } from '#engine/fork-reader.ts'
import { createImporter, type Imported, type Sink } from '#import/importer.ts'
import { createJob } from '#import/job.ts'
import type { Options } from '#store/database.ts'
import { addDataset, readTable } from '#store/datasets.ts'
import { createDrafts } from '#store/drafts.ts'
import { makeHome } from '../store/home.ts'

/** A dataset version made of what the importer found, as the engine makes it. */
export function datasetOf(id: string, version: number, imported: Imported): Dataset {
  const { rows, columns, rejected, rejectedCount, contentHash, schemaHash } = imported
  const file = { rows, columns, rejected, rejectedCount, contentHash, schemaHash }
  return { id, version, name: id, source: `${id}.csv`, importedAt: version, ...file }
}

/** A home with a database and an importer over it, used as the engine uses them. */
export function openDesk(options: Options = {}, secret = 'secret') {
  const home = makeHome()
  const db = home.open(options)
  const sink: Sink = createDrafts(db)
  const hmac = (bytes: Uint8Array) => createHmac('sha256', secret).update(bytes).digest('hex')
  const importer = createImporter({ sink, hmac, newId: randomUUID, startReader: forkReader })
  let number = 0

  async function send(bytes: Uint8Array, step: number, size = bytes.length) {
    const { id } = importer.begin({ name: 'table', size })
    for (let start = 0; start < bytes.length; start += step) {
      // A copy of its own, as it comes out of a message.
      await importer.chunk(id, bytes.slice(start, start + step))
    }
    return id
  }
  /** Imports a whole file, and gives back what was found with all rows. */
  async function take(file: string | Uint8Array, step = 1 << 20) {
    const bytes = typeof file === 'string' ? Buffer.from(file) : file
    const id = await send(bytes, step)
    number += 1
    const dataset = `table${String(number).padStart(3, '0')}`
    const imported = await importer.finish(id, (found) => {
      addDataset(db, datasetOf(dataset, 1, found), found.table)
      return found
    })
    const table = readTable(db, dataset)
    const cells = imported.columns.map(({ name }) => table.cells(name))
    const rows = Array.from({ length: imported.rows }, (_, row) =>
      cells.map((column): Cell => column[row] ?? null),
    )
    return {
      ...imported,
      dataset,
      rows,
      names: imported.columns.map((column) => column.name),
      notes: imported.names,
    }
  }
  return {
    home,
    db,
    importer,
    send,
    take,
    /** Everything that an import could leave behind. */
    residue: () => ({
      tables: db.all(`SELECT id FROM tables WHERE state <> 'kept'`),
      orphans: db.all(`SELECT 1 FROM chunks WHERE table_id NOT IN (SELECT table_id FROM datasets) LIMIT 1`),
      files: readdirSync(home.folder).filter((name) => !/^murmuration\.db(-wal|-shm)?$/.test(name)),
      running: importer.list(),
    }),
    async close() {
      await importer.close()
      home.remove()
    },
  }
}

/** What `residue` says when there is none. */
export const NOTHING_LEFT = { tables: [], orphans: [], files: [], running: [] }

/** Reads a file in this thread, without a store: what the import thread does, with all rows. */
export async function readDirectly(
  file: string | Uint8Array,
  step = 1 << 20,
  options: ReadOptions = {},
  edits: ImportEdits = [],
) {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file
  return readParts(
    async (job) => {
      for (let start = 0; start < bytes.length; start += step)
        await job.chunk(bytes.slice(start, start + step))
    },
    options,
    edits,
  )
}

/** Reads several files into one table, as they come out of a folder; `named` false gives one file without its name. */
export function readFiles(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  options: ReadOptions = {},
  named = true,
) {
  const kind = { kind: 'dicom', ...options } as const
  return readParts(async (job) => {
    for (const { name, bytes } of files) await job.chunk(bytes, named ? { name, last: true } : null)
  }, kind)
}

async function readParts(
  send: (job: ReturnType<typeof createJob>) => Promise<void>,
  options: ReadOptions,
  edits: ImportEdits = [],
) {
  const parts = new Map<number, Uint8Array>()
  const cells: Cell[][] = []
  const job = createJob(
    {
      stage: (part, staged) => void parts.set(part, staged),
      take: (part) => Promise.resolve(parts.get(part) ?? null),
      earlier: () => Promise.resolve(null),
      write(_, first, columns) {
        for (const [index, column] of columns.entries())
          (cells[first + index] ??= []).push(...cellsOf(widen(column)))
      },
    },
    options,
    new Uint8Array(32).fill(3),
  )
  await send(job)
  const preview = await job.preview(edits, true)
  const report = await job.finish(edits)
  const rows = Array.from({ length: report.rows }, (_, row) =>
    cells.map((column): Cell => column[row] ?? null),
  )
  const names = report.columns.map((column) => column.name)
  const repeats = preview?.repeats ? [{ repeats: preview.repeats }] : []
  const notes = [...report.names, ...(preview?.shape?.leftOut ?? []), ...repeats]
  return { ...report, rows, names, notes, preview }
}

function cellsOf(column: ColumnValues): Cell[] {
  if (column.kind === 'texts') return Array.from(column.codes, (code) => column.words[code - 1] ?? null)
  return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value))
}
