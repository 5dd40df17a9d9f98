import type { IdentifierAction, IdentifierFinding } from '#domain/identifiers.ts'
import type { ColumnEdit, Preview, PreviewColumn } from '#domain/importing.ts'
import type { Tone } from '../parts/tone.ts'
import { words } from '../words/words.ts'

/** A column as the screen shows it: what is proposed, what a person changed, and what to look at. */
export interface ColumnLine {
  readonly column: PreviewColumn
  readonly edit: ColumnEdit | null
  readonly isLeftOut: boolean
  readonly notices: readonly { readonly tone: Tone; readonly text: string }[]
}

const w = words.importing

/** The columns of a preview with what is to be said of each, most pressing first. */
export function linesOf({ columns, identifiers }: Preview, edits: readonly ColumnEdit[]): ColumnLine[] {
  const edited = new Map(edits.map((one) => [one.column, one]))
  const found = Map.groupBy(identifiers.findings, (one) => one.column)
  return columns.map((column) => {
    const edit = edited.get(column.name) ?? null
    const isLeftOut = edit?.action === 'drop'
    const notices = isLeftOut ? [] : [...whoOf(found.get(column.name) ?? []), ...doubtsOf(column, edit)]
    return { column, edit, isLeftOut, notices }
  })
}

function whoOf(findings: readonly IdentifierFinding[]): ColumnLine['notices'] {
  return findings
    .filter((one) => one.action === null)
    .map((one) => ({
      tone: one.severity === 'block' ? 'refused' : 'waiting',
      text: w.tells(words.datasets.identifierClasses[one.class], one.severity),
    }))
}

function doubtsOf(column: PreviewColumn, edit: ColumnEdit | null): ColumnLine['notices'] {
  const doubts = column.suggestedCodes.map(({ code }) => w.suggestedShort(code))
  if (column.ambiguous && column.doubts.length === 0 && !edit?.decimal) doubts.unshift(w.decimalsAmbiguous)
  doubts.unshift(...column.doubts.map((one) => w.doubts[one]), ...timesOf(column, edit))
  if (column.limits) doubts.push(w.limitsShort(column.limits.below + column.limits.above))
  if (column.note) doubts.push(w.notes[column.note])
  return doubts.map((text) => ({ tone: 'waiting', text }))
}

/** How dates and times are read where that is not as they are written, and nobody has said it. */
function timesOf(column: PreviewColumn, edit: ColumnEdit | null): string[] {
  const { calendar, century } = column
  const found = clockOf(column)
  if (calendar !== null && calendar !== 'gregorian' && !edit?.calendar) found.push(w.calendarRead(calendar))
  if (century !== null && edit?.century === undefined) found.push(w.centuryRead(century))
  return found
}

function clockOf({ clock, type, doubts }: PreviewColumn): string[] {
  if (clock === null) return []
  if (type !== 'integer' && type !== 'real') return [w.timesStay]
  return doubts.includes('clock') ? [] : [w.timesRead]
}

/** What may be done with a column of a type, and what is proposed for it. */
export function actionsFor(
  type: PreviewColumn['type'],
  findings: readonly IdentifierFinding[],
): IdentifierAction[] {
  const byType: Record<PreviewColumn['type'], readonly IdentifierAction[]> = {
    integer: ['hash', 'age-band', 'cap-age'],
    real: ['age-band', 'cap-age'],
    date: ['year', 'hash'],
    category: ['hash'],
    boolean: [],
    text: ['hash'],
  }
  return [
    ...new Set<IdentifierAction>(['drop', ...findings.map((one) => one.proposed), ...byType[type], 'keep']),
  ]
}
