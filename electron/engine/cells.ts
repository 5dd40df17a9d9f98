import type { Cell } from '#domain/dataset.ts'

/**
 * Looks up cells by the text that people write for them: exactly first, else as numbers, so that '1', '1.0' and 1 are one
 * value wherever that is not ambiguous.
 */
export function lookup<T>(entries: Iterable<readonly [string, T]>): (cell: Cell) => T | undefined {
  const exact = new Map<string, T>()
  const numeric = new Map<string, T | null>()
  for (const [text, value] of entries) {
    exact.set(text, value)
    const key = numberText(text)
    if (key !== null) numeric.set(key, numeric.has(key) && numeric.get(key) !== value ? null : value)
  }
  function find(cell: Cell): T | undefined {
    const text = String(cell).trim()
    const found = exact.get(text)
    if (found !== undefined) return found
    const key = numeric.size > 0 ? numberText(text) : null
    return key === null ? undefined : (numeric.get(key) ?? undefined)
  }
  return remembering(find)
}

const MAX_REMEMBERED = 1000

/** Columns repeat few values many times: each is looked up once. */
function remembering<T>(find: (cell: Cell) => T | undefined): (cell: Cell) => T | undefined {
  const known = new Map<Cell, T | undefined>([[null, undefined]])
  return (cell) => {
    if (known.has(cell)) return known.get(cell)
    const found = find(cell)
    if (known.size < MAX_REMEMBERED) known.set(cell, found)
    return found
  }
}

function numberText(text: string): string | null {
  const value = toNumber(text)
  return Number.isNaN(value) ? null : String(value)
}

/** A cell as a number, or NaN where it is missing or no finite number. */
export function toNumber(cell: Cell): number {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : NaN
  if (cell === null || cell.trim() === '') return NaN
  const value = Number(cell)
  return Number.isFinite(value) ? value : NaN
}

/** A test of whether a cell is missing: null, blank, or one of these codes. */
export function missingTest(codes: readonly string[]): (cell: Cell) => boolean {
  const known = lookup(codes.map((code) => [code, true] as const))
  return (cell) => cell === null || cell === '' || known(cell) === true
}
