import { artefactHash } from './artefact.ts'
import type { Engine } from './compute/engine.ts'
import type { RowCounts, Table, Task } from './jobs.ts'
import { type Prepared, prepare } from './prepared.ts'
import { countRows, type Rows, usableRows } from './variables/rows.ts'

/** A hospital's table under its study. Keeps the rows encoded under the last scaling asked for. */
export interface Site {
  readonly task: Task
  readonly table: Table
  readonly rows: Rows
  readonly counts: RowCounts
  /** What computes it: another one by name after a device was lost. */
  readonly engine: Pick<Engine, 'name'>
  /** The rows under a statistics artefact. */
  readonly under: (statistics: Uint8Array) => Prepared
  readonly close: () => void
}

/** Makes a site of a table: sorts and counts its rows, encodes nothing yet. */
export function createSite(task: Task, table: Table, engine: Engine): Site {
  const rows = usableRows(task, table)
  let kept: { readonly hash: string; readonly prepared: Prepared } | null = null
  return {
    task,
    table,
    rows,
    counts: countRows(task, table, rows),
    engine,
    under(statistics) {
      const hash = artefactHash(statistics)
      if (kept?.hash === hash) return kept.prepared
      const prepared = prepare(task, table, rows, statistics, engine)
      kept?.prepared.close()
      kept = { hash, prepared }
      return prepared
    },
    close: () => kept?.prepared.close(),
  }
}
