import type { Migration } from '../migrate.ts'

/** Sums that commitments of ours were made for, and what our numbers in them depended on. Nothing of it is ever deleted. */
export const ledger: Migration = {
  version: 11,
  title: 'ledger of sums',
  sql: `
    CREATE TABLE guarded_sums (
      id INTEGER PRIMARY KEY,
      study TEXT NOT NULL,
      round INTEGER NOT NULL,
      attempt INTEGER NOT NULL,
      members TEXT NOT NULL,
      inputs TEXT NOT NULL
    ) STRICT;
    CREATE TABLE guarded_inputs (
      input TEXT NOT NULL,
      sum INTEGER NOT NULL REFERENCES guarded_sums (id),
      PRIMARY KEY (input, sum)
    ) STRICT, WITHOUT ROWID;
  `,
}
