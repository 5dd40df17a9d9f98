import * as v from 'valibot'
import { Count, Hash, InstitutionId, Line, Lines, Time, Title } from './values.ts'

/** The person who decides, as the institution vouches for them. */
export const Decider = v.strictObject({
  name: Title(120),
  role: Line(120),
  authenticated: v.picklist(['passphrase', 'keychain', 'command-line']),
})
export type Decider = v.InferOutput<typeof Decider>

/** What of ours is meant, without a count: exact numbers stay in the local record. */
export const DatasetGrant = v.strictObject({
  /** Keyed hash of the mapped dataset version: changes with any row, and tells outsiders nothing. */
  dataset: Hash,
  schemaHash: Hash,
  columnsUsed: v.pipe(v.array(Title()), v.maxLength(20_000)),
  columnsUnused: Count(0, 100_000),
  weight: Count(1, 1_000_000),
  deidentification: v.nullable(Hash),
})
export type DatasetGrant = v.InferOutput<typeof DatasetGrant>

/** An institution's signed answer to a study version. Approval covers rounds `from` to `to` until `expiresAt`. */
export const Consent = v.strictObject({
  kind: v.literal('consent'),
  study: Hash,
  version: Count(1, 10_000),
  decision: v.picklist(['approve', 'decline']),
  from: Count(1, 20_000),
  to: Count(1, 20_000),
  planHash: Hash,
  members: v.pipe(v.array(InstitutionId), v.minLength(3), v.maxLength(50)),
  /** Null when declined. */
  grant: v.nullable(DatasetGrant),
  reason: Lines(2000),
  decidedBy: Decider,
  secondBy: v.nullable(Decider),
  decidedAt: Time,
  expiresAt: Time,
  supersedes: v.nullable(Hash),
  /** Hash and language of exactly the text that was shown. */
  textHash: Hash,
  language: Line(20),
  build: Line(60),
})
export type Consent = v.InferOutput<typeof Consent>

/** Stops everything a consent would still allow. What was sent before cannot be called back. */
export const Withdrawal = v.strictObject({
  kind: v.literal('withdrawal'),
  study: Hash,
  consent: Hash,
  reason: Lines(2000),
  withdrawnAt: Time,
})
export type Withdrawal = v.InferOutput<typeof Withdrawal>
