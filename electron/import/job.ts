import { hashOf } from '#domain/canonical.ts'
import type { ColumnValues } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import { createChunk, cutOf, stage, unstage } from './chunk.ts'
import { createCsv } from './csv.ts'
import { sniff, type Dialect } from './dialect.ts'
import { createDecoder } from './encoding.ts'
import { createLook } from './infer.ts'
import type { Counts, Report } from './messages.ts'
import { createProfile } from './profile.ts'
import { createRecords, type Records } from './records.ts'

/** Where a job puts rows aside, gets them again, and hands typed columns to. */
export interface Staging {
  stage(part: number, bytes: Uint8Array): void
  take(part: number): Promise<Uint8Array | null>
  write(chunk: number, first: number, columns: readonly ColumnValues[]): void
}

const HEAD_BYTES = 256 * 1024
const NAMED: ReadonlySet<string> = new Set()

/** Reads one file: first its rows are put aside and looked at, then, when types are known, typed and profiled. */
export function createJob(staging: Staging) {
  const decoder = createDecoder()
  let head: Uint8Array[] = []
  let reading: ReturnType<typeof openReading> | null = null

  async function take(bytes: Uint8Array, last: boolean) {
    if (reading) return reading.write(bytes)
    head.push(bytes)
    const soFar = head.reduce((sum, part) => sum + part.length, 0)
    if (soFar < HEAD_BYTES && !last) return
    const all = Buffer.concat(head)
    head = []
    if (all.every((byte) => byte <= 32)) throw new AppError('file-empty', 'The file is empty')
    reading = openReading(
      sniff(all.subarray(0, HEAD_BYTES), last),
      staging,
      () => decoder.encoding() === 'utf-8',
    )
    await reading.write(all)
  }
  return {
    /** Takes the next bytes of the file. Rejects with 'file-unreadable', 'file-empty' or 'too-large'. */
    async chunk(bytes: Uint8Array): Promise<Counts> {
      const text = decoder.write(bytes)
      if (text.includes(0)) throw new AppError('file-unreadable', 'The file is not text')
      await take(text, false)
      return reading?.counts() ?? { rows: 0, rejected: 0 }
    },
    /** Types everything. Rejects with 'file-empty' or 'file-no-rows'. */
    async finish(): Promise<Report> {
      await take(decoder.end(), true)
      if (!reading) throw new AppError('file-empty', 'The file is empty')
      return { ...(await reading.finish()), encoding: decoder.encoding() }
    },
  }
}

function openReading(dialect: Dialect, staging: Staging, isUtf8: () => boolean) {
  const records = createRecords(dialect, isUtf8, { columns: openColumns, row })
  let columns: ReturnType<typeof createColumns> | null = null
  function openColumns(names: readonly string[]) {
    columns = createColumns(names, dialect.delimiter !== ',', staging)
  }
  function row(cells: readonly string[]) {
    columns?.add(cells)
  }
  const csv = createCsv(dialect, records)
  return {
    counts: () => records.counts(),
    async write(bytes: Uint8Array) {
      await csv.write(bytes)
      records.check()
    },
    async finish(): Promise<Omit<Report, 'encoding'>> {
      await csv.end()
      records.check()
      if (!columns || records.counts().rows === 0)
        throw new AppError('file-no-rows', 'The file has a header and no rows')
      return { ...reportOf(records, dialect), ...(await columns.finish()) }
    },
  }
}

function reportOf(records: Records, dialect: Dialect) {
  const { rows, rejected: rejectedCount } = records.counts()
  return { rows, rejected: records.rejected(), rejectedCount, names: records.notes(), dialect }
}

/** Puts rows aside chunk by chunk, each in parts of some columns, and types them in the end. */
function createColumns(names: readonly string[], commas: boolean, staging: Staging) {
  const cut = cutOf(names.length)
  const parts = Math.ceil(names.length / cut.columns)
  const building = createChunk(names.length)
  const looks = names.map(() => createLook(NAMED, commas))
  let chunks = 0

  function put() {
    const columns = building.take()
    for (const [position, column] of columns.entries()) looks[position]?.look(column)
    for (let part = 0; part < parts; part += 1) {
      const some = columns.slice(part * cut.columns, (part + 1) * cut.columns)
      staging.stage(chunks * parts + part, stage(some))
    }
    chunks += 1
  }
  async function finish() {
    if (building.rows() > 0) put()
    const profiles = names.map((name, position) => {
      const look = looks[position]
      if (!look) throw new RangeError('Every column has its look')
      return createProfile(name, look.reading(), NAMED)
    })
    for (let number = 0; number < chunks * parts; number += 1) {
      const bytes = await staging.take(number)
      if (!bytes) throw new AppError('internal', `Part ${number} of an import is gone`)
      const first = (number % parts) * cut.columns
      const typed = unstage(bytes).flatMap((column, index) => profiles[first + index]?.type(column) ?? [])
      staging.write(Math.floor(number / parts), first, typed)
    }
    const done = profiles.map((profile) => profile.finish())
    const schema = done.map(({ column }) => ({ name: column.name, type: column.type }))
    const digest = hashOf(done.map((one, index) => ({ ...schema[index], digest: one.digest })))
    return { columns: done.map(({ column }) => column), schemaHash: hashOf(schema), digest }
  }
  return {
    add(cells: readonly string[]) {
      building.add(cells)
      if (building.isFull()) put()
    },
    finish,
  }
}
