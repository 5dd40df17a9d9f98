import { setImmediate } from 'node:timers/promises'
import { listDatasets } from '#store/datasets.ts'
import { getRowKeys, listRowSets } from '#store/row-sets.ts'
import { apartSince, isApart, lastApart, listApart, putApart } from '#store/rows-apart.ts'
import type { Ports } from './ports.ts'
import { createFingerprint, PATIENTS, rowKeys, type RowTable } from './row-keys.ts'
import { uniqueOf } from './row-groups.ts'

/** Where patients come from that only earlier sums name: their tables are gone. */
const SUMS = 'sums'

/**
 * Rows that may have been in sums which this home does not know, after a person decided that they are in no sum any more. Who they
 * are is not known, so all count that could be: every patient of every table that was here, and of the first version of each table
 * that came after, since that may hold what was lost. Only patients who came to a table later may take part again; where
 * nothing names the patient, nobody can tell, so nothing may.
 */
export function createRowsApart({
  db,
  secret,
  tableOf,
}: Pick<Ports, 'db' | 'secret'> & {
  readonly tableOf: (dataset: string, version: number) => RowTable | null
}) {
  const fingerprint = createFingerprint(secret('rows'))
  const keysOf = (table: RowTable) => rowKeys(table, PATIENTS, fingerprint, () => setImmediate())

  /** Sets apart what is to be, up to so many versions after the last that was here when it was decided. */
  async function gather(last: (dataset: string, newest: number) => number): Promise<void> {
    for (const { id, version: newest } of listDatasets(db))
      for (let version = 1; version <= Math.min(newest, last(id, newest)); version++) {
        const table = isApart(db, id, version) ? null : tableOf(id, version)
        if (table) putApart(db, id, version, uniqueOf(await keysOf(table)))
      }
  }

  /** Takes in tables that came after the decision for the first time. */
  async function takeIn(): Promise<void> {
    if (apartSince(db) !== null) await gather((dataset) => lastApart(db, dataset) + 1)
  }

  return {
    takeIn,
    /** Sets apart whatever is here now, and all that earlier sums name. */
    async gatherAll(): Promise<void> {
      await gather((_, newest) => newest)
      for (const { rowSet } of listRowSets(db)) {
        const keys = getRowKeys(db, rowSet, PATIENTS.id)
        if (keys) putApart(db, SUMS, rowSet, keys)
      }
    },
    /** Those of these rows of a table that may be in sums. */
    async without(table: RowTable, rows: Uint32Array): Promise<Uint32Array> {
      if (apartSince(db) === null) return rows
      await takeIn()
      if (table.patient === null) return new Uint32Array()
      const apart = listApart(db)
      const [keys, named] = [await keysOf(table), namedRows(table)]
      return rows.filter((row) => named[row] === 1 && !apart.has(keys[row] ?? 0))
    },
  }
}

/** 1 for each row that says of which patient it is. */
function namedRows({ rows, names, patient, chunk }: RowTable): Uint8Array {
  const named = new Uint8Array(rows)
  const place = patient === null ? -1 : names.indexOf(patient)
  let row = 0
  for (let number = 0; ; number++) {
    const cells = chunk(number)?.[place]
    if (!cells) return named
    if (cells.kind === 'numbers')
      for (const value of cells.values) named[row++] = Number(!Number.isNaN(value))
    else for (const code of cells.codes) named[row++] = Number((cells.words[code - 1] ?? '').trim() !== '')
  }
}
