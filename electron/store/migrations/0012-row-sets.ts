import type { Migration } from '../migrate.ts'

/**
 * Which of our rows were in sums that may have been opened: kept for good, whatever becomes of datasets and studies. A set of rows
 * stands here once, by keyed fingerprints (8 bytes a row and level); a study's choice of data names the set that it uses, and a bit
 * for each row of its table.
 */
export const rowSets: Migration = {
  version: 12,
  title: 'row sets',
  sql: `
    CREATE TABLE row_sets (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      part TEXT NOT NULL CHECK (part IN ('train', 'held-out'))
    ) STRICT;

    CREATE TABLE row_keys (
      row_set INTEGER NOT NULL REFERENCES row_sets (id) ON DELETE CASCADE,
      level TEXT NOT NULL,
      keys BLOB NOT NULL,
      PRIMARY KEY (row_set, level)
    ) STRICT;

    CREATE TABLE row_choices (
      choice TEXT NOT NULL,
      part TEXT NOT NULL CHECK (part IN ('train', 'held-out')),
      study TEXT NOT NULL,
      dataset TEXT NOT NULL,
      version INTEGER NOT NULL,
      about TEXT NOT NULL,
      members BLOB NOT NULL,
      patients TEXT NOT NULL,
      waiting INTEGER NOT NULL,
      covering INTEGER NOT NULL,
      row_set INTEGER REFERENCES row_sets (id),
      PRIMARY KEY (choice, part)
    ) STRICT;
    CREATE INDEX row_choices_by_set ON row_choices (row_set);

    CREATE INDEX documents_that_commit ON documents (author, study) WHERE kind = 'commitment';

    -- What was committed to before there was a ledger: its rows are not known.
    CREATE TABLE rows_before (choice TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    INSERT INTO rows_before SELECT DISTINCT json_extract(body, '$.dataset') FROM documents WHERE kind = 'commitment';
  `,
}
