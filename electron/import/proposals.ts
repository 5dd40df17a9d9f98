import type { ColumnType } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import type { IdentifierAction, IdentifierReport } from '#domain/identifiers.ts'
import type { ColumnEdit, DateDoubt, ImportEdits, Limits, PreviewColumn } from '#domain/importing.ts'
import type { Suspicion } from '#domain/profile.ts'
import type { ColumnsPlan, KnownColumn } from './columns.ts'
import { datesAs, doubtsOf, isNumeric, timedRemarks, unitFor } from './dated-columns.ts'
import { unitIn } from './header-units.ts'
import type { IdentifierLook } from './identifiers.ts'
import type { ColumnLook, FileHabits, Reading } from './infer.ts'
import type { Earlier } from './messages.ts'
import type { NameNote } from './names.ts'
import type { NumberRemarks } from './number-look.ts'
import { chosenFormats, formatOf } from './numbers.ts'
import { flagNameOf, lettersIn, ordersIn, remarksOf } from './remarks.ts'

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
  /** What cells that give only a limit are read as. */
  readonly limits: Limits
  /** The mark in every number may mean two things. */
  readonly ambiguous: boolean
  /** What of its dates and times nobody has said. */
  readonly doubts: readonly DateDoubt[]
  /** Not the numbers of a column, but which of them are limits. */
  readonly isFlag: boolean
  /** Its words are keyed names already. */
  readonly isKeyed: boolean
  readonly remarks: readonly Suspicion[]
}

const NO_HABITS: FileHabits = { decimal: null, order: null, delimiter: '' }
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
    return proposed(plan, file, { name, position, look }, byName.get(name))
  })
}

function proposed(
  plan: ColumnsPlan,
  file: FileHabits,
  column: Pick<Proposal, 'name' | 'position' | 'look'>,
  edit: ColumnEdit | undefined,
): Proposal {
  const { name, look } = column
  const known = plan.known?.get(name) ?? UNKNOWN
  const reading = edited(look.values, file, edit, known)
  const { limits = 'limit', decimal, unit: chosen } = edit ?? {}
  const unit = unitFor(chosen === undefined ? unitOfColumn(plan, name, reading) : chosen, reading)
  const seen = look.values.remarks(file)
  const ambiguous = isNumeric(reading) && seen.isDoubtful && decimal === undefined
  return {
    ...{ ...column, unit, limits, ambiguous, isFlag: false, isKeyed: known.isKeyed },
    action: actionOn(known, edit),
    reading: settled(reading, unit, seen.below > 0 && limits === 'half'),
    doubts: doubtsOf(look.values, reading, edit),
    remarks: [
      ...remarked(column, reading, { ...seen, isDoubtful: ambiguous }, { limits, unit }),
      ...known.remarks,
    ],
  }
}

const UNKNOWN: KnownColumn = { unit: null, isNumber: false, isKeyed: false, remarks: [] }

/** Keyed names stay so, unless the column is left out. */
function actionOn({ isKeyed }: KnownColumn, edit: ColumnEdit | undefined): IdentifierAction | null {
  const wished = edit?.action ?? null
  return isKeyed && wished !== 'drop' ? 'hash' : wished
}

/** The unit that the file names for a column, else its header, else its cells. */
function unitOfColumn({ known }: ColumnsPlan, name: string, reading: Reading): string | null {
  return known?.get(name)?.unit ?? unitIn(name) ?? reading.unit
}

function remarked(
  { name, look }: Pick<Proposal, 'name' | 'look'>,
  reading: Reading,
  seen: NumberRemarks,
  { limits, unit }: { limits: Limits; unit: string | null },
): readonly Suspicion[] {
  const timed = timedRemarks(look.values, reading, unit)
  if (timed) return timed
  if (isNumeric(reading)) return remarksOf(name, reading.format, seen, limits)
  return [...lettersIn(look.values.mangled()), ...ordersIn(look.values.mixesOrders())]
}

/** Numbers that a unit or half a limit may change are not all whole. */
function settled(reading: Reading, unit: string | null, isHalved: boolean): Reading {
  const isConverted = reading.unit !== null && reading.unit !== unit
  const isPart = reading.time !== null && !reading.time.isWhole
  return reading.type === 'integer' && (isConverted || isHalved || isPart)
    ? { ...reading, type: 'real' }
    : reading
}

/**
 * The proposals with a column of words behind each column of numbers of which some are only limits: below, above or exact. A
 * table that grows has them where it had them.
 */
export function withFlags(proposals: readonly Proposal[], earlier: ReadonlySet<string> | null): Proposal[] {
  const names = new Set(proposals.map(({ name }) => name))
  return proposals.flatMap((one) => {
    const { below, above } = one.look.values.remarks(NO_HABITS)
    const name = flagNameOf(one.name)
    const isKept = isNumeric(one.reading) && (one.action === null || one.action === 'keep')
    const isWanted = earlier ? earlier.has(name) : below + above > 0 && isKept
    if (!isWanted || names.has(name)) return [one]
    const reading: Reading = { ...one.reading, type: 'category' }
    return [one, { ...one, name, reading, unit: null, action: null, isFlag: true, remarks: [] }]
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
  return proposals.map(({ name, position, look: { values }, reading, unit, ...more }) => {
    const { below, above } = values.remarks(NO_HABITS)
    const { type, format, dates, time, codes } = reading
    const isDate = type === 'date'
    const seen = values.dates(dates)
    const missingCodes = [...new Set([...values.written(), ...codes])]
      .filter((one) => one.length <= MAX_CODE)
      .slice(0, MAX_CODES)
    return {
      ...{ name, type, unit, missingCodes, ...format },
      suggestedCodes: values.suggested(type).filter(({ code }) => !codes.has(code)),
      missing: values.missing(),
      dateOrder: isDate ? dates.order : null,
      calendar: isDate ? dates.calendar : null,
      century: isDate ? seen.century : null,
      clock: time?.clock ?? null,
      doubts: [...more.doubts],
      ambiguous: more.ambiguous || more.doubts.length > 0,
      limits: isNumeric(reading) && below + above > 0 ? { below, above, as: more.limits } : null,
      note: whys.get(position + 1) ?? null,
    }
  })
}

/** A table that grows keeps the types of its columns. Throws 'column-missing' where the new file has other columns. */
export function grownEdits(names: readonly string[], grown: Earlier, edits: ImportEdits): ImportEdits {
  const known = new Set([...names, ...names.map((name) => flagNameOf(name))])
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

/** A column's reading with what a person changed: numbers are read as they are written, whatever else stands among them. */
function edited(
  look: ColumnLook,
  file: FileHabits,
  edit: ColumnEdit | undefined,
  known: KnownColumn,
): Reading {
  const seen = look.reading(file, edit?.clock ?? null)
  const isOther = known.isNumber && !isNumeric(seen)
  const reading: Reading = isOther ? { ...seen, type: 'real', format: look.format(file), time: null } : seen
  return edit ? withEdit(look, file, reading, edit) : reading
}

function withEdit(look: ColumnLook, file: FileHabits, reading: Reading, edit: ColumnEdit): Reading {
  const { type = reading.type, missingCodes, decimal } = edit
  const format =
    decimal === undefined
      ? look.format(file)
      : formatOf(chosenFormats(decimal, null), decimal, file.delimiter)
  const codes = missingCodes ? new Set(missingCodes) : reading.codes
  const { time } = reading
  const isChosen = (type === 'integer' || type === 'real') && !isNumeric(reading)
  const unit = isChosen ? (time ? time.unit : look.cellUnit()) : reading.unit
  return { type, format, dates: datesAs(reading.dates, edit), time, unit, codes }
}
