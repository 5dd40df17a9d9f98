import type { Migration } from '../migrate.ts'

/** Which institution caused an entry of the audit log by what it sent us; none where we did. */
export const auditCauses: Migration = {
  version: 13,
  title: 'audit causes',
  sql: 'ALTER TABLE audit ADD COLUMN caused_by TEXT;',
}
