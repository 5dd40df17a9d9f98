import type { Migration } from '../migrate.ts'

/** Rows that are nearly those of an earlier sum, or come to them with others, have that one's family; null where they are their own. */
export const rowFamilies: Migration = {
  version: 17,
  title: 'row families',
  sql: `
    ALTER TABLE row_choices ADD COLUMN family TEXT;
  `,
}
