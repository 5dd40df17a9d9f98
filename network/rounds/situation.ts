import { hashOf } from '#domain/canonical.ts'
import type { Document, Proposal, Roster } from '#domain/documents.ts'
import { standingConsent, uncovered, type ConsentFile } from '#domain/permission.ts'
import type { Verdict } from '#domain/gate.ts'
import type { Decided, RoundKind } from '#domain/round.ts'
import type { Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Contribution } from '../ports.ts'
import type { MaybeOpened, Tokens } from './guard.ts'
import type { RoundRecord } from './record.ts'
import type { OnTrial, Tie } from './votes.ts'

/** Keys of one attempt: in memory only, erased at the member's own deadline, on abort and with the process. */
export interface Secrets {
  readonly roster: Hash
  readonly secretKey: Uint8Array
  /** The self-chosen mask seed b_i, 32 bytes. */
  readonly seed: Uint8Array
}

/** An attempt's opened sum: its roster, the hash of the exact integers and of the artefact made from them, and the loss that ends training. */
export interface Opened {
  readonly roster: Hash
  readonly sum: Hash
  readonly artefact: Hash
  readonly loss: number | null
}

/** What this process remembers of the round beyond the documents. Lost at a restart, by design. */
export interface Memory {
  readonly contribution: Contribution | 'computing' | 'failed' | 'too-few-rows' | null
  /** What the contribution is computed for. */
  readonly computedFor: Tie | null
  /** Our verdict on the model on trial. */
  readonly verdict: Verdict | 'judging' | null
  readonly secrets: Secrets | null
  /** What we opened ourselves, by attempt. */
  readonly opened: ReadonlyMap<number, Opened>
  /** Attempts whose documents turned out not to add up: a mask that does not fit its commitment. */
  readonly broken: ReadonlySet<number>
  /** Contributions that we hold, and those on their way, by hash. */
  readonly holds: (hash: Hash) => boolean
  readonly fetching: (hash: Hash) => boolean
  /** First time (ticks) that something was seen; sets it when new. */
  readonly mark: (what: string) => number
}

/** Everything that decides a member's next act in a round. */
export interface Situation {
  readonly me: InstitutionId
  readonly study: Document<Study>
  readonly file: ConsentFile
  readonly history: readonly Decided[]
  /** Records of earlier rounds in which sums of the same inputs may have been opened. */
  readonly earlier: readonly RoundRecord[]
  /** Sums that may have been opened with any of these inputs of ours, in whatever study and round. */
  readonly openings: (inputs: Tokens) => readonly MaybeOpened[]
  /** Whether we have confirmed an institution ourselves: no other counts towards our smallest sum. */
  readonly confirmed: (id: InstitutionId) => boolean
  /** Members of the latest decided sum; null before the first. */
  readonly lastRoster: readonly InstitutionId[] | null
  readonly round: number
  readonly kind: RoundKind
  readonly base: Hash | null
  /** The model that members judge now; who has voted on it, and the votes that this round rests on. */
  readonly trial: OnTrial | null
  readonly voted: ReadonlySet<InstitutionId>
  readonly votes: readonly Hash[]
  readonly shape: { readonly length: number; readonly bound: number }
  readonly record: RoundRecord
  /** What asks for this very round: the plan, kind and base that we know ourselves. Others in the record ask for nothing. */
  readonly proposal: Document<Proposal> | null
  readonly memory: Memory
  readonly paused: boolean
  /** Milliseconds since 1970, and monotonic milliseconds. */
  readonly now: number
  readonly ticks: number
  /** Whether a document has arrived. */
  readonly known: (id: Hash) => boolean
  /** Whether a member is likely to answer: connected, or lost only just now. */
  readonly expected: (id: InstitutionId) => boolean
}

const contexts = new WeakMap<Roster, Hash>()

/** The context of an attempt: every later message carries it and every key is derived from it. Computed once, since a roster never changes. */
export function contextOf(roster: Roster): Hash {
  const known = contexts.get(roster)
  if (known) return known
  const ctx = hashOf(roster)
  contexts.set(roster, ctx)
  return ctx
}

/** Members who share the turns: those of the latest sum, since an agreed list must name them; before it, all. */
export function leaderOf(
  s: Pick<Situation, 'study' | 'lastRoster' | 'round'>,
  attempt: number,
): InstitutionId {
  const rota = s.lastRoster ?? s.study.body.members.map((one) => one.id)
  const leader = rota[(s.round + attempt) % rota.length]
  if (!leader) throw new RangeError('A rota has members')
  return leader
}

/** Why a member may not take part in this round by the signed documents, or null when it may. */
export function absenceOf(s: Situation, member: InstitutionId) {
  return uncovered(s.file, member, s.round, s.now)
}

/** Whether the first round may begin: everyone has answered, or the time to answer is over. */
export function mayBegin(s: Situation): boolean {
  if (s.round > 1) return true
  const { members, rules } = s.study.body
  if (s.now >= s.study.body.createdAt + rules.pace.answer) return true
  return members.every((one) => standingConsent(s.file, one.id) !== null)
}
