import type { Reader, Writer } from './database.ts'
import { listDatasets } from './datasets.ts'
import { getSetting, putSetting } from './institution.ts'

const KEY = 'rows-apart-since'

/** When it was decided last that all rows that were here are in no sum any more; null where it never was. */
export function apartSince(db: Reader): number | null {
  const since = getSetting(db, KEY)
  return typeof since === 'number' ? since : null
}

/** Decides it: the versions that are here now are apart, and what was fixed of them is summed no more. */
export function startApart(db: Writer, since: number): void {
  db.together(() => {
    putSetting(db, KEY, since)
    const sql =
      'INSERT INTO tables_apart (dataset, version) VALUES (?, ?) ON CONFLICT (dataset) DO UPDATE SET version = excluded.version'
    for (const { id, version } of listDatasets(db)) db.run(sql, id, version)
    db.run('UPDATE row_choices SET stopped = 1')
  })
}

/** The version of a dataset that was the last one when it was decided; 0 for one that came after. */
export function lastApart(db: Reader, dataset: string): number {
  const sql = 'SELECT version FROM tables_apart WHERE dataset = ?'
  return db.get<{ version: number }>(sql, dataset)?.version ?? 0
}

/** Sets the patients of a version of a table apart, by their keys. */
export function putApart(db: Writer, source: string, version: number, keys: Float64Array): void {
  const bytes = new Uint8Array(keys.buffer, keys.byteOffset, keys.byteLength)
  const sql = 'INSERT INTO patients_apart (source, version, keys) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'
  db.run(sql, source, version, bytes)
}

/** Whether the patients of this version were set apart. */
export function isApart(db: Reader, source: string, version: number): boolean {
  const sql = 'SELECT 1 FROM patients_apart WHERE source = ? AND version = ?'
  return db.get(sql, source, version) !== undefined
}

/** The keys of all patients that are apart. */
export function listApart(db: Reader): Set<number> {
  const all = new Set<number>()
  for (const { keys } of db.all<{ keys: Uint8Array }>('SELECT keys FROM patients_apart'))
    for (const key of new Float64Array(Uint8Array.from(keys).buffer)) all.add(key)
  return all
}
