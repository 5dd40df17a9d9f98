import type { AuditEntry } from '#contract/views.ts'
import { listAudit } from '#store/audit.ts'
import type { Ports } from './ports.ts'

/** The log of what this institution did and decided. It only grows. */
export function createAudit({ db }: Pick<Ports, 'db'>) {
  return {
    list: ({ from, limit }: { from: number; limit: number }): AuditEntry[] => listAudit(db, from, limit),
  }
}
