import type { Migration } from '../migrate.ts'

/**
 * Imported tables, column by column in chunks of rows. A table belongs to an import ('draft'), to a dataset version
 * ('kept'), or waits for its removal ('gone'). Why not a row for each row: that
 * took twice as long to write and twenty times as long to read one column, and SQLite allows 2,000 columns.
 */
export const datasets: Migration = {
  version: 2,
  title: 'datasets',
  sql: `
    CREATE TABLE tables (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      state TEXT NOT NULL CHECK (state IN ('draft', 'kept', 'gone'))
    ) STRICT;

    CREATE TABLE chunks (
      table_id INTEGER NOT NULL REFERENCES tables (id),
      position INTEGER NOT NULL,
      chunk INTEGER NOT NULL,
      rows INTEGER NOT NULL,
      coding TEXT NOT NULL,
      bytes BLOB NOT NULL,
      PRIMARY KEY (table_id, position, chunk)
    ) STRICT;

    CREATE TABLE datasets (
      id TEXT NOT NULL,
      version INTEGER NOT NULL,
      table_id INTEGER NOT NULL UNIQUE REFERENCES tables (id),
      imported_at INTEGER NOT NULL,
      content_hash TEXT NOT NULL,
      about TEXT NOT NULL,
      PRIMARY KEY (id, version)
    ) STRICT;

    CREATE TABLE rejected_rows (
      dataset TEXT NOT NULL,
      version INTEGER NOT NULL,
      position INTEGER NOT NULL,
      line INTEGER NOT NULL,
      reason TEXT NOT NULL,
      PRIMARY KEY (dataset, version, position),
      FOREIGN KEY (dataset, version) REFERENCES datasets (id, version) ON DELETE CASCADE
    ) STRICT;
  `,
}
