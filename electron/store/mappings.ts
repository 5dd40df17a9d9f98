import type { Mapping } from '#domain/dataset.ts'
import type { Hash } from '#domain/values.ts'
import type { Reader, Writer } from './database.ts'

/** A study's mapping as saved; every save is the next version. */
export interface SavedMapping {
  readonly study: Hash
  readonly version: number
  readonly dataset: string
  readonly mapping: Mapping
  readonly savedAt: number
}

interface Row {
  study: string
  version: number
  dataset: string
  mapping: string
  saved_at: number
}

/** The mapping in force for a study, or null. */
export function getMapping(db: Reader, study: Hash): SavedMapping | null {
  const row = db.get<Row>('SELECT * FROM mappings WHERE study = ? ORDER BY version DESC LIMIT 1', study)
  return row ? toSaved(row) : null
}

/** All versions of a study's mapping, newest first. */
export function listMappings(db: Reader, study: Hash): SavedMapping[] {
  return db.all<Row>('SELECT * FROM mappings WHERE study = ? ORDER BY version DESC', study).map(toSaved)
}

/** Saves the next version of a study's mapping. */
export function saveMapping(
  db: Writer,
  study: Hash,
  dataset: string,
  mapping: Mapping,
  at: number,
): SavedMapping {
  return db.together(() => {
    const version = (getMapping(db, study)?.version ?? 0) + 1
    const sql = 'INSERT INTO mappings (study, version, dataset, mapping, saved_at) VALUES (?, ?, ?, ?, ?)'
    db.run(sql, study, version, dataset, JSON.stringify(mapping), at)
    return { study, version, dataset, mapping, savedAt: at }
  })
}

/** Studies whose mapping in force reads a dataset: it must not be removed under them. */
export function studiesMapping(db: Reader, dataset: string): Hash[] {
  const sql = `SELECT study FROM mappings AS m WHERE dataset = ?
    AND version = (SELECT max(version) FROM mappings WHERE study = m.study) ORDER BY study`
  return db.all<{ study: string }>(sql, dataset).map((row) => row.study)
}

function toSaved(row: Row): SavedMapping {
  // The cast: the mapping was parsed before saveMapping wrote it.
  const mapping = JSON.parse(row.mapping) as Mapping
  return { study: row.study, version: row.version, dataset: row.dataset, mapping, savedAt: row.saved_at }
}
