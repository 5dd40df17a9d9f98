import type { IdentifierReport, KeptReport } from '#domain/identifiers.ts'
import type { Profile } from '#domain/profile.ts'
import type { Hash } from '#domain/values.ts'
import type { Reader, Writer } from './database.ts'

/** Keeps what was found in a dataset version, which must be there. */
export function putProfile(
  db: Writer,
  dataset: string,
  version: number,
  found: { readonly profile: Profile; readonly report: IdentifierReport; readonly hash: Hash },
): void {
  const sql = 'INSERT INTO profiles (dataset, version, profile, report, report_hash) VALUES (?, ?, ?, ?, ?)'
  db.run(sql, dataset, version, JSON.stringify(found.profile), JSON.stringify(found.report), found.hash)
}

/** The profile of a dataset version; null where none was kept. */
export function getProfile(db: Reader, dataset: string, version: number): Profile | null {
  const sql = 'SELECT profile FROM profiles WHERE dataset = ? AND version = ?'
  const row = db.get<{ profile: string }>(sql, dataset, version)
  // The cast: putProfile wrote it.
  return row ? (JSON.parse(row.profile) as Profile) : null
}

/** The identifiers report of a dataset version with its keyed hash; null where none was kept. */
export function getReport(db: Reader, dataset: string, version: number): KeptReport | null {
  const sql = 'SELECT report, report_hash FROM profiles WHERE dataset = ? AND version = ?'
  const row = db.get<{ report: string; report_hash: string }>(sql, dataset, version)
  // The cast: putProfile wrote it.
  return row ? { report: JSON.parse(row.report) as IdentifierReport, hash: row.report_hash } : null
}

/** The keyed hash of a version's identifiers report; null where none was kept. */
export function getReportHash(db: Reader, dataset: string, version: number): Hash | null {
  const sql = 'SELECT report_hash FROM profiles WHERE dataset = ? AND version = ?'
  return db.get<{ report_hash: string }>(sql, dataset, version)?.report_hash ?? null
}
