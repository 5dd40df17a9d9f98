import { setImmediate } from 'node:timers/promises'
import { FEWEST_HELD_OUT, FEWEST_ROWS } from '#domain/floors.ts'
import type { Hash } from '#domain/values.ts'
import { getRowKeys, listRowSets, putRowKeys, type RowPart, type RowsAbout } from '#store/row-sets.ts'
import type { Ports } from './ports.ts'
import { allowedRows, uniqueOf, type Allowed, type KeySet, type Level } from './row-groups.ts'
import { countedRowKeys, createFingerprint, type RowLevel, type RowTable } from './row-keys.ts'
import { ownLevels, sharedLevels } from './row-levels.ts'

/** The rows that a study would use here, by their numbers in the table. */
export interface WantedRows {
  /** Names dataset, mapping and study. */
  readonly choice: Hash
  readonly study: Hash
  readonly dataset: string
  readonly version: number
  /** The columns that the study reads. */
  readonly used: readonly string[]
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/** What one part of a choice comes to, with its keys at its own levels. */
export interface Part extends Omit<Allowed, 'kept'> {
  readonly rows: Uint32Array
  readonly keys: ReadonlyMap<string, Float64Array>
}

type RowSet = ReturnType<typeof listRowSets>[number]

const floors: Record<RowPart, number> = { train: FEWEST_ROWS, 'held-out': FEWEST_HELD_OUT }

/** Finds out what of our rows may be summed beside all sums that may have been opened; null where the table is gone. */
export function createRowParts({
  db,
  secret,
  tableOf,
}: Pick<Ports, 'db' | 'secret'> & {
  readonly tableOf: (dataset: string, version: number) => RowTable | null
}) {
  const fingerprint = createFingerprint(secret('rows'))

  const keysOf = (table: RowTable, level: RowLevel) =>
    countedRowKeys(table, level, fingerprint, () => setImmediate())

  /** The keys of an earlier set at a level; null where its table is gone and they were never worked out. */
  async function keysOfSet(one: RowSet, level: RowLevel): Promise<KeySet | null> {
    const floor = floors[one.part]
    const known = getRowKeys(db, one.rowSet, level.id)
    if (known) return { keys: known, floor }
    const table = tableOf(one.dataset, one.version)
    if (!table || !level.columns.every((name) => table.names.includes(name))) return null
    const keys = uniqueOf(pick(await keysOf(table, level), one.members))
    putRowKeys(db, one.rowSet, level.id, keys)
    return { keys, floor }
  }

  /** What of `rows` may be summed beside all sets before, and beside our rows to train on that are fixed with them. */
  async function partOf(
    table: RowTable,
    about: RowsAbout,
    { rows, part, train }: { rows: Uint32Array; part: RowPart; train: Uint32Array },
  ): Promise<Part> {
    // So few are in no sum at all.
    if (rows.length < floors[part]) return { rows, waiting: 0, covering: 0, keys: new Map() }
    const before = listRowSets(db)
    const levels = new Map<string, Level>()
    const shared = sharedLevels(
      about,
      before.map((one) => one.about),
    )
    for (const level of [...ownLevels(about), ...shared]) {
      if (levels.has(level.id)) continue
      const all = await keysOf(table, level)
      const sets: KeySet[] = [{ keys: uniqueOf(pick(all, train)), floor: floors.train }]
      for (const one of before) {
        const theirs = await keysOfSet(one, level)
        if (theirs) sets.push(theirs)
      }
      levels.set(level.id, { keys: pick(all, rows), sets })
    }
    const { kept, waiting, covering } = allowedRows([...levels.values()], floors[part])
    const keys = ownLevels(about).map(({ id }) => {
      const ofLevel = levels.get(id)?.keys ?? new Float64Array()
      return [id, uniqueOf(ofLevel.filter((_, i) => kept[i]))] as const
    })
    return { rows: rows.filter((_, i) => kept[i]), waiting, covering, keys: new Map(keys) }
  }

  async function partsOf({ dataset, version, used, ...wanted }: WantedRows) {
    const table = tableOf(dataset, version)
    if (!table) return null
    const about: RowsAbout = { used: used.toSorted(), all: table.names, patient: table.patient }
    const none = new Uint32Array()
    const train = await partOf(table, about, { rows: wanted.train, part: 'train', train: none })
    const test = await partOf(table, about, { rows: wanted.test, part: 'held-out', train: train.rows })
    return { about, train, test }
  }

  return partsOf
}

function pick(keys: Float64Array, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => keys[row] ?? 0)
}
