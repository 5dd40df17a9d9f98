import type { Column, ColumnValues } from '#domain/dataset.ts'
import { isNumeric } from '#store/datasets.ts'

/** Rows that are joined to others, one for each key: of several rows with one key, what they agree in. */
export interface JoinedRows {
  /** Takes row `index` of a run of all columns under a key. */
  take(key: string, columns: readonly ColumnValues[], index: number): void
  has(key: string): boolean
  /** The columns for rows with these keys; missing where there is none. */
  columnsFor(keys: readonly (string | null)[]): ColumnValues[]
  /** Keys with several rows. */
  several(): number
  /** Of each column, how many keys have rows that differ in it. */
  differing(): number[]
}

const MISSING = 0
const DIFFERING = -1

/** `columns`: those of the rows that are joined, and the place of each among those that `take` gets. */
export function createJoinedRows(columns: readonly { column: Column; place: number }[]): JoinedRows {
  const places = new Map<string, number>()
  const counts: number[] = []
  const made = columns.map(({ column, place }) => ({ ...createKept(isNumeric(column)), place }))

  return {
    take(key, run, index) {
      const at = places.get(key) ?? places.size
      places.set(key, at)
      counts[at] = (counts[at] ?? 0) + 1
      for (const { place, put } of made) {
        const values = run[place]
        if (values) put(at, cellOf(values, index))
      }
    },
    has: (key) => places.has(key),
    columnsFor: (keys) =>
      made.map(({ run }) => run(keys.map((key) => (key === null ? -1 : (places.get(key) ?? -1))))),
    several: () => counts.filter((count) => count > 1).length,
    differing: () => made.map(({ differing }) => differing()),
  }
}

function cellOf(values: ColumnValues, index: number): number | string | null {
  if (values.kind === 'texts') return values.words[(values.codes[index] ?? 0) - 1] ?? null
  const value = values.values[index] ?? Number.NaN
  return Number.isNaN(value) ? null : value
}

/** One column's cells by the place of their key: each different value once, and which of them a key has. */
function createKept(isNumber: boolean) {
  const codes = new Map<number | string, number>()
  const values: (number | string)[] = []
  const kept: number[] = []

  function codeOf(value: number | string): number {
    const known = codes.get(value)
    if (known !== undefined) return known
    values.push(value)
    codes.set(value, values.length)
    return values.length
  }
  return {
    put(at: number, cell: number | string | null) {
      const before = kept[at] ?? MISSING
      const code = cell === null ? MISSING : codeOf(cell)
      kept[at] = before === MISSING || before === code ? code : code === MISSING ? before : DIFFERING
    },
    differing: () => kept.filter((code) => code === DIFFERING).length,
    /** A place that is negative has no cell. */
    run(ats: readonly number[]): ColumnValues {
      const valueAt = (at: number) => values[(kept[at] ?? MISSING) - 1]
      if (isNumber)
        // The cast: a column of numbers was given numbers only.
        return {
          kind: 'numbers',
          values: Float64Array.from(ats, (at) => (valueAt(at) as number) ?? Number.NaN),
        }
      return textsOf(ats.map((at) => valueAt(at)))
    },
  }
}

function textsOf(cells: readonly (number | string | undefined)[]): ColumnValues {
  const codes = new Map<string, number>()
  const numbers = Uint32Array.from(cells, (cell) => {
    if (cell === undefined) return MISSING
    const word = String(cell)
    const code = codes.get(word) ?? codes.size + 1
    codes.set(word, code)
    return code
  })
  return { kind: 'texts', words: [...codes.keys()], codes: numbers }
}
