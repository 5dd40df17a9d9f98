import type { Hash } from 'node:crypto'
import type { ColumnValues } from '#domain/dataset.ts'
import type { CellReader } from './cell-readers.ts'
import { createDistinct } from './distinct.ts'
import { createBars } from './histogram.ts'
import { countOwn, type Lexicon, SHARED, type WordColumn } from './lexicon.ts'
import type { MissingCells } from './missing-cells.ts'
import type { Scratch } from './scratch.ts'

const NOTHING = new Float64Array()

type NumberReader = Extract<CellReader, { kind: 'numbers' }>

/** Types a column of numbers, and counts them. */
export function typeNumbers(
  reader: NumberReader,
  missing: MissingCells,
  digest: Hash,
  { lexicon, scratch }: { readonly lexicon: Lexicon; readonly scratch: Scratch },
) {
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
  /** The number of each word. */
  function read(words: readonly string[], counts: Uint32Array): Float64Array {
    return Float64Array.from(words, (word, index) => {
      const value = missing.isMissing(word) ? Number.NaN : reader.of(word)
      if (Number.isNaN(value)) missing.note(word, counts[index] ?? 0)
      else note(value, counts[index] ?? 0)
      return value
    })
  }
  function type(column: WordColumn): ColumnValues {
    const { codes, words } = column
    const own = words.length > 0 ? read(words, countOwn(column)) : NOTHING
    const values = scratch.values(codes.length)
    for (let row = 0; row < values.length; row += 1) {
      const code = codes[row] ?? 0
      values[row] = (code < SHARED ? shared[code] : own[code - SHARED]) ?? Number.NaN
    }
    rows += values.length
    digest.update(new Uint8Array(values.buffer, 0, values.byteLength))
    return { kind: 'numbers', values }
  }
  function again(run: ColumnValues): ColumnValues {
    if (run.kind !== 'numbers') return run
    rows += run.values.length
    for (const value of run.values) {
      if (Number.isNaN(value)) missing.noteAgain(1)
      else note(value, 1)
    }
    digest.update(new Uint8Array(run.values.buffer, run.values.byteOffset, run.values.byteLength))
    return run
  }
  function finish() {
    const range = present > 0 ? { low, high, mean: total / present } : { low: null, high: null, mean: null }
    return { figures: { distinct: distinct.count(), ...range, categories: [] }, bars }
  }
  const shared = read(lexicon.shared(), lexicon.counts())
  return { type, again, finish, rows: () => rows }
}
