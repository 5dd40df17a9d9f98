import type { IdentifierFinding } from '#domain/identifiers.ts'
import type { Repeats } from '#domain/importing.ts'
import { type Lexicon, SHARED, type WordColumn } from './lexicon.ts'
import { PATIENT_CLASSES, patientAmong } from './patient-column.ts'
import { createTally } from './tally.ts'
import { isMissing } from './words.ts'

/** Rows and patients that are told apart exactly; of more, a share is followed. */
const [ROWS, PATIENTS] = [2 ** 20, 2 ** 18]
/** Columns in which patients may be numbered. */
const MOST_FOLLOWED = 3
const NONE: ReadonlySet<string> = new Set()

/** Two numbers of 32 bits for each word: together they tell words apart as good as surely. Not for secrets. */
interface Hashes {
  readonly highs: Int32Array
  readonly lows: Int32Array
}

/** Counts rows that are the same in every cell, and rows of patients who have others, while a table comes in. */
export function createRepeats(names: readonly string[]) {
  const rows = createTally(ROWS)
  const shared = names.map((_, position) => createWordHashes(position))
  let followed: { readonly position: number; readonly tally: ReturnType<typeof createTally> }[] | null = null
  let sums: Hashes = room(0)

  /** Takes the rows of a chunk; `lexicons` hold the words that chunks share. */
  function take(columns: readonly WordColumn[], lexicons: readonly Lexicon[]) {
    const count = columns[0]?.codes.length ?? 0
    if (sums.highs.length < count) sums = room(count)
    sums.highs.fill(0)
    sums.lows.fill(0)
    for (const [position, column] of columns.entries())
      takeColumn(column, position, lexicons[position]?.shared() ?? [])
    addRows(rows, sums, count)
  }
  function takeColumn({ words, codes }: WordColumn, position: number, common: readonly string[]) {
    const ids = followed?.find((one) => one.position === position)
    const hash = ids ? hashId : hashWord
    const known = shared[position]?.upTo(common, hash) ?? room(0)
    const own = hashesOf(words, hash, position)
    addColumn(sums, codes, known, own)
    if (ids) addIds(ids.tally, codes, known, own)
  }

  return {
    take,
    /** Whether nobody has said yet in which columns patients may be numbered. */
    isNew: () => followed === null,
    /** Says what was found of the columns' words so far, before their first rows are taken. */
    follow(findings: readonly IdentifierFinding[]) {
      const named = findings.filter((one) => PATIENT_CLASSES.includes(one.class))
      const columns = [...new Set(named.map(({ column }) => names.indexOf(column)))].slice(0, MOST_FOLLOWED)
      followed = columns.map((position) => ({ position, tally: createTally(PATIENTS) }))
    },
    /** What came several times, by what is done or proposed about columns that tell who a patient is; null where nothing did. */
    result(findings: readonly IdentifierFinding[]): Repeats | null {
      const { again, isAbout } = rows.result()
      const counts = new Map(
        followed?.map(({ position, tally }) => [names[position] ?? '', tally.result()] as const),
      )
      const decided = findings.map((one) => ({ ...one, action: one.action ?? one.proposed }))
      const distinct = new Map([...counts].map(([name, one]) => [name, one.distinct]))
      const column = patientAmong(decided, distinct)
      const who = column === null ? undefined : counts.get(column)
      const patients = column !== null && who && who.again > 0 ? { column, rows: who.again } : null
      return again > 0 || patients
        ? { rows: again, isAbout: isAbout || who?.isAbout === true, patients }
        : null
    },
  }
}

/** The hashes of a word are another in each column: a row's are their sums. */
function addColumn({ highs, lows }: Hashes, codes: Uint16Array, common: Hashes, own: Hashes) {
  const { highs: commonHighs, lows: commonLows } = common
  const { highs: ownHighs, lows: ownLows } = own
  for (let row = 0; row < codes.length; row += 1) {
    const code = codes[row] ?? 0
    const isShared = code < SHARED
    highs[row] = (highs[row] ?? 0) + ((isShared ? commonHighs[code] : ownHighs[code - SHARED]) ?? 0)
    lows[row] = (lows[row] ?? 0) + ((isShared ? commonLows[code] : ownLows[code - SHARED]) ?? 0)
  }
}

function addRows(tally: ReturnType<typeof createTally>, { highs, lows }: Hashes, count: number) {
  for (let row = 0; row < count; row += 1) tally.add(mixed(highs[row] ?? 0), mixed(lows[row] ?? 0))
}

/** The patients of a chunk; nobody is counted where nothing stands. */
function addIds(tally: ReturnType<typeof createTally>, codes: Uint16Array, common: Hashes, own: Hashes) {
  for (const code of codes) {
    const words = code < SHARED ? common : own
    const at = code < SHARED ? code : code - SHARED
    const [high, low] = [words.highs[at] ?? 0, words.lows[at] ?? 0]
    if (high !== 0 || low !== 0) tally.add(mixed(high), mixed(low))
  }
}

/** The hashes of words that a column's chunks share; each word is hashed once. */
function createWordHashes(column: number) {
  let hashes = room(64)
  let known = 0
  return {
    upTo(words: readonly string[], hash: Hash): Hashes {
      if (words.length > hashes.highs.length) {
        const before = hashes
        hashes = room(Math.max(words.length, before.highs.length * 2))
        hashes.highs.set(before.highs)
        hashes.lows.set(before.lows)
      }
      for (; known < words.length; known += 1) hash({ word: words[known] ?? '', column }, hashes, known)
      return hashes
    },
  }
}

function hashesOf(words: readonly string[], hash: Hash, column: number): Hashes {
  const hashes = room(words.length)
  for (const [at, word] of words.entries()) hash({ word, column }, hashes, at)
  return hashes
}

/** A word, and the place of the column that it stands in. */
interface Placed {
  readonly word: string
  readonly column: number
}

type Hash = (placed: Placed, hashes: Hashes, at: number) => void

/** Of what means missing, both stay 0. */
function hashId(placed: Placed, hashes: Hashes, at: number): void {
  if (!isMissing(placed.word, NONE)) hashWord(placed, hashes, at)
}

/** Two hashes of a word in a column, with different steps. */
function hashWord({ word, column }: Placed, { highs, lows }: Hashes, at: number): void {
  let [high, low] = [mixed(column + 0x52dce729), mixed(column + 0x38495ab5) ^ word.length]
  for (let index = 0; index < word.length; index += 1) {
    const code = word.charCodeAt(index)
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul(low ^ code, 0x5bd1e995)
    low ^= low >>> 15
  }
  highs[at] = mixed(high)
  lows[at] = mixed(low)
}

/** The finaliser of MurmurHash3. */
function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

function room(size: number): Hashes {
  return { highs: new Int32Array(size), lows: new Int32Array(size) }
}
