import type { ColumnType } from '#domain/dataset.ts'
import { countWords, type WordColumn } from './chunk.ts'
import { isMissing, toBoolean, toDate, toNumber } from './words.ts'

/** What a column's texts are read as. */
export interface Reading {
  readonly type: ColumnType
  readonly decimal: '.' | ','
}

/** Looks at a column chunk by chunk and says in the end what it is. */
export interface ColumnLook {
  look(column: WordColumn): void
  reading(): Reading
}

const MAX_CATEGORIES = 200
/** With so few different words a column is a category however few rows there are. */
const FEW = 20
const MAX_WORD = 200

/** `commas`: whether numbers may have a decimal comma, which they cannot where commas separate the cells. */
export function createLook(named: ReadonlySet<string>, commas: boolean): ColumnLook {
  const could = { point: true, comma: commas, whole: true, boolean: true, date: true }
  const words = new Set<string>()
  let present = 0

  function lookAt(word: string) {
    if (could.boolean) could.boolean = !Number.isNaN(toBoolean(word))
    if (could.date) could.date = toDate(word) !== null
    const byPoint = could.point ? toNumber(word, '.') : Number.NaN
    const byComma = could.comma ? toNumber(word, ',') : Number.NaN
    could.point = !Number.isNaN(byPoint)
    could.comma = !Number.isNaN(byComma)
    if (could.whole) could.whole = Number.isInteger(could.point ? byPoint : byComma)
    if (words.size <= MAX_CATEGORIES) words.add(word)
  }
  function look(column: WordColumn) {
    const counts = countWords(column)
    for (const [index, word] of column.words.entries()) {
      if (isMissing(word, named)) continue
      present += counts[index] ?? 0
      lookAt(word)
    }
  }
  function reading(): Reading {
    const decimal = could.point ? '.' : ','
    // Nothing to go by: numbers, so that a study which wants numbers can read that all are missing.
    if (present === 0) return { type: 'real', decimal: '.' }
    if (could.point || could.comma) return { type: could.whole ? 'integer' : 'real', decimal }
    if (could.boolean) return { type: 'boolean', decimal: '.' }
    if (could.date) return { type: 'date', decimal: '.' }
    return { type: isCategory() ? 'category' : 'text', decimal: '.' }
  }
  function isCategory() {
    if (words.size > MAX_CATEGORIES || [...words].some((word) => word.length > MAX_WORD)) return false
    return words.size <= FEW || words.size <= present / 2
  }
  return { look, reading }
}
