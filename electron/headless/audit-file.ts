import * as v from 'valibot'
import type { Client } from '#contract/calls.ts'
import { AuditEntry, CHECKPOINT, EMPTY_LOG, type Head, headAfter } from '#domain/audit.ts'
import { AppError } from '#domain/errors.ts'
import { Hash, InstitutionId, Text } from '#domain/values.ts'
import { isSignedCheckpoint } from '#network/identity/checkpoints.ts'
import { readCertificates } from './certificates-file.ts'
import { keyHistory } from '#network/identity/key-statements.ts'
import { readJson } from './json-file.ts'

const PAGE = 1000

/** An audit log as it is handed to an auditor. */
const AuditFile = v.strictObject({
  format: v.literal(2),
  institution: v.strictObject({ id: InstitutionId, name: Text(120) }),
  /** Statements by which earlier keys named their successors, in order. */
  keys: v.array(Text(8000)),
  head: Hash,
  entries: v.array(AuditEntry),
})
type AuditFile = v.InferOutput<typeof AuditFile>

/** What an exported log was found to be. */
export interface Verified {
  readonly log: AuditFile
  /** Up to which entry the institution's own signature covers it. */
  readonly signed: number
  /** The heads of it that others hold in certificates, the shortest first. */
  readonly certified: readonly Head[]
}

/** The whole audit log of an institution, signed to its end. */
export async function exportAudit(client: Client): Promise<AuditFile> {
  const { id, name } = await client.call('institution.get', null)
  const { seq } = await client.call('audit.seal', null)
  const entries: AuditEntry[] = []
  while (entries.length < seq) {
    const page = await client.call('audit.list', { from: entries.length + 1, limit: PAGE })
    if (page.length === 0) break
    entries.push(...page.filter((one) => one.seq <= seq))
  }
  const keys = await client.call('keys.own', null)
  return { format: 2, institution: { id, name }, keys, head: entries.at(-1)?.hash ?? EMPTY_LOG.head, entries }
}

/**
 * Checks an exported log without database or engine: its chain, the institution's signatures, and that it contains every
 * head that certificates of other members name. Throws 'file-missing', 'file-unreadable' or 'document-refused'.
 */
export function verifyAuditFile(file: string, certificates: readonly string[]): Verified {
  const log = readJson(AuditFile, file, 'an exported audit log of this version')
  const keys = keyHistory(log.institution.id, log.keys)
  const signed = checkChain(log, keys)
  const certified = certificates.flatMap((one) => readCertificates(one, keys))
  for (const head of certified) checkContains(log, head)
  return { log, signed, certified: certified.toSorted((a, b) => a.entries - b.entries) }
}

/** Recomputes every hash and checks every signature. Returns up to which entry the log is signed. */
function checkChain({ institution, entries, head }: AuditFile, keys: readonly InstitutionId[]): number {
  let at: Head = EMPTY_LOG
  let last: AuditEntry | null = null
  for (const entry of entries) {
    const next = headAfter(at, entry)
    if (!next) throw refused(`entry ${at.entries + 1} of the log was changed or removed`)
    if (entry.action === CHECKPOINT && entry.by === undefined) last = checkedSeal(entry, keysFrom(keys, last))
    at = next
  }
  if (at.head !== head) throw refused('the log ends before its head')
  return checkEnd(last, institution)
}

/** The keys that may sign next: that of the last signature, and those that follow it. */
function keysFrom(keys: readonly InstitutionId[], last: AuditEntry | null): readonly InstitutionId[] {
  return last === null ? keys : keys.slice(0, 1 + keys.indexOf(last.object))
}

/** The last signature must be that of the institution by whose name and key the file goes. */
function checkEnd(last: AuditEntry | null, institution: AuditFile['institution']): number {
  if (last === null)
    throw refused(`no signature of ${institution.id} is in it: anybody could have written it`)
  if (last.object !== institution.id) throw refused(`its last signature is not that of ${institution.id}`)
  if (last.actor !== institution.name) throw refused('its last signature was made under another name')
  return last.seq
}

/** A checkpoint of one of these keys: once a key has signed, those before it sign no more. */
function checkedSeal(entry: AuditEntry, keys: readonly InstitutionId[]): AuditEntry {
  if (!keys.includes(entry.object) || !isSignedCheckpoint(entry))
    throw refused(`the signature in entry ${entry.seq} is not that of ${keys[0]}`)
  return entry
}

/** A head that another member was given must be one of this log. */
function checkContains({ entries }: AuditFile, { entries: length, head }: Head): void {
  if (length > entries.length)
    throw refused(
      `it was shortened: another member was given the head of ${length} entries, and it has ${entries.length}`,
    )
  const here = length === 0 ? EMPTY_LOG.head : entries[length - 1]?.hash
  if (here !== head)
    throw refused(`it is another log than the one whose entry ${length} another member was given`)
}

function refused(message: string): AppError {
  return new AppError('document-refused', message)
}
