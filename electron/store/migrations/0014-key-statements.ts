import type { Migration } from '../migrate.ts'

/** Statements about keys of institutions, ours and others': replaced or revoked. */
export const keyStatements: Migration = {
  version: 14,
  title: 'key statements',
  sql: `
    CREATE TABLE key_statements (
      code TEXT NOT NULL UNIQUE,
      key TEXT NOT NULL,
      ours INTEGER NOT NULL,
      stated_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX key_statements_by_key ON key_statements (key);
  `,
}
