import { setImmediate } from 'node:timers/promises'
import { FEWEST_HELD_OUT, FEWEST_ROWS } from '#domain/floors.ts'
import { getRowKeys, listRowSets, putRowKeys, type RowPart, type RowsAbout } from '#store/row-sets.ts'
import { listRowValues } from '#store/row-values.ts'
import type { Ports } from './ports.ts'
import type { EarlierSet } from './row-families.ts'
import { uniqueOf, type KeySet, type Level } from './row-groups.ts'
import { countedRowKeys, type Fingerprint, type RowLevel, type RowTable } from './row-keys.ts'
import { levelOfBoth, ownLevels, sharedLevels } from './row-levels.ts'
import { valueLevels, type ColumnKeys } from './row-values.ts'

/** Rows of one part of a choice, and those to train on that are fixed already. */
export interface Asked {
  readonly rows: Uint32Array
  readonly part: RowPart
  readonly train: Uint32Array
}

type RowSet = ReturnType<typeof listRowSets>[number]

/** The fewest of our rows that may be singled out, by what they are used for. */
export const floors: Record<RowPart, number> = { train: FEWEST_ROWS, 'held-out': FEWEST_HELD_OUT }

/** Compares candidate rows, and what is used of them, with those of sums that may have been opened. */
export function createRowsBefore({
  db,
  tableOf,
  fingerprint,
}: Pick<Ports, 'db'> & {
  readonly tableOf: (dataset: string, version: number) => RowTable | null
  readonly fingerprint: Fingerprint
}) {
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

  /** The rows' levels with the sets of them before, and our rows to train on that are fixed with them. */
  async function rowLevels(
    table: RowTable,
    about: RowsAbout,
    { rows, train }: Asked,
  ): Promise<Map<string, Level>> {
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
      levels.set(level.id, { of: 'rows', keys: pick(all, rows), sets })
    }
    return levels
  }

  /** The levels of a column's values: beside those of earlier sums, of our rows to train on, and of the same column read twice. */
  function levelsOf(
    column: ColumnKeys,
    place: number,
    columns: readonly ColumnKeys[],
    asked: Asked,
  ): Level[] {
    const { rows, part, train } = asked
    const sets = listRowValues(db, column.level).map((one) => ({ keys: one.keys, floor: floors[one.part] }))
    for (const [i, { level, keys }] of columns.entries()) {
      if (level !== column.level) continue
      if (train.length > 0) sets.push({ keys: uniqueOf(pick(keys, train)), floor: floors.train })
      if (i < place) sets.push({ keys: uniqueOf(pick(keys, rows)), floor: floors[part] })
    }
    return sets.length > 0 ? valueLevels(pick(column.keys, rows), sets) : []
  }

  return { keysOf, keysOfSet, rowLevels, levelsOf }
}

/** The keys of some rows of a table, by their numbers. */
export function pick(keys: Float64Array, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => keys[row] ?? 0)
}

/** The sets of one part that the patients of a table could be in, each with its keys where both tell rows apart alike. */
export async function earlierSets(
  db: Ports['db'],
  about: RowsAbout,
  part: RowPart,
  keysOfSet: ReturnType<typeof createRowsBefore>['keysOfSet'],
): Promise<EarlierSet[]> {
  const found: EarlierSet[] = []
  for (const one of listRowSets(db)) {
    const level = one.part === part ? levelOfBoth(about, one.about) : null
    const set = level && (await keysOfSet(one, level))
    if (level && set) found.push({ ...one, level: level.id, keys: set.keys })
  }
  return found
}
