import * as v from 'valibot'
import { Consent, Decider, Withdrawal } from './consent.ts'
import { Outcome, Reason, RoundKind } from './round.ts'
import { Study } from './study.ts'
import { Bytes32, Count, Hash, InstitutionId, Lines, Real, Signature, Time } from './values.ts'

/** No signed document is larger than this, as canonical JSON in UTF-8. */
export const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024

const place = { study: Hash, round: Count(1, 20_000) }
const attempt = { ...place, attempt: Count(0, 1_000) }

/** Ids of vote documents, ascending. */
const Votes = v.pipe(v.array(Hash), v.maxLength(50))

/** The member whose turn it is asks all members for one round. */
export const Proposal = v.strictObject({
  kind: v.literal('proposal'),
  ...place,
  roundKind: RoundKind,
  planHash: Hash,
  /** The artefact that the round starts from; null before the first. Members check it, the proposer does not choose it. */
  base: v.nullable(Hash),
  /** The votes on the last training sum from which kind and base follow; absent where a study has none. */
  votes: v.exactOptional(Votes),
  proposedAt: Time,
})
export type Proposal = v.InferOutput<typeof Proposal>

/** 96 bits of a keyed hash of what numbers depend on. */
const InputToken = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{16}$/))

/** A member has computed its contribution to a round under this consent of its own. */
export const Ready = v.strictObject({
  kind: v.literal('ready'),
  ...place,
  roundKind: RoundKind,
  base: v.nullable(Hash),
  consent: Hash,
  dataset: Hash,
  weight: Count(1, 1_000_000),
  /** What its numbers depend on, part by part: keyed, so that only the same can be told from another. Absent in old rounds. */
  inputs: v.exactOptional(v.pipe(v.array(InputToken), v.minLength(1), v.maxLength(20_010))),
  /** The members that it has confirmed itself, where it has not confirmed all: no others count towards its smallest sum. */
  confirmed: v.exactOptional(v.pipe(v.array(InstitutionId), v.maxLength(50))),
})
export type Ready = v.InferOutput<typeof Ready>

/**
 * A member can have no part in a round: with the data of this consent it has too few rows, their numbers were opened in a sum
 * with others before, or it has confirmed too few of the members. Nobody waits for it.
 */
export const Unable = v.strictObject({
  kind: v.literal('unable'),
  ...place,
  roundKind: RoundKind,
  base: v.nullable(Hash),
  consent: Hash,
  reason: v.picklist(['too-few-rows', 'sum-opened', 'unconfirmed']),
})
export type Unable = v.InferOutput<typeof Unable>

/** Who takes part in an attempt, in the study's order, each by its own ready document. */
export const RosterMember = v.strictObject({ id: InstitutionId, ready: Hash, weight: Count(1, 1_000_000) })
export type RosterMember = v.InferOutput<typeof RosterMember>

export const Absence = v.strictObject({ id: InstitutionId, reason: Reason })
export type Absence = v.InferOutput<typeof Absence>

/** What an attempt decides: add up these members' contributions, confirm what an earlier attempt opened, or void the round. */
export const Action = v.variant('do', [
  v.strictObject({
    do: v.literal('sum'),
    members: v.pipe(v.array(RosterMember), v.minLength(3), v.maxLength(50)),
    absent: v.pipe(v.array(Absence), v.maxLength(50)),
    length: Count(1, 64 * 1024 * 1024),
    bound: Real(1e-9, 1e12),
  }),
  v.strictObject({ do: v.literal('confirm'), outcome: Outcome }),
  v.strictObject({
    do: v.literal('void'),
    /** Who cannot take part, in the study's order, where that leaves too few ever to judge the model. */
    absent: v.exactOptional(v.pipe(v.array(Absence), v.minLength(1), v.maxLength(50))),
  }),
])
export type Action = v.InferOutput<typeof Action>

/** The one decision proposed for an attempt, by the member whose turn the attempt is. */
export const Roster = v.strictObject({
  kind: v.literal('roster'),
  ...attempt,
  version: Count(1, 10_000),
  roundKind: RoundKind,
  base: v.nullable(Hash),
  planHash: Hash,
  action: Action,
  /** The abandon documents of a quorum for every earlier attempt's end; empty for attempt 0. */
  because: v.pipe(v.array(Hash), v.maxLength(50)),
  /** The votes that the round's proposal named: with a sum they are fixed for ever. */
  votes: v.exactOptional(Votes),
})
export type Roster = v.InferOutput<typeof Roster>

/** A member's only signature on a roster in this attempt, with its fresh X25519 key for it. */
export const Acceptance = v.strictObject({
  kind: v.literal('acceptance'),
  ...attempt,
  roster: Hash,
  ctx: Hash,
  key: Bytes32,
})
export type Acceptance = v.InferOutput<typeof Acceptance>

/** Fixes a masked contribution before anybody opens anything. */
export const Commitment = v.strictObject({
  kind: v.literal('commitment'),
  ...attempt,
  ctx: Hash,
  dataset: Hash,
  /** SHA-256 of the masked contribution's bytes. */
  contribution: Hash,
  /** SHA-256 of the 32 bytes of the self-chosen mask seed. */
  mask: Hash,
})
export type Commitment = v.InferOutput<typeof Commitment>

/** Opens a member's self-chosen mask, once it holds every contribution of the roster. */
export const Reveal = v.strictObject({
  kind: v.literal('reveal'),
  ...attempt,
  ctx: Hash,
  /** Hash of all commitments that it holds, so that members who were shown different ones never open two sums. */
  seen: Hash,
  mask: Bytes32,
})
export type Reveal = v.InferOutput<typeof Reveal>

/** A promise in writing: this member signs nothing more in this or an earlier attempt. */
export const Abandon = v.strictObject({
  kind: v.literal('abandon'),
  ...attempt,
  /** True when its mask seed of this round was ever revealed: the update is spent. */
  revealed: v.boolean(),
  /** What it last certified in this round, if anything. */
  certified: v.nullable(v.strictObject({ attempt: Count(0, 1_000), outcome: Outcome })),
  /** Whom it waited for. */
  missing: v.pipe(v.array(InstitutionId), v.maxLength(50)),
})
export type Abandon = v.InferOutput<typeof Abandon>

/** A member's signature on what an attempt came to. A quorum of equal ones decides the round for ever. */
export const Certificate = v.strictObject({
  kind: v.literal('certificate'),
  ...attempt,
  outcome: Outcome,
  /** How far the signer's audit log goes, so that it cannot shorten or change the log unnoticed later. */
  auditHead: Hash,
  auditLength: Count(0, 1e12),
})
export type Certificate = v.InferOutput<typeof Certificate>

/** After a training round: is the new model better for us? No numbers: a forged one could swing any sum. */
export const Vote = v.strictObject({
  kind: v.literal('vote'),
  ...place,
  artefact: Hash,
  vote: v.picklist(['better', 'same', 'worse']),
})
export type Vote = v.InferOutput<typeof Vote>

/** A question about a study, or an answer to one, for all members to read. */
export const Note = v.strictObject({
  kind: v.literal('note'),
  study: Hash,
  answers: v.nullable(Hash),
  text: v.pipe(Lines(4000), v.minLength(1)),
  writtenAt: Time,
})
export type Note = v.InferOutput<typeof Note>

/** A share of pairs or patients, or a mean miss in the outcome's unit. */
const Spread = v.strictObject({ value: Real(0, 2e12), low: Real(0, 2e12), high: Real(0, 2e12) })

/** What a person of a member lets all members read of its own held-out patients: rounded, each figure with its interval. */
export const Figures = v.strictObject({
  kind: v.literal('figures'),
  study: Hash,
  model: Hash,
  /** In tens. */
  rows: Count(0, 1e9),
  alone: v.nullable(Spread),
  shared: v.nullable(Spread),
  publishedAt: Time,
  publishedBy: Decider,
})
export type Figures = v.InferOutput<typeof Figures>

/** Everything that institutions sign for each other. */
export const Body = v.variant('kind', [
  Study,
  Consent,
  Withdrawal,
  Proposal,
  Ready,
  Unable,
  Roster,
  Acceptance,
  Commitment,
  Reveal,
  Abandon,
  Certificate,
  Vote,
  Note,
  Figures,
])
export type Body = v.InferOutput<typeof Body>
export type DocumentKind = Body['kind']
export type BodyOf<K extends DocumentKind> = Extract<Body, { kind: K }>

/** A body with its author's Ed25519 signature over `murmuration/1/document`, a zero byte, and the canonical JSON of {author, body}. */
export const Signed = v.strictObject({ author: InstitutionId, body: Body, signature: Signature })
export type Signed = v.InferOutput<typeof Signed>

/** A signed document with its id: SHA-256 of the very bytes that are signed. */
export interface Document<B extends Body = Body> {
  readonly id: Hash
  readonly author: InstitutionId
  readonly body: B
  readonly signature: string
}

/** The study whose set a document belongs to. A study document founds its own set. */
export function studyOf(document: Document): Hash {
  return document.body.kind === 'study' ? document.id : document.body.study
}

/** The round a document belongs to, or 0 for those of the study as a whole. */
export function roundOf(body: Body): number {
  return 'round' in body && typeof body.round === 'number' ? body.round : 0
}

const once = new Set<DocumentKind>(['roster', 'acceptance', 'commitment', 'reveal', 'abandon', 'certificate'])

/** The place in which an author may sign only one document; null where several are allowed. Two in one slot are evidence. */
export function slotOf(document: Document): string | null {
  const { body, author } = document
  if (body.kind === 'vote') return [body.study, body.round, body.kind, author].join('/')
  if (!once.has(body.kind) || !('attempt' in body)) return null
  return [body.study, body.round, body.attempt, body.kind, author].join('/')
}
