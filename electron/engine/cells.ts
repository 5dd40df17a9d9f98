import type { Cell } from '#domain/dataset.ts'
import { spelling } from '#domain/spelling.ts'

/**
 * Looks up cells by the text that people write for them: exactly first, then as it is spelt whatever its case, blanks and
 * Unicode form, then as numbers, so that '1', '1.0' and 1 are one value; wherever two entries would answer, none does.
 */
export function lookup<T>(entries: Iterable<readonly [string, T]>): (cell: Cell) => T | undefined {
  const exact = new Map<string, T>()
  const spelt = new Map<string, T | null>()
  const numeric = new Map<string, T | null>()
  for (const [text, value] of entries) {
    exact.set(text, value)
    put(spelt, spelling(text), value)
    const key = numberText(text)
    if (key !== null) put(numeric, key, value)
  }
  // A column of true and false is kept as 1 and 0.
  for (const [word, key] of TRUTHS)
    if (!numeric.has(key)) numeric.set(`truth ${key}`, spelt.get(word) ?? null)

  function find(cell: Cell): T | undefined {
    const text = String(cell).trim()
    const found = exact.get(text) ?? spelt.get(spelling(text))
    if (found !== undefined && found !== null) return found
    const key = numeric.size > 0 ? numberText(text) : null
    if (key === null) return undefined
    return numeric.get(key) ?? (typeof cell === 'number' ? numeric.get(`truth ${key}`) : null) ?? undefined
  }
  return remembering(find)
}

const TRUTHS = [
  ['true', '1'],
  ['false', '0'],
] as const

/** An entry; null where two of them say different things. */
function put<T>(map: Map<string, T | null>, key: string, value: T): void {
  map.set(key, map.has(key) && map.get(key) !== value ? null : value)
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
  if (cell === null) return NaN
  const text = spelling(cell)
  const value = NUMBER.test(text) ? Number(text) : NaN
  return Number.isFinite(value) ? value : NaN
}

/** In tens, as people write numbers: 0x10 is a code. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/

/** Whether nothing stands in a cell. */
export function isBlank(cell: Cell): boolean {
  return cell === null || (typeof cell === 'string' && spelling(cell) === '')
}

/** A test of whether a cell is missing: null, blank, or one of these codes. */
export function missingTest(codes: readonly string[]): (cell: Cell) => boolean {
  const known = lookup(codes.map((code) => [code, true] as const))
  return (cell) => isBlank(cell) || known(cell) === true
}
