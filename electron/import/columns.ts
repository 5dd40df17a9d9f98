import type { ColumnValues } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import type { IdentifierReport } from '#domain/identifiers.ts'
import type { Dialect, ImportEdits, PreviewColumn, Repeats } from '#domain/importing.ts'
import type { NarrowValues } from '#domain/narrow.ts'
import type { Suspicion } from '#domain/profile.ts'
import { type Cells, textAt } from './cells.ts'
import { createChunk, cutOf, stage } from './chunk.ts'
import { createIdentifierLook } from './identifiers.ts'
import { createLook } from './infer.ts'
import { countOwn, type Lexicon, type WordColumn } from './lexicon.ts'
import type { Earlier, Report } from './messages.ts'
import type { NameNote } from './names.ts'
import { grownEdits, identifiersOf, previewOf, propose, withFlags, type Looks } from './proposals.ts'
import { createRepeats } from './repeats.ts'
import { typeTable } from './typing.ts'
import { isMissing } from './words.ts'

/** Where a job puts rows aside, gets them again, and hands typed columns to. */
export interface Staging {
  stage(part: number, bytes: Uint8Array): void
  take(part: number): Promise<Uint8Array | null>
  write(chunk: number, first: number, columns: readonly NarrowValues[]): void
  /** The cells of chunk n of the version that grows, all columns; null behind its last. */
  earlier(chunk: number): Promise<readonly ColumnValues[] | null>
}

/** What is known of a file when its columns are. */
export interface ColumnsPlan {
  readonly names: readonly string[]
  readonly notes: () => readonly NameNote[]
  readonly wish: Pick<Dialect, 'decimal' | 'thousands' | 'dateOrder'>
  readonly delimiter: string
  /** What the kind of file says of its columns, by name, beyond headers and cells. */
  readonly known?: ReadonlyMap<string, KnownColumn>
}

/** A column of which the kind of file says what it is. */
export interface KnownColumn {
  readonly unit: string | null
  /** It holds numbers by definition: a cell that is none is unreadable, and does not make words of the others. */
  readonly isNumber: boolean
  /** Its cells are keyed names already. */
  readonly isKeyed: boolean
  readonly remarks: readonly Suspicion[]
}

export type TypedTable = Pick<Report, 'columns' | 'profile' | 'identifiers' | 'schemaHash' | 'digest'>

const NONE: ReadonlySet<string> = new Set()
const FIRST_ROWS = 50
const PREVIEW_CELLS = 20_000
const MAX_SHOWN = 100

/** Puts rows aside chunk by chunk, each in parts of some columns, and types them in the end. */
export function createColumns(plan: ColumnsPlan, staging: Staging) {
  const { names } = plan
  const cut = cutOf(names.length)
  const building = createChunk(names.length)
  const seen = createTableLook(plan, building.lexicons)
  const { looks } = seen
  const shown = createFirstRows(names.length)
  const parts = Math.ceil(names.length / cut.columns)
  let [chunks, rows] = [0, 0]

  function put() {
    const columns = building.take()
    seen.take(columns)
    for (let part = 0; part < parts; part += 1) {
      const some = columns.slice(part * cut.columns, (part + 1) * cut.columns)
      staging.stage(chunks * parts + part, stage(some))
    }
    chunks += 1
  }
  /** All rows so far are put aside and looked at. */
  function settle() {
    if (building.rows() > 0) put()
    seen.settle()
  }
  const size = () => ({ rows, columns: names.length })
  function preview(edits: ImportEdits): {
    columns: PreviewColumn[]
    rows: string[][]
    identifiers: IdentifierReport
    repeats: Repeats | null
  } {
    settle()
    const proposals = propose(plan, looks, edits)
    const identifiers = identifiersOf(proposals, size())
    return {
      columns: previewOf(proposals, plan.notes()),
      rows: shown.rows,
      identifiers,
      repeats: seen.repeats(identifiers.findings),
    }
  }
  async function finish(edits: ImportEdits, secret: Uint8Array, grown: Earlier | null): Promise<TypedTable> {
    settle()
    const proposals = propose(plan, looks, grown ? grownEdits(names, grown, edits) : edits)
    const earlier = grown ? new Set(grown.columns.map(({ name }) => name)) : null
    const kept = withFlags(proposals, earlier).filter(({ action }) => action !== 'drop')
    if (kept.length === 0) throw new AppError('file-no-rows', 'No column is left')
    const identifiers = identifiersOf(proposals, size())
    const aside = { chunks, parts, columnsOfPart: cut.columns, lexicons: building.lexicons }
    return typeTable({ names, kept, identifiers, secret, grown, aside }, staging)
  }
  return {
    add(cells: Cells) {
      building.add(cells)
      rows += 1
      shown.add(cells)
      if (building.isFull()) put()
    },
    preview,
    finish,
  }
}

/** Looks at what comes in, column by column and across rows. */
function createTableLook(plan: ColumnsPlan, lexicons: readonly Lexicon[]) {
  const { names } = plan
  const looks = names.map((name) => ({
    values: createLook(plan.wish, name),
    who: createIdentifierLook(name),
  }))
  const repeats = createRepeats(names)

  /** Words that chunks share are looked at up to here. */
  function settle() {
    for (const [position, lexicon] of lexicons.entries()) lookAtShared(looks[position], lexicon)
  }
  return {
    looks,
    take(columns: readonly WordColumn[]) {
      for (const [position, column] of columns.entries()) lookAtOwn(looks[position], column)
      if (repeats.isNew()) {
        settle()
        const size = { rows: 0, columns: names.length }
        repeats.follow(identifiersOf(propose(plan, looks, []), size).findings)
      }
      repeats.take(columns, lexicons)
    },
    settle,
    repeats: repeats.result,
  }
}

function lookAtOwn(looks: Looks | undefined, column: WordColumn) {
  if (column.words.length === 0) return
  const counts = countOwn(column)
  for (const [index, word] of column.words.entries()) {
    const count = counts[index] ?? 0
    looks?.values.look(word, count)
    if (!isMissing(word, NONE)) looks?.who.takeSome(word, count)
  }
}

function lookAtShared(looks: Looks | undefined, lexicon: Lexicon) {
  lexicon.news((word, count) => {
    looks?.values.look(word, count)
    if (!isMissing(word, NONE)) looks?.who.take(word, count)
  })
}

/** The first rows as they are written, for a person to look at. */
function createFirstRows(columns: number) {
  const most = Math.max(5, Math.min(FIRST_ROWS, Math.floor(PREVIEW_CELLS / columns)))
  const rows: string[][] = []
  return {
    rows,
    add(cells: Cells) {
      if (rows.length >= most) return
      rows.push(Array.from({ length: columns }, (_, index) => shortened(textAt(cells, index))))
    },
  }
}

function shortened(cell: string): string {
  const text = cell.trim()
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}
