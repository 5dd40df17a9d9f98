import type { Migration } from '../migrate.ts'

/** What happened in rounds at this member, what came out, and the bytes they need. */
export const rounds: Migration = {
  version: 4,
  title: 'rounds',
  sql: `
    CREATE TABLE journal (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      study TEXT NOT NULL,
      round INTEGER NOT NULL,
      attempt INTEGER NOT NULL,
      step TEXT NOT NULL,
      detail TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX journal_by_round ON journal (study, round, seq);

    CREATE TABLE blobs (
      hash TEXT PRIMARY KEY,
      keep TEXT NOT NULL CHECK (keep IN ('round', 'always')),
      bytes BLOB NOT NULL
    ) STRICT;

    CREATE TABLE rounds (
      study TEXT NOT NULL,
      round INTEGER NOT NULL,
      kind TEXT NOT NULL,
      started_at INTEGER,
      decided_at INTEGER,
      compute_ms REAL,
      exchange_ms REAL,
      own_loss REAL,
      shared_loss REAL,
      bytes_sent INTEGER NOT NULL DEFAULT 0,
      train_rows INTEGER,
      test_rows INTEGER,
      PRIMARY KEY (study, round)
    ) STRICT;

    CREATE TABLE models (
      study TEXT NOT NULL,
      round INTEGER NOT NULL,
      artefact TEXT NOT NULL,
      parent TEXT,
      figures TEXT,
      made_at INTEGER NOT NULL,
      PRIMARY KEY (study, round)
    ) STRICT;

    CREATE TABLE results (
      study TEXT NOT NULL,
      subject TEXT NOT NULL CHECK (subject IN ('alone', 'shared', 'overall')),
      figures TEXT NOT NULL,
      recorded_at INTEGER NOT NULL,
      PRIMARY KEY (study, subject)
    ) STRICT;

    CREATE TABLE private_states (
      study TEXT NOT NULL,
      round INTEGER NOT NULL,
      state BLOB NOT NULL,
      PRIMARY KEY (study, round)
    ) STRICT;
  `,
}
