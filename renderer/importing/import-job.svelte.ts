import type { ErrorCode } from '#domain/errors.ts'
import { openBlocks } from '#domain/identifiers.ts'
import type { Preview } from '#domain/importing.ts'
import { subjectOf, type Choices } from './choices.ts'
import { tableName, type ImportSource } from './sources.ts'

/** Where a file is: `looking` once it has come whole and a person may correct what is proposed. */
export type Stage = 'waiting' | 'sending' | 'looking' | 'finishing' | 'done' | 'failed' | 'cancelled'

/** A file on its way into the database, and what a person says of it. */
export class ImportJob {
  readonly key: number
  readonly source: ImportSource
  readonly subject: string
  readonly first: Choices
  stage = $state<Stage>('waiting')
  choices: Choices = $state.raw({ name: '', replaces: null, append: false, options: {}, edits: [] })
  /** What would be made of the file so far; null before there is anything to see. */
  preview = $state.raw<Preview | null>(null)
  canUndo = $state(false)
  canRedo = $state(false)
  /** The choices of an earlier time were taken up. */
  isTakenUp = $state(false)
  /** Bytes that the engine has, the rows in them, and milliseconds until the rest has come. */
  done = $state(0)
  rows = $state(0)
  left = $state<number | null>(null)
  error = $state<ErrorCode | null>(null)
  dataset = $state<string | null>(null)
  /** The import at the engine. */
  id: string | null = null
  /** Grows when the file is to be read anew: who sends it for an earlier reading stops. */
  reading = 0

  constructor(key: number, source: ImportSource, replaces: string | null, name: string | null) {
    this.key = key
    this.source = source
    this.subject = subjectOf(source)
    const table = name ?? tableName(source.name)
    // A file of a folder may lack the header that tells what it is.
    const options = source.isFolder ? ({ kind: 'dicom' } as const) : {}
    this.first = { name: table, replaces, append: false, options, edits: [] }
    this.choices = this.first
  }

  /** Whether it still may change or end. */
  get isOpen(): boolean {
    return this.stage === 'sending' || this.stage === 'looking' || this.stage === 'finishing'
  }

  /** Columns that tell who a patient is and about which nobody has decided. */
  get undecided(): readonly string[] {
    return this.preview ? [...new Set(openBlocks(this.preview.identifiers).map((one) => one.column))] : []
  }
}
