import type { RowTable } from '#engine/row-keys.ts'

/** A row of a made-up table. */
export interface Person {
  readonly id: string
  readonly age: number
  readonly dose: number
}

const CHUNK = 64

/** A table of people in chunks, with the column that names them or without it. */
export function aRowTable(people: readonly Person[], named: boolean): RowTable {
  return {
    rows: people.length,
    names: named ? ['id', 'age', 'dose'] : ['age', 'dose'],
    patient: named ? 'id' : null,
    chunk(number) {
      const some = people.slice(number * CHUNK, (number + 1) * CHUNK)
      if (some.length === 0) return null
      const words = [...new Set(some.map((one) => one.id))]
      const ids = {
        kind: 'texts' as const,
        words,
        codes: Uint32Array.from(some, (one) => words.indexOf(one.id) + 1),
      }
      const numbers = (['age', 'dose'] as const).map((name) => ({
        kind: 'numbers' as const,
        values: Float64Array.from(some, (one) => one[name]),
      }))
      return named ? [ids, ...numbers] : numbers
    },
  }
}

/** Whole numbers below a limit, the same for the same seed (mulberry32). */
export function draws(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

/** The table as it is imported again: patients left, came, were corrected, or nothing happened. */
export function importedAgain(
  rows: readonly Person[],
  draw: (below: number) => number,
  next: () => number,
): Person[] {
  const gone = [0, 1, 5, 25][draw(4)]!
  const come = [0, 1, 12, 30][draw(4)]!
  const corrected = [0, 0, 1, 22][draw(4)]!
  const kept = rows
    .slice(gone)
    .map((one, i) => (i < corrected ? { ...one, age: one.age + 1, dose: one.dose + 1 } : one))
  const fresh = Array.from({ length: come }, () => {
    const number = next()
    return { id: `p${number}`, age: 18 + (number % 60), dose: number % 7 }
  })
  return [...kept, ...fresh]
}
