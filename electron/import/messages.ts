import type { Column, ColumnValues, RejectedRow } from '#domain/dataset.ts'
import type { ErrorCode } from '#domain/errors.ts'
import type { Dialect } from './dialect.ts'
import type { NameNote } from './names.ts'

/** What the worker found once it read a whole file. Everything but the rows themselves. */
export interface Report {
  readonly rows: number
  readonly columns: readonly Column[]
  /** The first 1,000 rows that were not taken. */
  readonly rejected: readonly RejectedRow[]
  readonly rejectedCount: number
  /** SHA-256 over names, types and all values. Not to be shown: a small table could be guessed from it. */
  readonly digest: string
  readonly schemaHash: string
  readonly encoding: string
  readonly dialect: Dialect
  /** Columns whose names were changed to be unique and visible. */
  readonly names: readonly NameNote[]
}

export interface Counts {
  readonly rows: number
  readonly rejected: number
}

/** What the importer asks of its worker. */
export type Request =
  | { readonly do: 'chunk'; readonly bytes: Uint8Array }
  | { readonly do: 'finish' }
  | { readonly do: 'staged'; readonly part: number; readonly bytes: Uint8Array | null }

/** What the worker says. */
export type Reply =
  | { readonly did: 'chunk'; readonly counts: Counts }
  | { readonly did: 'stage'; readonly part: number; readonly bytes: Uint8Array }
  | { readonly did: 'want'; readonly part: number }
  | {
      readonly did: 'write'
      readonly chunk: number
      readonly first: number
      readonly columns: readonly ColumnValues[]
    }
  | { readonly did: 'finish'; readonly report: Report }
  | { readonly did: 'fail'; readonly code: ErrorCode; readonly message: string }
