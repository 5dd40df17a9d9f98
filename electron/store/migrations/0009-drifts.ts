import type { Migration } from '../migrate.ts'

/** How our data for a study compare with all members': read off our own rows once. Goes with the mapping's dataset. */
export const drifts: Migration = {
  version: 9,
  title: 'drifts',
  sql: `
    CREATE TABLE drifts (
      study TEXT PRIMARY KEY,
      of_data TEXT NOT NULL,
      lines TEXT NOT NULL
    ) STRICT;
  `,
}
