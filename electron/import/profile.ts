import { createHash, type Hash } from 'node:crypto'
import type { Column, ColumnValues } from '#domain/dataset.ts'
import type { ColumnProfile, Suspicion } from '#domain/profile.ts'
import type { CellReader } from './cell-readers.ts'
import { countWords, type WordColumn } from './chunk.ts'
import { createDistinct } from './distinct.ts'
import { createBars } from './histogram.ts'
import { plausibleRange } from './plausible.ts'
import { isMissing, ownText } from './words.ts'

/** Types a column chunk by chunk and keeps its profile and a digest of its values. */
export interface ColumnTyping {
  /** The chunk's cells as they are stored. */
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
}

const MAX_CODES = 50
const MAX_CODE = 60
const MAX_CATEGORIES = 200
const MANY = 0.4
const MAX_MARKED = 5000

export function createTyping({ name, unit, reader, codes: named }: ColumnPlan): ColumnTyping {
  const digest = createHash('sha256')
  const codes = createCodes(named)
  const typed =
    reader.kind === 'numbers' ? createNumbers(reader, codes, digest) : createTexts(reader, codes, digest)
  return {
    type: (column) => typed.type(column),
    again: (values) => typed.again(values),
    finish() {
      const { figures, bars } = typed.finish()
      const missing = { missingCodes: codes.written(), missing: codes.count() }
      const column: Column = { name, type: reader.type, unit, ...missing, ...figures }
      const profile: ColumnProfile = {
        name,
        histogram: bars?.histogram() ?? null,
        deviation: bars?.deviation() ?? null,
        quartiles: bars?.quartiles() ?? null,
        suspicious: [
          ...(reader.type === 'date' ? [] : (bars?.spikes() ?? [])),
          ...suspicions(column, codes, typed.rows(), bars),
        ],
      }
      return { column, profile, digest: digest.digest('hex') }
    },
  }
}

type Figures = Pick<Column, 'distinct' | 'low' | 'high' | 'mean' | 'categories'>
type Codes = ReturnType<typeof createCodes>
type Bars = ReturnType<typeof createBars>

function suspicions(column: Column, codes: Codes, rows: number, bars: Bars | null): Suspicion[] {
  const { missing, distinct, type } = column
  const found: Suspicion[] = []
  const note = (kind: Suspicion['kind'], count: number, detail: string) =>
    found.push({ kind, value: null, rows: count, detail })
  if (codes.unreadable() > 0)
    note('unreadable', codes.unreadable(), `Cells that cannot be read as ${type}; they count as missing.`)
  if (missing === rows) note('all-missing', rows, 'Every cell is missing.')
  else if (missing > MANY * rows) note('mostly-missing', missing, 'More than four in ten cells are missing.')
  if (distinct === 1 && rows > 1 && missing < rows)
    note('one-value', rows - missing, 'All cells are the same.')
  const range = type === 'integer' || type === 'real' ? plausibleRange(column.name, column.unit) : null
  const outside = range && bars ? bars.outside(range.low, range.high) : 0
  if (range && outside > 0)
    note(
      'implausible',
      outside,
      `Outside ${range.low} to ${range.high}${range.unit ? ` ${range.unit}` : ''}, which is plausible for ${range.name}.`,
    )
  return found
}

/** Counts missing cells and keeps how they were written. */
function createCodes(named: ReadonlySet<string>) {
  const seen = new Set<string>()
  let [missing, unreadable] = [0, 0]
  return {
    isMissing: (word: string) => isMissing(word, named),
    note(word: string, count: number) {
      missing += count
      if (word !== '' && word.length <= MAX_CODE && seen.size < MAX_CODES) seen.add(ownText(word))
    },
    noteUnreadable(count: number) {
      missing += count
      unreadable += count
    },
    noteAgain: (count: number) => void (missing += count),
    count: () => missing,
    unreadable: () => unreadable,
    written: () => [...seen],
  }
}

function createNumbers(reader: Extract<CellReader, { kind: 'numbers' }>, codes: Codes, digest: Hash) {
  const distinct = createDistinct()
  const bars = createBars()
  let [present, total, low, high, rows] = [0, 0, Infinity, -Infinity, 0]

  function note(value: number, count: number) {
    present += count
    total += value * count
    low = Math.min(low, value)
    high = Math.max(high, value)
    distinct.add(value)
    bars.add(value, count)
  }
  function type(column: WordColumn): ColumnValues {
    const counts = countWords(column)
    rows += column.codes.length
    const byWord = new Float64Array(column.words.length)
    for (const [index, word] of column.words.entries()) {
      const count = counts[index] ?? 0
      const gone = codes.isMissing(word)
      const value = gone ? Number.NaN : reader.of(word)
      byWord[index] = value
      if (gone) codes.note(word, count)
      else if (Number.isNaN(value)) codes.noteUnreadable(count)
      else note(value, count)
    }
    const values = new Float64Array(column.codes.length)
    for (let row = 0; row < values.length; row += 1)
      values[row] = byWord[column.codes[row] ?? 0] ?? Number.NaN
    digest.update(new Uint8Array(values.buffer))
    return { kind: 'numbers', values }
  }
  function again(run: ColumnValues): ColumnValues {
    if (run.kind !== 'numbers') return run
    rows += run.values.length
    for (const value of run.values) {
      if (Number.isNaN(value)) codes.noteAgain(1)
      else note(value, 1)
    }
    digest.update(new Uint8Array(run.values.buffer, run.values.byteOffset, run.values.byteLength))
    return run
  }
  function finish(): { figures: Figures; bars: Bars } {
    const range = present > 0 ? { low, high, mean: total / present } : { low: null, high: null, mean: null }
    return { figures: { distinct: distinct.count(), ...range, categories: [] }, bars }
  }
  return { type, again, finish, rows: () => rows }
}

function createTexts(reader: Extract<CellReader, { kind: 'texts' }>, codes: Codes, digest: Hash) {
  const distinct = createDistinct()
  const categories = new Map<string, number>()
  const marked = new Map<string, readonly [number, number]>()
  const bars = reader.type === 'date' ? createBars() : null
  let rows = 0

  /** 104 bits of SHA-256 of a word, as two whole numbers: what stands for it in the digest, where 0 is missing. */
  function markOf(word: string): readonly [number, number] {
    const known = marked.get(word)
    if (known) return known
    const bytes = createHash('sha256').update(word, 'utf8').digest()
    const made = [upTo52Bits(bytes, 0), upTo52Bits(bytes, 8)] as const
    if (marked.size < MAX_MARKED) marked.set(ownText(word), made)
    return made
  }
  function note(value: string, count: number) {
    distinct.add(value)
    bars?.add(dayOf(value), count)
    if (reader.type !== 'category') return
    if (categories.size < 10_000 || categories.has(value))
      categories.set(ownText(value), (categories.get(value) ?? 0) + count)
  }
  function store(words: readonly string[], cells: Uint32Array): ColumnValues {
    const marks = words.map((word) => markOf(word))
    const all = new Float64Array(cells.length * 2)
    for (let row = 0; row < cells.length; row += 1) {
      const mark = marks[(cells[row] ?? 0) - 1]
      if (!mark) continue
      all[2 * row] = mark[0]
      all[2 * row + 1] = mark[1]
    }
    digest.update(new Uint8Array(all.buffer))
    return { kind: 'texts', words, codes: cells }
  }
  function type(column: WordColumn): ColumnValues {
    const counts = countWords(column)
    rows += column.codes.length
    const words: string[] = []
    const places = new Map<string, number>()
    const place = new Uint32Array(column.words.length)
    for (const [index, word] of column.words.entries()) {
      const count = counts[index] ?? 0
      const gone = codes.isMissing(word)
      const value = gone ? null : reader.of(word)
      if (gone) codes.note(word, count)
      else if (value === null) codes.noteUnreadable(count)
      else {
        note(value, count)
        const known = places.get(value)
        place[index] = known ?? words.push(value)
        if (known === undefined) places.set(value, words.length)
      }
    }
    const cells = new Uint32Array(column.codes.length)
    for (let row = 0; row < cells.length; row += 1) cells[row] = place[column.codes[row] ?? 0] ?? 0
    return store(words, cells)
  }
  function again(run: ColumnValues): ColumnValues {
    if (run.kind !== 'texts') return run
    rows += run.codes.length
    const counts = new Uint32Array(run.words.length + 1)
    for (const code of run.codes) counts[code] = (counts[code] ?? 0) + 1
    codes.noteAgain(counts[0] ?? 0)
    for (const [index, word] of run.words.entries()) if (counts[index + 1]) note(word, counts[index + 1] ?? 0)
    return store(run.words, run.codes)
  }
  function finish(): { figures: Figures; bars: Bars | null } {
    const figures = {
      distinct: distinct.count(),
      low: null,
      high: null,
      mean: null,
      categories: topOf(categories),
    }
    return { figures, bars }
  }
  return { type, again, finish, rows: () => rows }
}

function upTo52Bits(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) * 2 ** 20 + (bytes.readUInt32LE(at + 4) >>> 12)
}

/** Days since 1970 of an ISO date. */
function dayOf(iso: string): number {
  return Date.parse(iso.slice(0, 10)) / 86_400_000
}

function topOf(categories: ReadonlyMap<string, number>) {
  return [...categories]
    .map(([value, count]) => ({ value, count }))
    .filter(({ value }) => value.length <= 200)
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, MAX_CATEGORIES)
}
