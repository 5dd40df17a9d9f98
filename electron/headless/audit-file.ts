import { existsSync, readFileSync, statSync } from 'node:fs'
import * as v from 'valibot'
import type { Client } from '#contract/calls.ts'
import { AuditEntry } from '#contract/views.ts'
import { hashOf } from '#domain/canonical.ts'
import { AppError } from '#domain/errors.ts'
import { Hash, InstitutionId, Text } from '#domain/values.ts'

const MAX_FILE_BYTES = 1024 * 1024 * 1024
const PAGE = 1000
const GENESIS = '0'.repeat(64)

/** An audit log as it is handed to an auditor. */
const AuditFile = v.strictObject({
  format: v.literal(1),
  institution: v.strictObject({ id: InstitutionId, name: Text(120) }),
  head: Hash,
  entries: v.array(AuditEntry),
})
type AuditFile = v.InferOutput<typeof AuditFile>

/** The whole audit log of an institution. */
export async function exportAudit(client: Client): Promise<AuditFile> {
  const { id, name } = await client.call('institution.get', null)
  const entries: AuditEntry[] = []
  for (;;) {
    const page = await client.call('audit.list', { from: entries.length + 1, limit: PAGE })
    entries.push(...page)
    if (page.length < PAGE) break
  }
  return { format: 1, institution: { id, name }, head: entries.at(-1)?.hash ?? GENESIS, entries }
}

/** Recomputes an exported log without database or engine. Throws 'file-missing', 'file-unreadable' or 'document-refused'. */
export function verifyAuditFile(file: string): AuditFile {
  if (!existsSync(file)) throw new AppError('file-missing', file)
  if (statSync(file).size > MAX_FILE_BYTES) throw new AppError('too-large', file)
  const log = parse(file)
  let head = GENESIS
  for (const [index, { hash, ...content }] of log.entries.entries()) {
    const fits = content.seq === index + 1 && content.prevHash === head && hashOf(content) === hash
    if (!fits) throw new AppError('document-refused', `entry ${index + 1} of the log was changed or removed`)
    head = hash
  }
  if (head !== log.head) throw new AppError('document-refused', 'the log ends before its head')
  return log
}

function parse(file: string): AuditFile {
  try {
    return v.parse(AuditFile, JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw new AppError('file-unreadable', `${file} is not an exported audit log`, { cause })
  }
}
