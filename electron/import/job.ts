import { AppError } from '#domain/errors.ts'
import type { FileKind, ImportEdits, Preview, ReadOptions } from '#domain/importing.ts'
import type { Staging } from './columns.ts'
import { createCsvReader } from './csv-reader.ts'
import { createDicomReader } from './dicom-reader.ts'
import type { Counts, Earlier, FilePart, Report } from './messages.ts'
import { createParquetReader } from './parquet-reader.ts'
import type { OpenReader, Reader } from './reader.ts'
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
  let reader: Reader | null = options.kind ? READERS[options.kind](options, staging) : null
  let head: { bytes: Uint8Array; file: FilePart | null }[] = []
  let headLength = 0
  let ended = false

  async function open(): Promise<Reader> {
    if (reader) return reader
    const kind = kindOf(Buffer.concat(head.map(({ bytes }) => bytes)))
    reader = READERS[kind](options, staging)
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
      const { columns, encoding, dialect, sheets, rejected, rejectedCount, readings = [] } = read.found()
      if (!columns)
        throw new AppError(read.counts().rejected > 0 ? 'file-no-rows' : 'file-empty', 'No table was found')
      const { columns: proposed, rows, identifiers } = columns.preview(edits)
      const file = { kind: read.kind, encoding, dialect, sheets: [...sheets], columns: proposed, identifiers }
      return {
        ...{ ...file, rows, rowCount: read.counts().rows, rejected: [...rejected], rejectedCount },
        ...(readings.length > 0
          ? { readings: readings.map(({ encoding: name, words }) => ({ encoding: name, words: [...words] })) }
          : {}),
      }
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

/** What kind of file begins with these bytes. Throws 'file-unreadable' for what is none of ours. */
function kindOf(bytes: Buffer): FileKind {
  const starts = (text: string, at = 0) => bytes.subarray(at, at + text.length).toString('latin1') === text
  if (starts('PAR1')) return 'parquet'
  if (starts('DICM', 128)) return 'dicom'
  if (starts('PK\u0003\u0004'))
    return /\[Content_Types\]\.xml|xl\/|_rels\/|docProps\//.test(bytes.toString('latin1')) ? 'xlsx' : 'dicom'
  if (starts('\u001f\u008b'))
    throw new AppError('file-unreadable', 'The file is compressed with gzip: unpack it first')
  if (starts('\u00d0\u00cf\u0011\u00e0'))
    throw new AppError('file-unreadable', 'An old Excel workbook (.xls): save it as .xlsx or CSV')
  if (/^\uFEFF?\s*(?:\{\s*"|\[\s*[[{])/.test(bytes.toString('utf8')))
    throw new AppError('file-unreadable', 'A JSON file: save the table as CSV')
  return 'csv'
}
