import type { Migration } from '../migrate.ts'

/**
 * What was used of each column of our rows: sets of keyed fingerprints of row and used value (8 bytes each), each set once, and
 * the fixed choices that hold it. `differing` counts rows left out because a study reads few values in another way.
 */
export const rowValues: Migration = {
  version: 15,
  title: 'row values',
  sql: `
    CREATE TABLE row_values (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      part TEXT NOT NULL CHECK (part IN ('train', 'held-out')),
      level TEXT NOT NULL,
      keys BLOB NOT NULL
    ) STRICT;
    CREATE INDEX row_values_by_level ON row_values (level);

    CREATE TABLE row_value_uses (
      choice TEXT NOT NULL,
      part TEXT NOT NULL,
      row_values INTEGER NOT NULL REFERENCES row_values (id),
      PRIMARY KEY (choice, part, row_values)
    ) STRICT, WITHOUT ROWID;

    ALTER TABLE row_choices ADD COLUMN differing INTEGER NOT NULL DEFAULT 0;
  `,
}
