import * as v from 'valibot'
import { AuditEntry } from '#domain/audit.ts'
import { Signed } from '#domain/documents.ts'
import { Count, Hash, InstitutionId } from '#domain/values.ts'
import { FileView } from './papers.ts'

const none = v.null()

/** The calls about the log of what this institution did and decided. */
export const auditCalls = {
  'audit.head': { input: none, output: v.strictObject({ seq: Count(0, 1e12), hash: v.nullable(Hash) }) },
  /** Signs the log as it stands, and says how far it goes then. */
  'audit.seal': { input: none, output: v.strictObject({ seq: Count(0, 1e12), hash: v.nullable(Hash) }) },
  'audit.verify': {
    input: none,
    output: v.strictObject({
      /** Whether the chain is unbroken and its signatures are ours. Documents are counted for themselves. */
      ok: v.boolean(),
      entries: Count(0, 1e12),
      firstBad: v.nullable(Count(1, 1e12)),
      /** Up to which entry this institution's signature covers the log. */
      signed: Count(0, 1e12),
      /** Signed documents that are kept here, and how many of them are not what their author signed. */
      documents: Count(0, 1e12),
      badDocuments: Count(0, 1e12),
    }),
  },
  /** The whole log, as an auditor checks it without this app. 'too-large' beyond what one answer may hold. */
  'audit.export': { input: none, output: FileView },
  /** Certificates of an institution as we hold them, from a number on, in the order in which they were stored. */
  'audit.certificates': {
    input: v.strictObject({ id: InstitutionId, from: Count(0, 1e9), limit: Count(1, 500) }),
    output: v.array(Signed),
  },
  'audit.list': {
    input: v.strictObject({ from: Count(1, 1e12), limit: Count(1, 1000) }),
    output: v.array(AuditEntry),
  },
} as const
