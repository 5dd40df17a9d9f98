import type { Migration } from '../migrate.ts'

/**
 * Patients whose rows are in no sum any more, by keyed fingerprints (8 bytes each), table by table: they may have been in sums that
 * this home does not know. `tables_apart` says which versions of a table were here when that was decided. A choice that is
 * `stopped` was fixed before and is summed no more.
 */
export const rowsApart: Migration = {
  version: 16,
  title: 'rows apart',
  sql: `
    CREATE TABLE tables_apart (
      dataset TEXT PRIMARY KEY,
      version INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE patients_apart (
      source TEXT NOT NULL,
      version INTEGER NOT NULL,
      keys BLOB NOT NULL,
      PRIMARY KEY (source, version)
    ) STRICT;

    ALTER TABLE row_choices ADD COLUMN apart INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE row_choices ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;
  `,
}
