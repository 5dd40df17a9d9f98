import type { Cell } from '#domain/dataset.ts'
import { toNumber } from './cells.ts'

const MISSING = '(missing)'
const OTHER = '(other)'
const MAX_LABELS = 255
/** Numbers of more different values than this are put into bands. */
const MOST_VALUES = 12
const MOST_BANDS = 8

/** Labels of groups of rows, and each row's label by its index. */
export interface Groups {
  readonly labels: string[]
  readonly codes: Uint8Array
}

/** Groups rows by a column: by its values, or by bands of round width where these are many numbers, as with ages. */
export function groupsOf(cells: readonly Cell[], rows: number): Groups {
  const band = bandsOf(cells)
  const labels: string[] = band ? [MISSING, OTHER, ...band.labels] : [MISSING, OTHER]
  const known = new Map<Cell, number>([[null, 0]])
  const codes = new Uint8Array(rows)
  const codeOf = (cell: Cell): number => {
    if (band) return band.codeOf(cell)
    return labels.length < MAX_LABELS ? labels.push(String(cell)) - 1 : 1
  }
  for (const [row, cell] of cells.entries()) {
    let code = known.get(cell)
    if (code === undefined) {
      code = codeOf(cell)
      if (code > 1) known.set(cell, code)
    }
    codes[row] = code
  }
  return { labels, codes }
}

/** Bands for a column of many different numbers; null for any other. */
function bandsOf(cells: readonly Cell[]) {
  const values = new Set(cells.filter((one) => typeof one === 'number'))
  const isNumeric = cells.every((one) => one === null || typeof one === 'number')
  if (!isNumeric || values.size <= MOST_VALUES) return null
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const width = roundWidth((high - low) / MOST_BANDS)
  const first = Math.floor(low / width)
  const count = Math.floor(high / width) - first + 1
  const edge = (band: number) => Number(((first + band) * width).toPrecision(12))
  return {
    labels: Array.from({ length: count }, (_, band) => `${edge(band)} to under ${edge(band + 1)}`),
    codeOf(cell: Cell): number {
      const value = toNumber(cell)
      return Number.isNaN(value) ? 0 : 2 + Math.min(count - 1, Math.max(0, Math.floor(value / width) - first))
    },
  }
}

/** The smallest of 1, 2, 5 times a power of ten that is not less. */
function roundWidth(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  const step = [1, 2, 5].find((one) => one * power >= least) ?? 10
  return step * power
}
