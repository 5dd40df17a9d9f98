import type { RejectedRow } from '#domain/dataset.ts'
import type { Dialect, EncodingReading, FileKind, LeftOut, ReadOptions, Shape } from '#domain/importing.ts'
import type { createColumns, Staging } from './columns.ts'
import type { Counts, FilePart } from './messages.ts'
import type { NameNote } from './names.ts'

export type Columns = ReturnType<typeof createColumns>

/** Reads one kind of file into columns. */
export interface Reader {
  readonly kind: FileKind
  write(bytes: Uint8Array, file: FilePart | null): Promise<void>
  /** All bytes have come. */
  end(): Promise<void>
  /** Makes what it can of the bytes so far; false where this kind is read only as a whole. */
  peek(): Promise<boolean>
  counts(): Counts
  found(): Found
}

/** What a reader found of its file so far. */
export interface Found {
  /** Null while nothing is known of the columns. */
  readonly columns: Columns | null
  readonly encoding: string
  /** Ways to read its letters, where its bytes leave a doubt. */
  readonly readings?: readonly EncodingReading[]
  readonly dialect: Dialect | null
  readonly sheets: readonly string[]
  /** The sheet of a workbook that is read, 1 = first. */
  readonly sheet?: number
  readonly rejected: readonly RejectedRow[]
  readonly rejectedCount: number
  readonly notes: readonly NameNote[]
  /** Where the table was found, for files that do not say it themselves. */
  readonly shape?: Shape
}

/** Where a table was found, as the preview shows it. */
export function shapeOf(
  { header, headerRows, skip, below }: Pick<Dialect, 'header' | 'headerRows' | 'skip' | 'below'>,
  headerInDoubt: boolean,
  leftOut: readonly LeftOut[],
): Shape {
  return { header, headerRows, skip, below, headerInDoubt, leftOut: [...leftOut] }
}

/** `secret`: of this institution, for keyed names. */
export type OpenReader = (options: ReadOptions, staging: Staging, secret: Uint8Array) => Reader
