import type { Column, ColumnValues, RejectedRow } from '#domain/dataset.ts'
import type { ErrorCode } from '#domain/errors.ts'
import type { IdentifierReport } from '#domain/identifiers.ts'
import type { Dialect, FileKind, ImportEdits, Preview, ReadOptions } from '#domain/importing.ts'
import type { NarrowValues } from '#domain/narrow.ts'
import type { Profile } from '#domain/profile.ts'
import type { NameNote } from './names.ts'

/** What the reader found once it read a whole file. Everything but the rows themselves. */
export interface Report {
  readonly kind: FileKind
  readonly rows: number
  readonly columns: readonly Column[]
  readonly profile: Profile
  readonly identifiers: IdentifierReport
  /** The first 1,000 rows that were not taken. */
  readonly rejected: readonly RejectedRow[]
  readonly rejectedCount: number
  /** SHA-256 over names, types and all values. Not to be shown: a small table could be guessed from it. */
  readonly digest: string
  readonly schemaHash: string
  readonly encoding: string
  /** Null for files that are no text. */
  readonly dialect: Dialect | null
  /** Columns whose names were changed to be unique and visible. */
  readonly names: readonly NameNote[]
}

export interface Counts {
  readonly rows: number
  readonly rejected: number
}

/** A file of several that come one after the other, and whether these are its last bytes. */
export interface FilePart {
  readonly name: string
  readonly last: boolean
}

/** The version of a dataset to which rows are added. */
export interface Earlier {
  readonly columns: readonly Column[]
  readonly rows: number
}

/** The way to a process that reads one file. */
export interface Channel {
  send(message: object): void
  onMessage(listen: (message: unknown) => void): void
  /** Called once when the process is gone, whatever the reason. */
  onExit(listen: () => void): void
  kill(): void
}

/** What the importer asks of its reader. */
export type Request =
  | { readonly do: 'open'; readonly options: ReadOptions; readonly secret: Uint8Array }
  | { readonly do: 'chunk'; readonly bytes: Uint8Array; readonly file: FilePart | null }
  /** `whole`: all bytes have come. */
  | { readonly do: 'preview'; readonly edits: ImportEdits; readonly whole: boolean }
  | { readonly do: 'finish'; readonly edits: ImportEdits; readonly earlier: Earlier | null }
  | { readonly do: 'staged'; readonly part: number; readonly bytes: Uint8Array | null }
  | { readonly do: 'earlier'; readonly chunk: number; readonly columns: readonly ColumnValues[] | null }

/** What the reader says. */
export type Reply =
  | { readonly did: 'chunk'; readonly counts: Counts }
  | { readonly did: 'stage'; readonly part: number; readonly bytes: Uint8Array }
  /** A part is kept here instead of being put aside. */
  | { readonly did: 'keep'; readonly size: number }
  | { readonly did: 'want'; readonly part: number }
  | { readonly did: 'want-earlier'; readonly chunk: number }
  | {
      readonly did: 'write'
      readonly chunk: number
      readonly first: number
      readonly columns: readonly NarrowValues[]
    }
  | { readonly did: 'preview'; readonly preview: Preview }
  /** The preview cannot be made yet; the import goes on. */
  | { readonly did: 'no-preview'; readonly message: string }
  | { readonly did: 'finish'; readonly report: Report }
  | { readonly did: 'fail'; readonly code: ErrorCode; readonly message: string }
