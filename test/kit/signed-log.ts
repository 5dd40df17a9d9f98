import { createHash } from 'node:crypto'
import { type AuditEntry, EMPTY_LOG, type Head } from '#domain/audit.ts'
import { hashOf } from '#domain/canonical.ts'
import type { Signed } from '#domain/documents.ts'
import { signCheckpoint } from '#network/identity/checkpoints.ts'
import { signDocument, toWire } from '#network/identity/documents.ts'
import { createIdentity, type Identity } from '#network/identity/identity.ts'

/** The identity of a number. */
export const identityOf = (number: number): Identity =>
  createIdentity(createHash('sha256').update(`keeper of a log ${number}`).digest())

type Told = Omit<AuditEntry, 'seq' | 'prevHash' | 'detailHash' | 'hash'>

/** A log of so many days of work, signed by its institution every three entries and at its end. */
export function signedLog(signer: Identity, name: string, days: number) {
  let entries: AuditEntry[] = []
  const add = (told: Told) => (entries = continued(entries, told))
  for (let day = 1; day <= days; day += 1) {
    const time = day * 86_400_000
    add({ time, actor: name, action: 'round-decided', object: `${'a'.repeat(64)}/${day}`, outcome: 'sum' })
    if (day % 3 === 0 || day === days) add(signCheckpoint(signer, headOf(entries), { name, time }))
  }
  return {
    format: 2,
    institution: { id: signer.id, name },
    keys: [] as string[],
    head: headOf(entries).head,
    entries,
  }
}

/** A certificate that names how far a log went. */
export function certificateOf(signer: Identity, entries: readonly AuditEntry[], round = 1): Signed {
  const { head, entries: length } = headOf(entries)
  const outcome = { result: 'void' } as const
  const place = { kind: 'certificate', study: 'a'.repeat(64), round, attempt: 0 } as const
  return toWire(signDocument(signer, { ...place, outcome, auditHead: head, auditLength: length }))
}

export function headOf(entries: readonly AuditEntry[]): Head {
  const last = entries.at(-1)
  return last ? { entries: last.seq, head: last.hash } : EMPTY_LOG
}

/** A log with one more entry, chained as the store chains them. */
export function continued(entries: readonly AuditEntry[], told: Told): AuditEntry[] {
  const { entries: length, head } = headOf(entries)
  const content = { seq: length + 1, prevHash: head, ...told, detailHash: hashOf(null) }
  return [...entries, { ...content, hash: hashOf(content) }]
}

/** The same bytes with one bit turned over. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}
