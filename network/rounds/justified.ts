import type { Document, Roster, RosterMember } from '#domain/documents.ts'
import type { InstitutionId } from '#domain/values.ts'
import { hasWithheld, missedAttempts, sumFault } from './allowed.ts'
import { provenPromises } from './claims.ts'
import { promises } from './decision.ts'
import { memberIds } from './record.ts'
import type { Situation } from './situation.ts'

/** Marks when documents were first seen here: what others could have been expected to hold as well is told by it. */
export function noteArrivals({ record, memory }: Situation): void {
  for (const list of record.readies.values()) for (const one of list) memory.mark(one.id)
  for (const one of record.abandons) memory.mark(one.id)
  for (const { every } of record.attempts.values()) for (const one of every.rosters) memory.mark(one.id)
}

/**
 * A member that a sum leaves out without reason: we held what it needs to be in long before the roster came, so its leader
 * did, too, and nothing that is signed speaks against it. Null where all who are absent are so for a reason.
 */
export function leftOut(
  s: Situation,
  roster: Document<Roster>,
  ready: readonly RosterMember[],
): InstitutionId | null {
  const present = memberIds(roster)
  const members = ready.filter((one) => present.has(one.id))
  const absent = ready.filter((one) => !present.has(one.id) && isInTime(s, roster, one.ready))
  const found = absent.find((one) => isComingAlong(s, roster, one.id) && !isExcused(s, roster, one, members))
  return found?.id ?? null
}

/** Whether a document was here so long before a roster that gossip had brought it to everybody. */
function isInTime({ memory, study }: Situation, roster: Document<Roster>, id: string): boolean {
  return memory.mark(id) + study.body.rules.pace.exchange / 2 <= memory.mark(roster.id)
}

/** Whether a member goes on from the attempts before, by what it promised in time, and has not left this one. */
function isComingAlong(s: Situation, roster: Document<Roster>, id: InstitutionId): boolean {
  const { attempt } = roster.body
  if (promises(s.study.body, s.record, attempt).has(id)) return false
  if (attempt === 0) return true
  const promise = provenPromises(s, attempt - 1).get(id)
  return promise !== undefined && isInTime(s, roster, promise.id)
}

function isExcused(
  s: Situation,
  { body: { attempt } }: Document<Roster>,
  member: RosterMember,
  members: readonly RosterMember[],
): boolean {
  const together = inOrder(s, [...members, member])
  return (
    hasWithheld(s, member.id) ||
    hasMissed(s, attempt, member.id) ||
    together.some(({ id }) => sumFault(s, id, together) !== null)
  )
}

/** Whether a member signed two things in one place, or did not take a step that another member of the same sum took. */
function hasMissed({ record }: Situation, before: number, id: InstitutionId): boolean {
  const isTwofold = [...record.attempts.values()].some((one) => one.equivocators.has(id))
  return isTwofold || missedAttempts(record, id).some((attempt) => attempt < before)
}

function inOrder(s: Situation, members: readonly RosterMember[]): RosterMember[] {
  const order = s.study.body.members.map((one) => one.id)
  return members.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
}
