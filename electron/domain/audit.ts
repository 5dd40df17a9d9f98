import * as v from 'valibot'
import { canonical, hashOf } from './canonical.ts'
import { Count, Hash, InstitutionId, Text, Time } from './values.ts'

/** One entry of the audit log. `detailHash` is of a detail kept elsewhere: never a patient value. */
export const AuditEntry = v.strictObject({
  seq: Count(1, 1e12),
  prevHash: Hash,
  time: Time,
  actor: Text(120),
  action: Text(60),
  object: Text(200),
  outcome: Text(100),
  /** The institution that caused this entry by what it sent us; absent where we ourselves did or decided something. */
  by: v.exactOptional(InstitutionId),
  detailHash: Hash,
  /** hashOf all fields above. */
  hash: Hash,
})
export type AuditEntry = v.InferOutput<typeof AuditEntry>

/** How far a log goes: the hash of its newest entry names all entries before it. */
export interface Head {
  readonly entries: number
  readonly head: Hash
}

/** A log before its first entry. */
export const EMPTY_LOG: Head = { entries: 0, head: '0'.repeat(64) }

/** The head of a log with one more entry; null where the entry was changed or does not belong behind this head. */
export function headAfter({ entries, head }: Head, { hash, ...content }: AuditEntry): Head | null {
  const fits = content.seq === entries + 1 && content.prevHash === head && hashOf(content) === hash
  return fits ? { entries: content.seq, head: hash } : null
}

/** The action of an entry with which the institution signs all entries before it; its outcome is the signature. */
export const CHECKPOINT = 'checkpoint'

/** What a checkpoint signs: whose log this is, how far it goes, and the time on our clock. `institution` is the key that signs. */
export function checkpointText(
  { entries, head }: Head,
  { institution, name, time }: { institution: string; name: string; time: number },
): string {
  return canonical({ institution, name, entries, head, time })
}
