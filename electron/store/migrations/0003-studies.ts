import type { Migration } from '../migrate.ts'

/** Signed documents as sets, and what this institution alone knows of a study. */
export const studies: Migration = {
  version: 3,
  title: 'studies',
  sql: `
    CREATE TABLE documents (
      id TEXT PRIMARY KEY,
      study TEXT NOT NULL,
      round INTEGER NOT NULL,
      kind TEXT NOT NULL,
      author TEXT NOT NULL,
      slot TEXT,
      body TEXT NOT NULL,
      signature TEXT NOT NULL
    ) STRICT;
    CREATE INDEX documents_by_round ON documents (study, round, id);
    CREATE INDEX documents_by_study ON documents (study, id);
    CREATE INDEX documents_by_slot ON documents (slot) WHERE slot IS NOT NULL;
    CREATE INDEX documents_that_found_studies ON documents (id) WHERE kind = 'study';

    CREATE TABLE participations (
      study TEXT PRIMARY KEY,
      paused INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    CREATE TABLE mappings (
      study TEXT NOT NULL,
      version INTEGER NOT NULL,
      dataset TEXT NOT NULL,
      mapping TEXT NOT NULL,
      saved_at INTEGER NOT NULL,
      PRIMARY KEY (study, version)
    ) STRICT;
    CREATE INDEX mappings_by_dataset ON mappings (dataset);
  `,
}
