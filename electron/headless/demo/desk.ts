import { createHash, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import path from 'node:path'
import type { MappingFinding, UnnamedValues } from '#contract/mapping.ts'
import { hashOf } from '#domain/canonical.ts'
import { AppError } from '#domain/errors.ts'
import { openBlocks } from '#domain/identifiers.ts'
import type { Preview } from '#domain/importing.ts'
import type { Study } from '#domain/study.ts'
import { createData } from '#engine/data.ts'
import { createImports, type ImportPorts } from '#engine/imports.ts'
import { openDatabase } from '#store/database.ts'
import { createLibrary } from '#store/library.ts'
import type { Table } from '#trainer/jobs.ts'
import { systemClock } from '../clock.ts'
import { sendFile } from '../commands/import-files.ts'
import { doubtsIn } from '../commands/import-preview.ts'
import { mappingOf, type StudyFile } from '../study-file.ts'

/** What the import made of a table, and what a person should know about how it was read. */
export interface Taken {
  readonly rows: number
  readonly remarks: readonly string[]
}

export interface Checked {
  readonly findings: readonly MappingFinding[]
  readonly unnamed: readonly UnnamedValues[]
}

/**
 * All tables of a rehearsal on one desk: read, mapped and checked by the same code as at a hospital, before any hospital is
 * started, and to train once on all rows. Only a rehearsal can do this, as nobody may have all rows in earnest.
 */
export function createDesk(folder: string, startReader: ImportPorts['startReader']) {
  const file = path.join(folder, 'pooled.db')
  // Nobody has the key of one that stands there already.
  const clear = () => {
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
  }
  clear()
  const db = openDatabase(file, randomBytes(32))
  const secret = (purpose: string) => new Uint8Array(createHash('sha256').update(purpose).digest())
  const random = (bytes: number) => new Uint8Array(randomBytes(bytes))
  const ports = { db, clock: systemClock, random, announce: () => undefined, name: 'pooled' }
  const imports = createImports({ ...ports, secret, startReader })
  const data = createData({ db, library: createLibrary(db), secret, signer: { id: 'pooled' } })
  const datasets = new Map<string, string>()

  /** Reads a file in as `import --yes` does. Rejects as `import` does. */
  async function take(name: string, source: string, size: number): Promise<Taken> {
    const { id } = imports.begin({ name, source: path.basename(source), size, replaces: null })
    try {
      await sendFile(source, async (bytes) => void (await imports.chunk({ id, bytes })))
      const seen = await imports.preview({ id })
      const open = seen ? openBlocks(seen.identifiers) : []
      const edits = open.map(({ column, proposed }) => ({ column, action: proposed }))
      const { id: dataset, rows } = await imports.finish({ id, edits })
      datasets.set(name, dataset)
      return { rows, remarks: seen ? remarksOn(seen) : [] }
    } catch (error) {
      await imports.cancel({ id }).catch(() => null)
      throw error
    }
  }

  function choiceOf(study: Study, file: StudyFile, name: string) {
    const dataset = datasets.get(name)
    if (dataset === undefined) throw new AppError('not-found', `${name} has no table`)
    return data.choose(hashOf(study), study, dataset, mappingOf(file, name))
  }

  /** What `map` finds about a hospital's table. */
  const check = (study: Study, file: StudyFile, name: string): Promise<Checked> =>
    data.report(choiceOf(study, file, name))

  const table = (study: Study, file: StudyFile, name: string): Promise<Table> =>
    data.table(choiceOf(study, file, name))

  async function close(): Promise<void> {
    await imports.close()
    db.close()
    clear()
  }

  return { take, check, table, close }
}
export type Desk = ReturnType<typeof createDesk>

/** How a table was read where that was not plain. */
function remarksOn(preview: Preview): string[] {
  const { encoding, identifiers } = preview
  const done = openBlocks(identifiers).map(
    ({ column, class: one, proposed }) =>
      `The column "${column}" tells who a patient is (${one}): ${proposed}, as import proposes.`,
  )
  const read = /^(utf-?8|ascii|)$/i.test(encoding) ? [] : [`Its letters are read as ${encoding}.`]
  return [...read, ...doubtsIn(preview), ...new Set(done)]
}
