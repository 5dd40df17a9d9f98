import type { Migration } from '../migrate.ts'

/** What was found in a dataset version once, and edits that are not saved yet, with those before them. */
export const profiles: Migration = {
  version: 6,
  title: 'profiles',
  sql: `
    CREATE TABLE profiles (
      dataset TEXT NOT NULL,
      version INTEGER NOT NULL,
      profile TEXT NOT NULL,
      report TEXT NOT NULL,
      report_hash TEXT NOT NULL,
      PRIMARY KEY (dataset, version),
      FOREIGN KEY (dataset, version) REFERENCES datasets (id, version) ON DELETE CASCADE
    ) STRICT;

    CREATE TABLE edits (
      subject TEXT NOT NULL,
      position INTEGER NOT NULL,
      state TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (subject, position)
    ) STRICT;
    CREATE TABLE edit_places (subject TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
  `,
}
