import * as v from 'valibot'
import { Consent } from '#domain/consent.ts'
import { LeftAttempt, Outcome as RoundOutcome, Reason, RoundKind } from '#domain/round.ts'
import { Study } from '#domain/study.ts'
import { Count, Hash, InstitutionId, Name, Text, Time } from '#domain/values.ts'
import { consentDetail, resultDetail, roundDetail } from './figures.ts'
import { InferenceView } from './inference.ts'
import { LinkTrouble } from './self-test.ts'
import { ComputeView } from './settings.ts'

/** This institution, as its own screens show it. */
export const InstitutionView = v.strictObject({
  id: InstitutionId,
  name: Text(120),
  build: Text(60),
  rehearsal: v.boolean(),
  addresses: v.array(Text(300)),
  /** What the trainer said last of how it computes; null before. */
  backend: v.nullable(ComputeView),
  /** How whoever opened this institution proved to be allowed: it stands in what a person decides here. */
  unlockedBy: v.optional(v.picklist(['passphrase', 'keychain', 'command-line'])),
})
export type InstitutionView = v.InferOutput<typeof InstitutionView>

/** Another institution that ours knows; `connected` only after it answered our own hello. */
export const PeerView = v.strictObject({
  id: InstitutionId,
  name: Text(120),
  addresses: v.array(Text(300)),
  confirmedAt: Time,
  connected: v.boolean(),
  lastSeen: v.nullable(Time),
  /** Its clock minus ours in milliseconds, as its last hello said; null before one. */
  skewMs: v.optional(v.nullable(v.pipe(v.number(), v.integer())), null),
  /** Why it is not connected, as our last attempt saw it; null while it is, and before the first. */
  trouble: v.optional(v.nullable(LinkTrouble), null),
})
export type PeerView = v.InferOutput<typeof PeerView>

/** What an invitation says, before it is confirmed. */
export const InvitationView = v.strictObject({
  id: InstitutionId,
  name: Text(120),
  addresses: v.array(Text(300)),
  expiresAt: Time,
  /** `by-another-key`: we know an institution of this name that has another key. */
  known: v.picklist(['no', 'yes', 'by-another-key']),
  purpose: v.picklist(['pairing', 'roll-call']),
})
export type InvitationView = v.InferOutput<typeof InvitationView>

/** What an import found so far; `done` counts bytes of `size`. */
export const ImportProgress = v.strictObject({
  id: Text(60),
  name: Name,
  size: Count(0, 1e15),
  done: Count(0, 1e15),
  rows: Count(0, 1e9),
  /** Milliseconds until the file has come, at the pace so far; null before there is one. */
  left: v.optional(v.nullable(Count(0, 1e12))),
})
export type ImportProgress = v.InferOutput<typeof ImportProgress>

/** A member's place in a study now. */
export const MemberView = v.strictObject({
  id: InstitutionId,
  name: Text(120),
  answer: v.picklist(['none', 'approved', 'declined', 'withdrawn', 'expired']),
  weight: v.nullable(Count(1, 1_000_000)),
  connected: v.boolean(),
})
export type MemberView = v.InferOutput<typeof MemberView>

export const StudyState = v.picklist([
  'needs-mapping',
  'needs-consent',
  'waiting',
  'running',
  'paused',
  'finished',
  'left',
])

/** Why all rounds wait here by themselves: by day where only nights are allowed, on battery, or for want of room on the disk. */
export const Held = v.picklist(['day', 'battery', 'disk'])
export type Held = v.InferOutput<typeof Held>

/** A study with where it stands. Bytes count masked contributions we sent, over all rounds. */
export const StudyView = v.strictObject({
  id: Hash,
  author: InstitutionId,
  study: Study,
  state: StudyState,
  members: v.array(MemberView),
  round: Count(0, 20_000),
  roundKind: v.nullable(RoundKind),
  /** Training sums in the model in force: at most as many as the plan has rounds. */
  trained: Count(0, 20_000),
  /** Training sums that most of their members found worse. */
  rolledBack: v.optional(Count(0, 20_000)),
  /** Training sums that lay after the best model when training went back to that. */
  setAside: v.optional(Count(0, 20_000)),
  voided: Count(0, 20_000),
  modelHash: v.nullable(Hash),
  bytesSent: Count(0, 1e15),
  /** How many members more the round under way needs to be there: while some are wanted the study waits. */
  waitsFor: v.optional(Count(0, 50)),
  /** Absent or null while rounds go on by the person's own will. */
  held: v.optional(v.nullable(Held)),
  /** When those who have not answered count as absent. */
  answerBy: v.optional(v.nullable(Time)),
  /** Whether our trainer refused the shared model: our part is held until a person decides. */
  modelRefused: v.exactOptional(v.boolean()),
})
export type StudyView = v.InferOutput<typeof StudyView>

/** Figures of a model on held-out patients; null where they cannot be told. */
export const FiguresView = v.strictObject({
  rows: Count(0, 1e9),
  events: v.nullable(Count(0, 1e9)),
  auc: v.nullable(v.number()),
  logLoss: v.nullable(v.number()),
  brier: v.nullable(v.number()),
  accuracy: v.nullable(v.number()),
  /** Regression, in the outcome's unit (squared for mse). */
  mse: v.exactOptional(v.nullable(v.number())),
  mae: v.exactOptional(v.nullable(v.number())),
  r2: v.exactOptional(v.nullable(v.number())),
  /** Survival: the share of comparable pairs within hospitals that are in the right order. */
  cIndex: v.exactOptional(v.nullable(v.number())),
})
export type FiguresView = v.InferOutput<typeof FiguresView>

/** A round with who is in, who is missing and why. */
export const RoundView = v.strictObject({
  study: Hash,
  round: Count(1, 20_000),
  kind: RoundKind,
  phase: v.picklist(['proposed', 'computing', 'ready', 'exchanging', 'revealing', 'certifying', 'decided']),
  attempt: Count(0, 1000),
  outcome: v.nullable(RoundOutcome),
  members: v.array(
    v.strictObject({
      id: InstitutionId,
      state: v.picklist(['in', 'waiting', 'missing']),
      reason: v.nullable(Reason),
    }),
  ),
  /** Attempts that came to nothing, with who caused them: for a void round too. */
  left: v.array(LeftAttempt),
  ownLoss: v.nullable(v.number()),
  sharedLoss: v.nullable(v.number()),
  bytesSent: Count(0, 1e15),
  startedAt: v.nullable(Time),
  decidedAt: v.nullable(Time),
  computeMs: v.nullable(v.number()),
  exchangeMs: v.nullable(v.number()),
  /** Training: its model on our own held-out patients; null or absent where that was not looked at. */
  heldOut: v.optional(v.nullable(FiguresView)),
  ...roundDetail,
})
export type RoundView = v.InferOutput<typeof RoundView>

/** One of the ten parts of the consent page. */
export const ConsentPart = v.strictObject({
  number: Count(1, 10),
  title: Text(80),
  lines: v.array(Text(4_000_000)),
})
export type ConsentPart = v.InferOutput<typeof ConsentPart>

/** The consent page as structured parts; `text` is exactly what is hashed and signed with the decision. */
export const ConsentPage = v.strictObject({
  study: Hash,
  dataset: v.nullable(Text(40)),
  parts: v.array(ConsentPart),
  text: Text(8_000_000),
  textHash: Hash,
  /** Of the text apart from what the rounds came to so far: while it stays the same, the text that was read may be signed. */
  termsHash: Hash,
  language: Text(20),
  rowsUsed: Count(0, 1e9),
  rowsTotal: Count(0, 1e9),
  columnsUsed: v.array(Name),
  columnsUnused: v.array(Name),
  values: Count(0, 1e9),
  bytesPerRound: Count(0, 1e12),
  standing: v.nullable(Consent),
  /** The document of `standing`: a new decision names it while it is in force. */
  standingId: v.nullable(Hash),
  ...consentDetail,
})
export type ConsentPage = v.InferOutput<typeof ConsentPage>

/** Is it worth it for us: our own held-out patients, and all members' from the summed evaluation. */
export const ResultsView = v.strictObject({
  study: Hash,
  alone: v.nullable(FiguresView),
  shared: v.nullable(FiguresView),
  overall: v.nullable(FiguresView),
  /** All members' held-out patients under the model that each trained alone. */
  overallAlone: v.nullable(FiguresView),
  modelHash: v.nullable(Hash),
  /** The shared model fitted further to our own training patients, for our own use: how many passes helped (0: none did). */
  tuned: v.optional(v.strictObject({ passes: Count(0, 1000), figures: FiguresView })),
  /** What the exact fit of a linear model says of its variables; absent for averaged models and before the first sum. */
  inference: v.exactOptional(InferenceView),
  ...resultDetail,
})
export type ResultsView = v.InferOutput<typeof ResultsView>
