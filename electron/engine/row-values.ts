import { hashOf } from '#domain/canonical.ts'
import { FEW } from '#domain/floors.ts'
import { NONE, uniqueOf, type KeySet, type Level } from './row-groups.ts'
import { FINGERPRINTS, type Fingerprint, type RowLevel } from './row-keys.ts'
import type { UsedValues } from './used-values.ts'

/** What a study uses of one column, as a key for each row of a table: one of the row and the value. */
export interface ColumnKeys {
  readonly level: string
  readonly keys: Float64Array
}

/**
 * Keys of rows and what is used of a column in them. `rows` are the rows' own keys at the level that tells them apart; both
 * are keyed fingerprints, so that their sum is as good as one. Odd keys stand for rows of which nothing is used.
 */
export function columnKeys(
  rows: Float64Array,
  rowLevel: RowLevel,
  values: readonly UsedValues[],
  fingerprint: Fingerprint,
): ColumnKeys[] {
  const areUnique = uniqueOf(rows).length === rows.length
  return values.map(({ columns, codes, texts }) => {
    const ofText = texts.map((text, place) => fingerprint(place === 0 ? 'nothing' : `value ${text}`))
    const seen = new Map<number, number>()
    const keys = rows.map((row, i) => {
      const code = codes[i] ?? 0
      const key = added(row, ofText[code] ?? 0)
      const whole = areUnique ? key : counted(key, seen, fingerprint)
      return whole - (whole % 2) + Number(code === 0)
    })
    return { level: `value ${hashOf(columns)} of ${rowLevel.id}`, keys }
  })
}

/** The sum of two fingerprints, again one. */
function added(a: number, b: number): number {
  const room = FINGERPRINTS - b
  return a >= room ? a - room : a + b
}

/** The second, third ... row of a patient with the same value has a key of its own. */
function counted(key: number, seen: Map<number, number>, fingerprint: Fingerprint): number {
  const times = seen.get(key) ?? 0
  seen.set(key, times + 1)
  return times === 0 ? key : fingerprint(`${key} ${times}`)
}

/** Both ways to look at a column: all rows by what is used of it, and only those of which something is. */
export function valueLevels(keys: Float64Array, sets: readonly KeySet[]): Level[] {
  return [
    { of: 'values', keys, sets },
    {
      of: 'present',
      keys: keys.map((key) => (isPresent(key) ? key : NONE)),
      sets: sets.map((one) => ({ ...one, keys: one.keys.filter(isPresent) })),
    },
  ]
}

/** Whether so few rows have a value that the column counts as missing in all of them: see `hideFew`. */
export function isHidden(keys: Float64Array): boolean {
  return keys.filter(isPresent).length < FEW
}

const isPresent = (key: number) => key % 2 === 0
