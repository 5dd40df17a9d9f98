import type { NarrowValues } from '#domain/narrow.ts'
import type { Database } from './database.ts'
import { openStaging, type Staging } from './staging.ts'
import { beginTable, discardTable, sweepTables, writeChunk, type TableId } from './tables.ts'

/** Tables that imports are filling: the importer's port `Sink` over the database. */
export function createDrafts(db: Database) {
  const staged = new Map<TableId, Staging>()

  function removeStaged(table: TableId) {
    staged.get(table)?.remove()
    staged.delete(table)
  }
  return {
    /** Starts a draft that nobody sees until `addDataset` keeps it. */
    begin(): TableId {
      return db.together(() => {
        const table = beginTable(db)
        staged.set(table, openStaging(db.path, String(table), db.maxPages))
        return table
      })
    },
    stage: (table: TableId, part: number, bytes: Uint8Array) => staged.get(table)?.put(part, bytes),
    staged: (table: TableId, part: number) => staged.get(table)?.get(part) ?? null,
    write: (table: TableId, chunk: number, first: number, columns: readonly NarrowValues[]) =>
      writeChunk(db, table, chunk, first, columns),
    /** All is written: what was set aside goes. */
    finish: removeStaged,
    /** Removes a draft and all its bytes. */
    async discard(table: TableId): Promise<void> {
      removeStaged(table)
      discardTable(db, table)
      await sweepTables(db)
    },
  }
}
