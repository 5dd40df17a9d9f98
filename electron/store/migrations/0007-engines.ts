import type { Migration } from '../migrate.ts'

/** Which engine of the trainer computed our contribution to a round. */
export const engines: Migration = {
  version: 7,
  title: 'engines',
  sql: 'ALTER TABLE rounds ADD COLUMN engine TEXT;',
}
