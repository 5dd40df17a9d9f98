import { canonical } from '#domain/canonical.ts'
import type { Abandon, Document, Roster } from '#domain/documents.ts'
import type { Outcome } from '#domain/round.ts'
import { quorumOf } from '#domain/study.ts'
import { hasRevealed, promises, signersOf } from './decision.ts'
import { attemptOf } from './record.ts'
import { outcomeOfSum, outcomeOfVoid } from './outcomes.ts'
import type { Situation } from './situation.ts'

/**
 * Whether signatures that we hold bear out what a promise claims. A quorum of promises decides what an attempt may do, so a
 * liar's word alone must not: a promise whose proof has not arrived is waited for and counts for nothing.
 */
export function isProven(s: Situation, { author, body }: Document<Abandon>): boolean {
  if (body.revealed && !hasRevealed(s.record, author)) return false
  const claim = body.certified
  return claim === null || (claim.attempt <= body.attempt && isCertifiable(s, claim))
}

/** The promises of a quorum's worth that count: those that are proven. */
export function provenPromises(s: Situation, attempt: number) {
  return promises(s.study.body, s.record, attempt, (one) => isProven(s, one))
}

/** An honest member can have certified this outcome in this attempt, and no other. */
function isCertifiable(s: Situation, { attempt, outcome }: NonNullable<Abandon['certified']>): boolean {
  const study = s.study.body
  const { every } = attemptOf(s.record, attempt)
  const text = canonical(outcome)
  const same = every.certificates.filter((one) => canonical(one.body.outcome) === text)
  // More members than the quorum allows to lie have certified it: one of them is honest.
  if (signersOf(study, same) > study.members.length - quorumOf(study)) return true
  if (openedByUs(s, outcome)) return true
  return every.rosters.some((roster) => {
    const agreed = agreedIn(roster)
    if (!agreed || canonical(agreed) !== text) return false
    const accepted = every.acceptances.filter((one) => one.body.roster === roster.id)
    return signersOf(study, accepted) >= quorumOf(study)
  })
}

/** What a roster comes to by a quorum's agreement alone; null for a sum, which has to be opened. */
function agreedIn(roster: Document<Roster>): Outcome | null {
  const { action } = roster.body
  if (action.do === 'sum') return null
  return action.do === 'confirm' ? action.outcome : outcomeOfVoid(roster)
}

/** Whether an outcome is one that we opened ourselves. */
export function openedByUs(s: Situation, outcome: Outcome): boolean {
  return [...s.memory.opened.entries()].some(([attempt, opened]) => {
    const roster = attemptOf(s.record, attempt).every.rosters.find((one) => one.id === opened.roster)
    return roster !== undefined && canonical(outcomeOfSum(roster, opened)) === canonical(outcome)
  })
}
