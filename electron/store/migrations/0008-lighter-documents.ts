import type { Migration } from '../migrate.ts'

/** Ids are random, so each index on them is a page to write for each document. A study's ids are read once, by its rounds. */
export const lighterDocuments: Migration = {
  version: 8,
  title: 'lighter documents',
  sql: 'DROP INDEX documents_by_study;',
}
