import type { Hash } from '#domain/values.ts'
import type { RowsAbout } from '#store/row-sets.ts'
import type { RowValues } from '#store/row-values.ts'
import type { Ports } from './ports.ts'
import { createRowsBefore, earlierSets, floors, pick, type Asked } from './row-before.ts'
import { kinAmong, type Kin } from './row-families.ts'
import { allowedRows, uniqueOf, type Allowed } from './row-groups.ts'
import { createFingerprint, type RowTable } from './row-keys.ts'
import { ownLevels } from './row-levels.ts'
import { columnKeys, isHidden, type ColumnKeys } from './row-values.ts'
import { createRowsApart } from './rows-apart.ts'
import type { UsedValues } from './used-values.ts'

/** The rows that a study would use here, by their numbers in the table. */
export interface WantedRows {
  /** Names dataset, mapping and study. */
  readonly choice: Hash
  readonly study: Hash
  readonly dataset: string
  readonly version: number
  /** The columns that the study reads. */
  readonly used: readonly string[]
  /** What it uses of them. */
  readonly values: readonly UsedValues[]
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/** What one part of a choice comes to, with its keys at its own levels. */
export interface Part extends Omit<Allowed, 'kept'> {
  /** Rows left out because they may have been in sums that this home does not know. */
  readonly apart: number
  readonly rows: Uint32Array
  readonly keys: ReadonlyMap<string, Float64Array>
  readonly values: readonly RowValues[]
  readonly kin: Kin
}

const none = {
  ...{ rows: new Uint32Array(), waiting: 0, covering: 0, differing: 0 },
  ...{ keys: new Map<string, Float64Array>(), values: [], kin: {} },
}

/** Finds out what of our rows may be summed beside all sums that may have been opened; null where the table is gone. */
export function createRowParts({
  db,
  secret,
  tableOf,
}: Pick<Ports, 'db' | 'secret'> & {
  readonly tableOf: (dataset: string, version: number) => RowTable | null
}) {
  const fingerprint = createFingerprint(secret('rows'))
  const apart = createRowsApart({ db, secret, tableOf })
  const { keysOf, keysOfSet, rowLevels, levelsOf } = createRowsBefore({ db, tableOf, fingerprint })

  /** What of `rows` may be summed beside all that was before. */
  async function partOf(
    table: RowTable,
    about: RowsAbout,
    columns: readonly ColumnKeys[],
    asked: Asked,
  ): Promise<Omit<Part, 'apart'>> {
    const { rows, part } = asked
    // So few are in no sum at all.
    if (rows.length < floors[part]) return { ...none, rows }
    const levels = await rowLevels(table, about, asked)
    const ofValues = columns.flatMap((column, place) => levelsOf(column, place, columns, asked))
    const { kept, ...left } = allowedRows([...levels.values(), ...ofValues], floors[part])
    const used = rows.filter((_, i) => kept[i])
    const before = await earlierSets(db, about, part, keysOfSet)
    const kin = kinAmong(before, (level) =>
      (levels.get(level)?.keys ?? new Float64Array()).filter((_, i) => kept[i]),
    )
    if (!kin) return { ...none, ...left, covering: left.covering + used.length }
    const keys = ownLevels(about).map(({ id }) => {
      const ofLevel = levels.get(id)?.keys ?? new Float64Array()
      return [id, uniqueOf(ofLevel.filter((_, i) => kept[i]))] as const
    })
    const values = columns
      .map(({ level, keys: all }) => ({ part, level, keys: uniqueOf(pick(all, used)) }))
      .filter((one) => !isHidden(one.keys))
    return { rows: used, ...left, keys: new Map(keys), values, kin }
  }

  async function partsOf({ dataset, version, used, values, ...wanted }: WantedRows) {
    const table = tableOf(dataset, version)
    if (!table) return null
    const about: RowsAbout = { used: used.toSorted(), all: table.names, patient: table.patient }
    const [level] = ownLevels(about)
    const columns = level ? columnKeys(await keysOf(table, level), level, values, fingerprint) : []
    const ask = async (all: Uint32Array, part: Asked['part'], train: Uint32Array): Promise<Part> => {
      const rows = await apart.without(table, all)
      return {
        ...(await partOf(table, about, columns, { rows, part, train })),
        apart: all.length - rows.length,
      }
    }
    const train = await ask(wanted.train, 'train', new Uint32Array())
    const test = await ask(wanted.test, 'held-out', train.rows)
    return { about, train, test }
  }

  return partsOf
}
