import type { Hash } from 'node:crypto'
import type { ColumnValues } from '#domain/dataset.ts'
import type { CellReader } from './cell-readers.ts'
import { createDistinct } from './distinct.ts'
import { createBars } from './histogram.ts'
import { countOwn, type Lexicon, SHARED, type WordColumn } from './lexicon.ts'
import type { MissingCells } from './missing-cells.ts'
import type { Scratch } from './scratch.ts'
import { createTextValues, marksOf } from './text-values.ts'
import { ownText } from './words.ts'

const NOTHING = new Uint32Array()

type TextReader = Extract<CellReader, { kind: 'texts' }>

const MAX_CATEGORIES = 200
const MAX_CATEGORY = 200
const MAX_COUNTED = 10_000
const DAY_MS = 86_400_000

/** Types a column of texts, days among them, and counts them. */
export function typeTexts(
  reader: TextReader,
  missing: MissingCells,
  digest: Hash,
  { lexicon, scratch }: { readonly lexicon: Lexicon; readonly scratch: Scratch },
) {
  const distinct = createDistinct()
  const categories = new Map<string, number>()
  const bars = reader.type === 'date' ? createBars() : null
  const values = createTextValues(scratch)
  let rows = 0

  function note(value: string, count: number) {
    distinct.add(value)
    bars?.add(dayOf(value), count)
    if (reader.type !== 'category') return
    if (categories.size < MAX_COUNTED || categories.has(value))
      categories.set(ownText(value), (categories.get(value) ?? 0) + count)
  }
  /** The number of each word's value; 0 is missing. */
  function read(words: readonly string[], counts: Uint32Array): Uint32Array {
    return Uint32Array.from(words, (word, index) => {
      const value = missing.isMissing(word) ? null : reader.of(word)
      if (value === null) missing.note(word, counts[index] ?? 0)
      else note(value, counts[index] ?? 0)
      return value === null ? 0 : values.numberOf(value)
    })
  }
  function marked(words: readonly string[], codes: Uint32Array, marks: Float64Array): ColumnValues {
    digest.update(new Uint8Array(marks.buffer, 0, marks.byteLength))
    return { kind: 'texts', words, codes }
  }
  function type(column: WordColumn): ColumnValues {
    const own = column.words.length > 0 ? read(column.words, countOwn(column)) : NOTHING
    const numbers = scratch.codes(column.codes.length)
    for (let row = 0; row < numbers.length; row += 1) {
      const code = column.codes[row] ?? 0
      numbers[row] = (code < SHARED ? shared[code] : own[code - SHARED]) ?? 0
    }
    const { words, codes, marks } = values.run(numbers)
    values.forgetOwn()
    rows += codes.length
    return marked(words, codes, marks)
  }
  function again(run: ColumnValues): ColumnValues {
    if (run.kind !== 'texts') return run
    rows += run.codes.length
    const counts = new Uint32Array(run.words.length + 1)
    for (const code of run.codes) counts[code] = (counts[code] ?? 0) + 1
    missing.noteAgain(counts[0] ?? 0)
    for (const [index, word] of run.words.entries()) if (counts[index + 1]) note(word, counts[index + 1] ?? 0)
    return marked(run.words, run.codes, marksOf(run.words, run.codes))
  }
  function finish() {
    const figures = { distinct: distinct.count(), low: null, high: null, mean: null }
    return { figures: { ...figures, categories: topOf(categories) }, bars }
  }
  const shared = read(lexicon.shared(), lexicon.counts())
  values.share()
  return { type, again, finish, rows: () => rows }
}

/** Days since 1970 of an ISO date. */
function dayOf(iso: string): number {
  return Date.parse(iso.slice(0, 10)) / DAY_MS
}

function topOf(categories: ReadonlyMap<string, number>) {
  return [...categories]
    .map(([value, count]) => ({ value, count }))
    .filter(({ value }) => value.length <= MAX_CATEGORY)
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, MAX_CATEGORIES)
}
