import type { UnnamedValues } from '#contract/mapping.ts'
import type { Cell } from '#domain/dataset.ts'
import { spelling } from '#domain/spelling.ts'

const MAX_COUNTED = 2000
const MAX_SHOWN = 50
const MAX_TEXT = 200

/** Counts values that a mapping does not name: those that are spelt alike are one. */
export interface UnnamedCount {
  take(cell: Cell): void
  rows(): number
  /** The most frequent values, and how many there are; for the steward's screen only. */
  view(variable: string, column: string, stops: boolean): UnnamedValues | null
}

export function createUnnamedCount(): UnnamedCount {
  const counts = new Map<string, { readonly value: string; count: number }>()
  let rows = 0
  function take(cell: Cell) {
    rows += 1
    const value = String(cell).slice(0, MAX_TEXT).toWellFormed()
    const key = spelling(value)
    const known = counts.get(key)
    if (known) known.count += 1
    else if (counts.size < MAX_COUNTED) counts.set(key, { value, count: 1 })
  }
  function view(variable: string, column: string, stops: boolean): UnnamedValues | null {
    if (rows === 0) return null
    const values = [...counts.values()].toSorted((a, b) => b.count - a.count).slice(0, MAX_SHOWN)
    return { variable, column: column.slice(0, 200), stops, rows, different: counts.size, values }
  }
  return { take, rows: () => rows, view }
}
