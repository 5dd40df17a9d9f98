import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import {
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  type SchemaElement,
  type SchemaTree,
} from 'hyparquet'
import { AppError } from '#domain/errors.ts'
import type { ReadOptions } from '#domain/importing.ts'
import type { Staging } from './columns.ts'
import type { Reader } from './reader.ts'
import { createTextRows, numberText } from './text-rows.ts'
import { dateText } from './workbook-times.ts'

const PIECE = 1024 * 1024
/** Pieces of the file itself lie beyond those of its rows. */
const FIRST_PIECE = 2 ** 40
/** Cells that are read at once: what they take up as values of the language is bounded by it. */
const SLICE_CELLS = 500_000
const MAX_UNPACKED = 64 * 1024 * 1024
/** Columns, nested ones with all their leaves: each costs a little for every row group. */
const MAX_COLUMNS = 20_000
const MAX_DEPTH = 12

const limit = { maxOutputLength: MAX_UNPACKED }
const COMPRESSORS: Compressors = {
  GZIP: (input) => gunzipSync(input, limit),
  BROTLI: (input) => brotliDecompressSync(input, limit),
  ZSTD: (input) => zstdDecompressSync(input, limit),
}

/** Reads a Parquet file: its bytes are put aside, encrypted, and read again row group by row group. */
export function createParquetReader({ dialect }: ReadOptions, staging: Staging): Reader {
  const file = createStagedFile(staging)
  const { decimal = null, thousands = null, dateOrder = null } = dialect ?? {}
  const rows = createTextRows(staging, true, { wish: { decimal, thousands, dateOrder } })

  async function end() {
    file.close()
    try {
      await readGroups()
    } catch (cause) {
      if (cause instanceof AppError) throw cause
      throw new AppError('file-unreadable', 'The Parquet file cannot be read', { cause })
    }
  }
  async function readGroups() {
    const metadata = await parquetMetadataAsync(file.buffer)
    refuseCodecs(metadata)
    const { names, textsOf } = checkedColumns(metadata)
    rows.record(names, 1)
    const slice = Math.max(1, Math.floor(SLICE_CELLS / names.length))
    let start = 0
    for (const group of metadata.row_groups) {
      const end = start + Number(group.num_rows)
      for (; start < end; start = Math.min(end, start + slice))
        await readRows(metadata, textsOf, start, Math.min(end, start + slice))
    }
  }
  async function readRows(
    metadata: FileMetaData,
    texts: readonly TextOf[],
    rowStart: number,
    rowEnd: number,
  ) {
    await parquetRead({
      ...{ file: file.buffer, metadata, compressors: COMPRESSORS, rowStart, rowEnd },
      onComplete(read) {
        // An empty row of one column is a missing value here, not a blank line.
        for (const [index, row] of read.entries())
          rows.record([...texts.map((textOf, at) => textOf(row[at])), ''], rowStart + index + 1)
      },
    })
  }
  return {
    kind: 'parquet',
    write: async (bytes) => file.add(bytes),
    end,
    peek: async () => false,
    counts: () => rows.records.counts(),
    found: () => rows.found(),
  }
}

type TextOf = (value: unknown) => string

/** The names of the columns and how their values are written, of a schema that is neither too wide nor too deep. */
function checkedColumns(metadata: FileMetaData): { names: string[]; textsOf: TextOf[] } {
  if (metadata.schema.length > MAX_COLUMNS)
    throw new AppError('too-large', `The file has too many columns; at most ${MAX_COLUMNS} can be imported`)
  const { children } = parquetSchema(metadata)
  if (children.length === 0) throw new AppError('file-empty', 'The file has no columns')
  if (depthOf(children) > MAX_DEPTH)
    throw new AppError('too-large', 'The columns of the file are nested too deeply')
  const names = children.map(({ element }) => element.name)
  return { names, textsOf: children.map(({ element }) => textsIn(element)) }
}

const PER_SECOND = { MILLIS: 1e3, MICROS: 1e6, NANOS: 1e9 } as const

/** Times of day are counted in parts of a second from midnight, and a moment may be one of UTC: only the schema says so. */
function textsIn({ logical_type: logical, converted_type: converted }: SchemaElement): TextOf {
  if (logical?.type === 'TIME') return timeText(PER_SECOND[logical.unit])
  if (converted === 'TIME_MILLIS' || converted === 'TIME_MICROS')
    return timeText(converted === 'TIME_MILLIS' ? 1e3 : 1e6)
  if (logical?.type !== 'TIMESTAMP' || !logical.isAdjustedToUTC) return textOf
  return (value) => {
    const text = textOf(value)
    return text.length > 10 ? `${text}Z` : text === '' ? '' : `${text}T00:00:00Z`
  }
}

function timeText(each: number): TextOf {
  return (value) => {
    if (typeof value !== 'number' && typeof value !== 'bigint') return textOf(value)
    const seconds = Number(value) / each
    const two = (part: number) => String(Math.floor(part)).padStart(2, '0')
    const fine = (seconds % 60).toFixed(6).replace(/\.?0+$/, '')
    return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${/^\d(?:\.|$)/.test(fine) ? '0' : ''}${fine}`
  }
}

function depthOf(children: readonly SchemaTree[]): number {
  return children.reduce((most, one) => Math.max(most, 1 + depthOf(one.children)), 0)
}

const READ = new Set<string>(['UNCOMPRESSED', 'SNAPPY', ...Object.keys(COMPRESSORS)])

/** Names the compression that nothing here unpacks. */
function refuseCodecs({ row_groups: groups }: FileMetaData): void {
  const codecs = groups.flatMap((group) => group.columns.map((one) => one.meta_data?.codec ?? 'UNCOMPRESSED'))
  const unknown = codecs.find((one) => !READ.has(one))
  if (unknown === undefined) return
  const detail = `The Parquet file is compressed with ${unknown}: write it with Snappy, GZIP, Zstandard or without compression`
  throw new AppError('file-unreadable', detail)
}

/** A file in pieces of one MiB that lie in the encrypted staging. */
function createStagedFile(staging: Staging) {
  let rest: Buffer = Buffer.alloc(0)
  let pieces = 0
  let size = 0

  function put(bytes: Uint8Array) {
    staging.stage(FIRST_PIECE + pieces, bytes)
    pieces += 1
  }
  async function slice(start: number, end = size): Promise<ArrayBuffer> {
    const from = start < 0 ? Math.max(0, size + start) : start
    const all: Uint8Array[] = []
    for (let piece = Math.floor(from / PIECE); piece * PIECE < end; piece += 1) {
      const bytes = await staging.take(FIRST_PIECE + piece)
      if (!bytes) throw new AppError('internal', 'A piece of an import is gone')
      all.push(bytes.subarray(Math.max(0, from - piece * PIECE), Math.min(PIECE, end - piece * PIECE)))
    }
    return new Uint8Array(Buffer.concat(all)).buffer
  }
  const buffer: AsyncBuffer = {
    get byteLength() {
      return size
    },
    slice,
  }
  return {
    buffer,
    add(bytes: Uint8Array) {
      size += bytes.length
      rest = Buffer.concat([rest, bytes])
      for (; rest.length >= PIECE; rest = rest.subarray(PIECE)) put(rest.slice(0, PIECE))
    },
    close: () => rest.length > 0 && put(rest),
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return dateText(value)
  if (typeof value === 'number' || typeof value === 'bigint') return numberText(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (typeof value === 'object')
    return JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one))
  // What is left is a number, a text or a truth.
  // oxlint-disable-next-line typescript/no-base-to-string -- objects are gone, see above
  return String(value)
}
