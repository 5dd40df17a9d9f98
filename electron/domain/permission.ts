import type { Consent, Withdrawal } from './consent.ts'
import type { Document, Roster } from './documents.ts'
import type { Reason } from './round.ts'
import { planHash, type Study } from './study.ts'
import type { Hash, InstitutionId } from './values.ts'

/** The signed documents about one member's permission in one study, as stored. */
export interface ConsentFile {
  readonly study: Document<Study>
  readonly consents: readonly Document<Consent>[]
  readonly withdrawals: readonly Document<Withdrawal>[]
}

const standing = new WeakMap<readonly Document<Consent>[], Map<InstitutionId, Document<Consent> | null>>()

/**
 * The answer in force of a member: its latest that was not superseded, or null where it has not answered.
 * Looked up once for each list of consents, which must not change afterwards.
 */
export function standingConsent(file: ConsentFile, member: InstitutionId): Document<Consent> | null {
  const known = standing.get(file.consents) ?? new Map<InstitutionId, Document<Consent> | null>()
  standing.set(file.consents, known)
  const before = known.get(member)
  if (before !== undefined) return before
  const found = findStanding(file, member)
  known.set(member, found)
  return found
}

function findStanding(file: ConsentFile, member: InstitutionId): Document<Consent> | null {
  const own = file.consents.filter((one) => one.author === member && one.body.study === file.study.id)
  const superseded = new Set(own.map((one) => one.body.supersedes))
  const open = own.filter((one) => !superseded.has(one.id))
  return open.length === 1 ? (open[0] ?? null) : latest(open)
}

function latest(consents: readonly Document<Consent>[]): Document<Consent> | null {
  // Two answers that do not know of each other: a refusal wins, then the later one.
  return (
    consents.toSorted(
      (a, b) =>
        Number(b.body.decision === 'decline') - Number(a.body.decision === 'decline') ||
        b.body.decidedAt - a.body.decidedAt ||
        (a.id < b.id ? -1 : 1),
    )[0] ?? null
  )
}

/** Why a member's consent does not cover a round at a time, or null when it does. */
export function uncovered(
  file: ConsentFile,
  member: InstitutionId,
  round: number,
  at: number,
): Reason | null {
  const consent = standingConsent(file, member)
  if (!consent) return 'no-consent'
  const { body } = consent
  if (body.decision === 'decline' || !body.grant) return 'declined'
  if (file.withdrawals.some((one) => one.author === member && one.body.consent === consent.id))
    return 'withdrawn'
  if (body.planHash !== planHash(file.study.body) || body.version !== file.study.body.version)
    return 'no-consent'
  if (round < body.from || round > body.to || at >= body.expiresAt) return 'no-consent'
  return null
}

/** Bytes about to leave, and what they claim to be. */
export interface Departure {
  readonly me: InstitutionId
  readonly roster: Document<Roster>
  readonly dataset: Hash
  readonly at: number
}

/**
 * Derives from the signed documents alone whether a contribution of ours may leave in this attempt.
 * Null when it may; otherwise what is wrong, in words for the local log. Called at the network's door for the bytes at hand.
 */
export function forbids(file: ConsentFile, departure: Departure): string | null {
  const { me, roster, at } = departure
  const study = file.study.body
  if (roster.body.study !== file.study.id || roster.body.version !== study.version)
    return 'the roster is of another study'
  if (roster.body.planHash !== planHash(study)) return 'the roster names another plan'
  const missing = uncovered(file, me, roster.body.round, at)
  if (missing) return `our consent does not cover the round: ${missing}`
  return outsideGrant(standingConsent(file, me)?.body, departure)
}

function outsideGrant(consent: Consent | undefined, { me, roster, dataset }: Departure): string | null {
  const { action } = roster.body
  if (action.do !== 'sum') return 'the attempt adds nothing up'
  if (!consent?.grant) return 'we have given no consent'
  if (consent.grant.dataset !== dataset) return 'our consent is for another dataset version'
  const own = action.members.find((one) => one.id === me)
  if (own?.weight !== consent.grant.weight) return 'the roster gives us another weight'
  const known = new Set<string>(consent.members)
  if (action.members.some((one) => !known.has(one.id))) return 'the roster has a member we did not approve'
  return null
}
