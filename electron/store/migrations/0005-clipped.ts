import type { Migration } from '../migrate.ts'

/** How many values of our contribution to a round were clipped to the study's bound. */
export const clipped: Migration = {
  version: 5,
  title: 'clipped',
  sql: 'ALTER TABLE rounds ADD COLUMN clipped INTEGER;',
}
