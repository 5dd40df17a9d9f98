import type { ColumnType } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import type { IdentifierAction, IdentifierReport } from '#domain/identifiers.ts'
import type { ColumnEdit, ImportEdits, PreviewColumn } from '#domain/importing.ts'
import type { ColumnsPlan } from './columns.ts'
import { unitIn } from './header-units.ts'
import type { IdentifierLook } from './identifiers.ts'
import type { ColumnLook, FileHabits, Reading } from './infer.ts'
import type { Earlier } from './messages.ts'
import type { NameNote } from './names.ts'
import { ANY_FORMAT, formatOf } from './numbers.ts'

/** What was seen of one column's words. */
export interface Looks {
  readonly values: ColumnLook
  readonly who: IdentifierLook
}

/** What is proposed to make of a column, with what a person changed. */
export interface Proposal {
  readonly name: string
  readonly position: number
  readonly look: Looks
  readonly reading: Reading
  readonly unit: string | null
  readonly action: IdentifierAction | null
}

const MAX_QUASI = 12
const MAX_CODES = 50
const MAX_CODE = 60

/** Says of every column how it is read, by itself, by the file's habits, and by a person's edits. */
export function propose(plan: ColumnsPlan, looks: readonly Looks[], edits: ImportEdits): Proposal[] {
  const votes = looks.map(({ values }) => values.votes())
  const file: FileHabits = {
    decimal: majority(votes.map(({ decimal }) => decimal)),
    order: majority(votes.map(({ order }) => order)),
    delimiter: plan.delimiter,
  }
  const byName = new Map(edits.map((edit) => [edit.column, edit]))
  return looks.map((look, position) => {
    const name = plan.names[position] ?? ''
    const edit = byName.get(name)
    const reading = edited(look.values.reading(file), file, edit)
    const unit = edit?.unit === undefined ? (plan.units?.get(name) ?? unitIn(name)) : edit.unit
    return { name, position, look, reading, unit, action: edit?.action ?? null }
  })
}

/** The report on identifiers before anything is typed: how large groups of equals are is not known yet. */
export function identifiersOf(
  proposals: readonly Proposal[],
  size: { readonly rows: number; readonly columns: number },
): IdentifierReport {
  const findings = proposals.flatMap(({ name, look, reading, action }) =>
    look.who.findings(name, reading.type).map((one) => ({ ...one, action })),
  )
  const quasi = proposals
    .filter((one) => isQuasi(one))
    .slice(0, MAX_QUASI)
    .map(({ name }) => name)
  return { format: 1, ...size, findings, quasi, smallestGroup: null, rowsInSmallGroups: null }
}

/** Proposals as a person sees them. */
export function previewOf(proposals: readonly Proposal[], notes: readonly NameNote[]): PreviewColumn[] {
  const whys = new Map(notes.map(({ position, why }) => [position, why]))
  return proposals.map(({ name, position, look: { values }, reading, unit }) => {
    const { type, format, order, codes } = reading
    const missingCodes = [...new Set([...values.written(), ...codes])]
      .filter((one) => one.length <= MAX_CODE)
      .slice(0, MAX_CODES)
    return {
      ...{ name, type, unit, missingCodes, ...format },
      suggestedCodes: values.suggested(type).filter(({ code }) => !codes.has(code)),
      missing: values.missing(),
      dateOrder: type === 'date' ? order : null,
      ambiguous: type === 'date' && values.isAmbiguous(),
      note: whys.get(position + 1) ?? null,
    }
  })
}

/** A table that grows keeps the types of its columns. Throws 'column-missing' where the new file has other columns. */
export function grownEdits(names: readonly string[], grown: Earlier, edits: ImportEdits): ImportEdits {
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

function isQuasi({ look, action, reading }: Proposal): boolean {
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
  const format = wasNumber ? reading.format : formatOf(ANY_FORMAT, file.decimal, file.delimiter)
  return { type, format, order: dateOrder, codes: missingCodes ? new Set(missingCodes) : reading.codes }
}
