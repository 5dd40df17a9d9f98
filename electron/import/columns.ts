import { createHmac } from 'node:crypto'
import { hashOf } from '#domain/canonical.ts'
import type { ColumnType, ColumnValues } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import type { IdentifierAction, IdentifierReport } from '#domain/identifiers.ts'
import type { ColumnEdit, Dialect, ImportEdits, PreviewColumn } from '#domain/importing.ts'
import { cellReader } from './cell-readers.ts'
import { createChunk, cutOf, stage, unstage } from './chunk.ts'
import { createEquivalence } from './equivalence.ts'
import { unitIn } from './header-units.ts'
import { createIdentifierLook } from './identifiers.ts'
import { createLook, type FileHabits, type Reading } from './infer.ts'
import type { Earlier, Report } from './messages.ts'
import type { NameNote } from './names.ts'
import { formatOf } from './numbers.ts'
import { createTyping } from './profile.ts'
import { isMissing } from './words.ts'

/** Where a job puts rows aside, gets them again, and hands typed columns to. */
export interface Staging {
  stage(part: number, bytes: Uint8Array): void
  take(part: number): Promise<Uint8Array | null>
  write(chunk: number, first: number, columns: readonly ColumnValues[]): void
  /** The cells of chunk n of the version that grows, all columns; null behind its last. */
  earlier(chunk: number): Promise<readonly ColumnValues[] | null>
}

/** What is known of a file when its columns are. */
export interface ColumnsPlan {
  readonly names: readonly string[]
  readonly notes: () => readonly NameNote[]
  readonly wish: Pick<Dialect, 'decimal' | 'thousands' | 'dateOrder'>
  readonly delimiter: string
  /** Units that the file itself names, beyond its headers. */
  readonly units?: ReadonlyMap<string, string>
}

export type TypedTable = Pick<Report, 'columns' | 'profile' | 'identifiers' | 'schemaHash' | 'digest'>

const NONE: ReadonlySet<string> = new Set()
const MAX_QUASI = 12
const FIRST_ROWS = 50
const PREVIEW_CELLS = 20_000
const MAX_SHOWN = 100

/** Puts rows aside chunk by chunk, each in parts of some columns, and types them in the end. */
export function createColumns(plan: ColumnsPlan, staging: Staging) {
  const { names } = plan
  const cut = cutOf(names.length)
  const parts = Math.ceil(names.length / cut.columns)
  const building = createChunk(names.length)
  const looks = names.map((name) => ({ values: createLook(plan.wish), who: createIdentifierLook(name) }))
  const firstRows: string[][] = []
  const shownRows = Math.max(5, Math.min(FIRST_ROWS, Math.floor(PREVIEW_CELLS / names.length)))
  let chunks = 0
  let rows = 0

  function put() {
    const columns = building.take()
    for (const [position, column] of columns.entries()) {
      looks[position]?.values.look(column)
      const counts = new Uint32Array(column.words.length)
      for (const code of column.codes) counts[code] = (counts[code] ?? 0) + 1
      for (const [index, word] of column.words.entries())
        if (!isMissing(word, NONE)) looks[position]?.who.take(word, counts[index] ?? 0)
    }
    for (let part = 0; part < parts; part += 1) {
      const some = columns.slice(part * cut.columns, (part + 1) * cut.columns)
      staging.stage(chunks * parts + part, stage(some))
    }
    chunks += 1
  }
  function habits(): FileHabits {
    const votes = looks.map(({ values }) => values.votes())
    return {
      decimal: majority(votes.map(({ decimal }) => decimal)),
      order: majority(votes.map(({ order }) => order)),
      delimiter: plan.delimiter,
    }
  }
  function propose(edits: ImportEdits) {
    const file = habits()
    const byName = new Map(edits.map((edit) => [edit.column, edit]))
    return names.map((name, position) => {
      const look = looks[position]
      if (!look) throw new RangeError('Every column has its look')
      const edit = byName.get(name)
      const reading = edited(look.values.reading(file), file, edit)
      const unit = edit?.unit === undefined ? (plan.units?.get(name) ?? unitIn(name)) : edit.unit
      return { name, look, reading, unit, action: edit?.action ?? null, edit }
    })
  }
  type Proposal = ReturnType<typeof propose>[number]

  function identifiersOf(proposals: readonly Proposal[]): IdentifierReport {
    const findings = proposals.flatMap(({ name, look, reading, action }) =>
      look.who.findings(name, reading.type).map((one) => ({ ...one, action })),
    )
    const quasi = proposals.filter((one) => isQuasi(one)).slice(0, MAX_QUASI)
    const group = { quasi: quasi.map(({ name }) => name), smallestGroup: null, rowsInSmallGroups: null }
    return { format: 1, rows, columns: names.length, findings, ...group }
  }
  function preview(edits: ImportEdits): {
    columns: PreviewColumn[]
    rows: string[][]
    identifiers: IdentifierReport
  } {
    if (building.rows() > 0) put()
    const proposals = propose(edits)
    const notes = new Map(plan.notes().map(({ position, why }) => [position, why]))
    const columns = proposals.map(({ name, look, reading, unit }, position): PreviewColumn => {
      const { type, format, order, codes } = reading
      const missingCodes = [...new Set([...look.values.written(), ...codes])]
        .filter((one) => one.length <= 60)
        .slice(0, 50)
      return {
        ...{ name, type, unit, missingCodes, ...format },
        suggestedCodes: look.values.suggested(type).filter(({ code }) => !codes.has(code)),
        missing: look.values.missing(),
        dateOrder: type === 'date' ? order : null,
        ambiguous: type === 'date' && look.values.isAmbiguous(),
        note: notes.get(position + 1) ?? null,
      }
    })
    return { columns, rows: firstRows, identifiers: identifiersOf(proposals) }
  }
  async function finish(edits: ImportEdits, secret: Uint8Array, grown: Earlier | null): Promise<TypedTable> {
    if (building.rows() > 0) put()
    const proposals = propose(grown ? grownEdits(names, grown, edits) : edits)
    const identifiers = identifiersOf(proposals)
    const pseudonym = pseudonyms(secret)
    const kept = proposals.flatMap((one) => {
      if (one.action === 'drop') return []
      const { name, unit, reading, action } = one
      const reader = cellReader(reading, action, pseudonym)
      return { ...one, typing: createTyping({ name, unit, reader, codes: reading.codes }) }
    })
    if (kept.length === 0) throw new AppError('file-no-rows', 'No column is left')
    const typings = new Map(kept.map(({ name, typing }) => [name, typing]))
    const alike = createEquivalence()
    const quasi = new Set(identifiers.quasi)
    const before = grown ? await again(grown, kept, quasi, alike) : 0
    await type(typings, quasi, alike, before)
    const done = kept.map(({ typing }) => typing.finish())
    const schema = done.map(({ column }) => ({ name: column.name, type: column.type }))
    const digest = hashOf(done.map((one, index) => ({ ...schema[index], digest: one.digest })))
    const groups = quasi.size > 0 ? alike.result() : null
    return {
      columns: done.map(({ column }) => column),
      profile: done.map(({ profile }) => profile),
      identifiers: { ...identifiers, ...groups },
      schemaHash: hashOf(schema),
      digest,
    }
  }
  /** The rows of the version that grows, first and as they were; returns how many chunks they are. */
  async function again(
    grown: Earlier,
    kept: readonly { name: string; typing: ReturnType<typeof createTyping> }[],
    quasi: ReadonlySet<string>,
    alike: ReturnType<typeof createEquivalence>,
  ): Promise<number> {
    for (let chunk = 0; ; chunk += 1) {
      const columns = await staging.earlier(chunk)
      if (!columns) return chunk
      const typed = kept.map(({ name, typing }) => {
        const values = columns[grown.columns.findIndex((one) => one.name === name)]
        if (!values) throw new AppError('internal', 'The earlier version has other columns')
        if (quasi.has(name)) alike.take(values)
        return typing.again(values)
      })
      alike.endChunk()
      staging.write(chunk, 0, typed)
    }
  }
  async function type(
    typings: ReadonlyMap<string, ReturnType<typeof createTyping>>,
    quasi: ReadonlySet<string>,
    alike: ReturnType<typeof createEquivalence>,
    before: number,
  ) {
    const place = new Map([...typings.keys()].map((name, position) => [name, position]))
    for (let number = 0; number < chunks * parts; number += 1) {
      const bytes = await staging.take(number)
      if (!bytes) throw new AppError('internal', `Part ${number} of an import is gone`)
      const first = (number % parts) * cut.columns
      const part = names.slice(first, first + cut.columns)
      const typed = unstage(bytes).flatMap((column, index) => {
        const name = part[index] ?? ''
        const values = typings.get(name)?.type(column)
        if (values && quasi.has(name)) alike.take(values)
        return values ?? []
      })
      const lead = part.find((name) => place.has(name))
      if (lead !== undefined) staging.write(before + Math.floor(number / parts), place.get(lead) ?? 0, typed)
      if ((number + 1) % parts === 0) alike.endChunk()
    }
  }
  return {
    add(cells: readonly string[]) {
      building.add(cells)
      rows += 1
      if (firstRows.length < shownRows) firstRows.push(names.map((_, index) => shown(cells[index] ?? '')))
      if (building.isFull()) put()
    },
    preview,
    finish,
  }
}

function shown(cell: string): string {
  const text = cell.trim()
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

function isQuasi({
  look,
  action,
  reading,
}: {
  look: { who: { quasi(): boolean } }
  action: IdentifierAction | null
  reading: Reading
}): boolean {
  return look.who.quasi() && action !== 'drop' && action !== 'hash' && reading.type !== 'text'
}

/** What most of those say who say something. */
function majority<T>(votes: readonly (T | null)[]): T | null {
  const counts = new Map<T, number>()
  for (const vote of votes) if (vote !== null) counts.set(vote, (counts.get(vote) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null
}

/** A reading with what a person changed. */
function edited(reading: Reading, file: FileHabits, edit: ColumnEdit | undefined): Reading {
  if (!edit) return reading
  const { type = reading.type, missingCodes, dateOrder = reading.order } = edit
  const wasNumber = reading.type === 'integer' || reading.type === 'real'
  const format = wasNumber ? reading.format : formatOf(127, file.decimal, file.delimiter)
  return { type, format, order: dateOrder, codes: missingCodes ? new Set(missingCodes) : reading.codes }
}

/** A table that grows keeps the types of its columns. Throws 'column-missing' where the new file has other columns. */
function grownEdits(names: readonly string[], grown: Earlier, edits: ImportEdits): ImportEdits {
  const known = new Set(names)
  for (const { name } of grown.columns)
    if (!known.has(name)) throw new AppError('column-missing', `The file has no column "${name}"`)
  const earlier = new Map(grown.columns.map((column) => [column.name, column]))
  return names.map((name) => {
    const before = earlier.get(name)
    if (!before) return { column: name, action: 'drop' }
    const edit = edits.find((one) => one.column === name)
    // What is done about an identifier gives the stored type by itself.
    const isMade = edit?.action !== undefined && edit.action !== 'keep'
    const type: ColumnType = before.type
    return { ...edit, column: name, ...(isMade ? {} : { type }), unit: before.unit }
  })
}

function pseudonyms(secret: Uint8Array) {
  return (word: string) => createHmac('sha256', secret).update(word, 'utf8').digest('hex').slice(0, 20)
}
