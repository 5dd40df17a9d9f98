import { createHash } from 'node:crypto'
import type { Column, ColumnValues } from '#domain/dataset.ts'
import type { ColumnProfile, Suspicion } from '#domain/profile.ts'
import type { CellReader } from './cell-readers.ts'
import type { Bars } from './histogram.ts'
import type { Lexicon, WordColumn } from './lexicon.ts'
import { createMissingCells, type MissingCells } from './missing-cells.ts'
import { plausibleRange } from './plausible.ts'
import type { Scratch } from './scratch.ts'
import { typeNumbers } from './typed-numbers.ts'
import { typeTexts } from './typed-texts.ts'

/** Types a column chunk by chunk and keeps its profile and a digest of its values. */
export interface ColumnTyping {
  /** The chunk's cells as they are stored, good until the next are typed. */
  type(column: WordColumn): ColumnValues
  /** Takes cells that were stored before, of an earlier version that grows. */
  again(values: ColumnValues): ColumnValues
  /** The finished column, its profile, and SHA-256 over all its values, the same however they were cut into chunks. */
  finish(): { column: Column; profile: ColumnProfile; digest: string }
}

/** What is known of a column before its cells are typed. */
export interface ColumnPlan {
  readonly name: string
  readonly unit: string | null
  readonly reader: CellReader
  /** Codes that mean missing, beyond the usual ones. */
  readonly codes: ReadonlySet<string>
  /** What is to be said of how its cells are written. */
  readonly remarks: readonly Suspicion[]
}

const MANY = 0.4

/** `lexicon`: the words that the column's chunks share. `scratch`: for columns that are typed one after the other. */
export function createTyping(
  { name, unit, reader, codes, remarks }: ColumnPlan,
  lexicon: Lexicon,
  scratch: Scratch,
): ColumnTyping {
  const digest = createHash('sha256')
  const cells = createMissingCells(codes)
  const typed =
    reader.kind === 'numbers'
      ? typeNumbers(reader, cells, digest, { lexicon, scratch })
      : typeTexts(reader, cells, digest, { lexicon, scratch })

  function finish() {
    const { figures, bars } = typed.finish()
    const missing = { missingCodes: cells.written(), missing: cells.count() }
    const column: Column = { name, type: reader.type, unit, ...missing, ...figures }
    const spikes = reader.type === 'date' ? [] : (bars?.spikes() ?? [])
    const odd = reader.type === 'date' ? implausibleDays(bars) : implausible(column, bars)
    const seen = [...spikes, ...suspicionsOf(column, cells, typed.rows()), ...odd]
    const suspicious = [...seen, ...remarks]
    const profile: ColumnProfile = { name, ...shapeOf(bars), suspicious }
    return { column, profile, digest: digest.digest('hex') }
  }
  return { type: typed.type, again: typed.again, finish }
}

function shapeOf(bars: Bars | null): Pick<ColumnProfile, 'histogram' | 'deviation' | 'quartiles'> {
  if (!bars) return { histogram: null, deviation: null, quartiles: null }
  return { histogram: bars.histogram(), deviation: bars.deviation(), quartiles: bars.quartiles() }
}

function suspicionsOf(column: Column, cells: MissingCells, rows: number): Suspicion[] {
  const { missing, distinct, type } = column
  const found: Suspicion[] = []
  const note = (kind: Suspicion['kind'], count: number, detail: string) =>
    found.push({ kind, value: null, rows: count, detail })
  if (cells.unreadable() > 0)
    note('unreadable', cells.unreadable(), `Cells that cannot be read as ${type}; they count as missing.`)
  if (missing === rows) note('all-missing', rows, 'Every cell is missing.')
  else if (missing > MANY * rows) note('mostly-missing', missing, 'More than four in ten cells are missing.')
  if (distinct === 1 && rows > 1 && missing < rows)
    note('one-value', rows - missing, 'All cells are the same.')
  return found
}

/** Values that no living person can have. */
function implausible({ name, type, unit }: Column, bars: Bars | null): Suspicion[] {
  const range = type === 'integer' || type === 'real' ? plausibleRange(name, unit) : null
  const rows = range && bars ? bars.outside(range.low, range.high) : 0
  if (!range || rows === 0) return []
  const inUnit = range.unit ? ` ${range.unit}` : ''
  const detail = `Outside ${range.low} to ${range.high}${inUnit}, which is plausible for ${range.name}.`
  return [{ kind: 'implausible', value: null, rows, detail }]
}

const DAY_MS = 86_400_000
/** Days since 1970 of the first one that somebody alive may have been born on. */
const LONG_PAST = Date.UTC(1850, 0, 1) / DAY_MS
/** Appointments are made for a year, hardly for more. */
const TO_COME = 366

/** Days before anybody alive was born, or more than a year in the future. */
function implausibleDays(bars: Bars | null): Suspicion[] {
  const rows = bars?.outside(LONG_PAST, Math.floor(Date.now() / DAY_MS) + TO_COME) ?? 0
  if (rows === 0) return []
  return [
    { kind: 'implausible', value: null, rows, detail: 'Before 1850 or more than a year in the future.' },
  ]
}
