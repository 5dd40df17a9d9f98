import type { AuditEntry } from '#domain/audit.ts'

/** Whether each entry names the hash of the one before it. Entries in order; gaps in number are breaks. */
export function isChain(entries: readonly AuditEntry[]): boolean {
  return entries.every((entry, i) => {
    const before = entries[i - 1]
    return !before || (entry.prevHash === before.hash && entry.seq === before.seq + 1)
  })
}
