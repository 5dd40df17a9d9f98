import { AppError } from '#domain/errors.ts'
import type { FileKind, ImportEdits, Preview, ReadOptions } from '#domain/importing.ts'
import type { Staging } from './columns.ts'
import { createCsvReader } from './csv-reader.ts'
import { createDicomReader } from './dicom-reader.ts'
import type { Counts, Earlier, FilePart, Report } from './messages.ts'
import { createParquetReader } from './parquet-reader.ts'
import type { Found, OpenReader, Reader } from './reader.ts'
import { kindOf } from './kind.ts'
import { createXlsxReader } from './xlsx-reader.ts'

/** So many bytes tell what kind of file it is. */
const BEGINNING = 4096
const READERS: Record<FileKind, OpenReader> = {
  csv: createCsvReader,
  xlsx: createXlsxReader,
  parquet: createParquetReader,
  dicom: createDicomReader,
}

/** Reads one file, or one folder of files: first its rows are put aside and looked at, then, when types are known, typed and profiled. */
export function createJob(
  staging: Staging,
  options: ReadOptions = {},
  secret: Uint8Array = new Uint8Array(32),
) {
  let reader: Reader | null = options.kind ? READERS[options.kind](options, staging, secret) : null
  let head: { bytes: Uint8Array; file: FilePart | null }[] = []
  let headLength = 0
  let ended = false

  async function open(): Promise<Reader> {
    if (reader) return reader
    const kind = kindOf(Buffer.concat(head.map(({ bytes }) => bytes)))
    reader = READERS[kind](options, staging, secret)
    const waiting = head
    head = []
    for (const { bytes, file } of waiting) await reader.write(bytes, file)
    return reader
  }
  async function end(): Promise<Reader> {
    const found = await open()
    if (!ended) await found.end()
    ended = true
    return found
  }
  return {
    /** Takes the next bytes of the file. Rejects with 'file-unreadable', 'file-empty' or 'too-large'. */
    async chunk(bytes: Uint8Array, file: FilePart | null = null): Promise<Counts> {
      if (reader) await reader.write(bytes, file)
      else {
        head.push({ bytes, file })
        headLength += bytes.length
        if (headLength >= BEGINNING || file?.last) await open()
      }
      return reader?.counts() ?? { rows: 0, rejected: 0 }
    },
    /** What would be made of the file; null where it is read only once it is `whole`. */
    async preview(edits: ImportEdits, whole: boolean): Promise<Preview | null> {
      const read = whole ? await end() : await open()
      if (!whole && !(await read.peek())) return null
      const { columns, rejected, rejectedCount, ...found } = read.found()
      if (!columns)
        throw new AppError(read.counts().rejected > 0 ? 'file-no-rows' : 'file-empty', 'No table was found')
      const { columns: proposed, rows, identifiers, repeats } = columns.preview(edits)
      const more = repeats ? { identifiers, repeats } : { identifiers }
      const file = { kind: read.kind, ...fileOf(found), columns: proposed, ...more }
      return { ...file, rows, rowCount: read.counts().rows, rejected: [...rejected], rejectedCount }
    },
    /** Types everything. Rejects with 'file-empty' or 'file-no-rows'. */
    async finish(edits: ImportEdits = [], earlier: Earlier | null = null): Promise<Report> {
      const read = await end()
      const { columns, encoding, dialect, rejected, rejectedCount, notes } = read.found()
      const { rows: fresh } = read.counts()
      if (!columns || fresh === 0) throw new AppError('file-no-rows', 'The file has no rows')
      const typed = await columns.finish(edits, secret, earlier)
      const file = { kind: read.kind, encoding, dialect, rejected, rejectedCount, names: notes }
      return { ...file, rows: fresh + (earlier?.rows ?? 0), ...typed }
    },
  }
}

/** What a preview says of the file itself. */
function fileOf({ encoding, dialect, sheets, sheet, readings = [], shape }: FileFound) {
  const ways = readings.map(({ encoding: name, words }) => ({ encoding: name, words: [...words] }))
  const more = {
    ...(sheet && { sheet }),
    ...(ways.length > 0 && { readings: ways }),
    ...(shape && { shape }),
  }
  return { encoding, dialect, sheets: [...sheets], ...more }
}

type FileFound = Pick<Found, 'encoding' | 'dialect' | 'sheets' | 'sheet' | 'readings' | 'shape'>
