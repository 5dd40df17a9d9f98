import type { RosterMember } from '#domain/documents.ts'
import { smallestRoster } from '#domain/study.ts'
import type { InstitutionId } from '#domain/values.ts'
import { guardFault, type MaybeOpened } from './guard.ts'
import { inputsOf, openedBy } from './openings.ts'
import { memberIds, type RoundRecord } from './record.ts'
import type { Situation } from './situation.ts'

/**
 * Why a member does not let its numbers be added up with these others; null where it does. Of ourselves by all that we know,
 * of others by what the documents of this study show: each checks its own part, so nobody relies on it.
 */
export function sumFault(
  s: Situation,
  member: InstitutionId,
  members: readonly RosterMember[],
): string | null {
  if (countedBy(s, member, members) < smallestRoster(s.study.body))
    return 'too few of its members are confirmed'
  return boundFault(s, member, members)
}

/** Why earlier sums, which may have been opened, keep a member from being added up with these others; null where they do not. */
export function boundFault(
  s: Situation,
  member: InstitutionId,
  members: readonly RosterMember[],
): string | null {
  const earlier = openingsOf(s, member)
  return earlier.length === 0 ? null : guardFault(member, earlier, inputsOf(s.record, members))
}

/** How many of these a member counts towards its smallest sum: itself and those that it has confirmed. */
function countedBy(s: Situation, member: InstitutionId, members: readonly RosterMember[]): number {
  const confirmed = s.record.readies.get(member)?.at(-1)?.body.confirmed
  if (member !== s.me && confirmed === undefined) return members.length
  const counts = (id: InstitutionId) => (member === s.me ? s.confirmed(id) : confirmed?.includes(id))
  return members.filter(({ id }) => id === member || counts(id)).length
}

const known = new WeakMap<Situation, Map<InstitutionId, readonly MaybeOpened[]>>()

function openingsOf(s: Situation, member: InstitutionId): readonly MaybeOpened[] {
  const here = known.get(s) ?? new Map<InstitutionId, readonly MaybeOpened[]>()
  known.set(s, here)
  const found = here.get(member) ?? findOpenings(s, member)
  here.set(member, found)
  return found
}

function findOpenings(s: Situation, member: InstitutionId): readonly MaybeOpened[] {
  if (member !== s.me) return [s.record, ...s.earlier].flatMap((record) => openedBy(record, member))
  const inputs = s.record.readies.get(member)?.flatMap((one) => one.body.inputs ?? []) ?? []
  return s.openings(inputs)
}

/**
 * Of these members the most who let themselves be added up together; null where those are too few for a sum. Whoever withheld
 * its part of a sum, or misses one attempt after the other, is among them only where it cannot be done without.
 */
export function mostAllowed(s: Situation, members: readonly RosterMember[]): readonly RosterMember[] | null {
  const present = members.filter(({ id }) => !isMissing(s, id))
  const reliable = present.filter(({ id }) => !hasWithheld(s, id))
  return mostOf(s, reliable) ?? mostOf(s, present) ?? mostOf(s, members)
}

function mostOf(s: Situation, members: readonly RosterMember[]): readonly RosterMember[] | null {
  const all = settled(s, members)
  if (all.length === members.length) return enough(s, all)
  const sets = members.flatMap(({ id }) =>
    openingsOf(s, id).map((sum) => members.filter((one) => sum.members.has(one.id))),
  )
  const untouched = members.filter(({ id }) => openingsOf(s, id).length === 0)
  const distinct = new Map([...sets, untouched].map((set) => [set.map((one) => one.id).join(), set]))
  const found = [all, ...[...distinct.values()].map((set) => settled(s, set))]
  return enough(s, found.toSorted((a, b) => b.length - a.length)[0] ?? [])
}

function enough(s: Situation, members: readonly RosterMember[]): readonly RosterMember[] | null {
  return members.length >= smallestRoster(s.study.body) ? members : null
}

/** Leaves out whoever does not let itself be added up with the rest, until all do. */
function settled(s: Situation, members: readonly RosterMember[]): readonly RosterMember[] {
  const able = members.filter(({ id }) => sumFault(s, id, members) === null)
  return able.length === members.length || able.length === 0 ? able : settled(s, able)
}

/**
 * Whether a member kept its mask closed in an earlier round that starts where this one does, while others opened theirs. It
 * sits out until the base has moved, wherever the others are enough.
 */
export function hasWithheld(s: Situation, member: InstitutionId): boolean {
  return s.earlier.some((record) => withheldIn(s, record, member))
}

function withheldIn({ kind, base }: Situation, record: RoundRecord, member: InstitutionId): boolean {
  return [...record.attempts.values()].some(({ every, commitments }) =>
    every.rosters.some((roster) => {
      const ids = memberIds(roster)
      const isLike = roster.body.roundKind === kind && roster.body.base === base
      if (!isLike || !ids.has(member) || [...ids].some((id) => !commitments.has(id))) return false
      return every.reveals.length > 0 && !every.reveals.some((one) => one.author === member)
    }),
  )
}

/** So many attempts of a round a member may miss before it counts as missing. */
const MISSED_AT_MOST = 2

/** Whether a member has taken part in none of the latest attempts that it was to be in, while others did. */
export function isMissing({ record }: Situation, member: InstitutionId): boolean {
  return missedAttempts(record, member).length > MISSED_AT_MOST
}

/** The attempts of a round in which a member did not take a step that another member of the same sum took. */
export function missedAttempts(record: RoundRecord, member: InstitutionId): number[] {
  return [...record.attempts].flatMap(([attempt, { every, acceptances, commitments, reveals }]) => {
    const isIn = every.rosters.some((roster) => memberIds(roster).has(member))
    const steps = [acceptances, commitments, reveals]
    return isIn && steps.some((step) => step.size > 0 && !step.has(member)) ? [attempt] : []
  })
}

/** Whether a sum holds a member that sits out, although it could be made without. */
export function needlesslyHolds(s: Situation, members: readonly RosterMember[]): boolean {
  const sitting = members.filter(({ id }) => !hasWithheld(s, id))
  return sitting.length < members.length && mostOf(s, sitting) !== null
}
