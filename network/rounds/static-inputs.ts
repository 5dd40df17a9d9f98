import type { Document, Roster, RosterMember } from '#domain/documents.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { RoundRecord } from './record.ts'
import type { Situation } from './situation.ts'

/**
 * Why these members may not add up an input that does not change, or null when they may. Statistics of a dataset and the
 * evaluation of one model are the same numbers each time, so a second sum over other members would give away the difference.
 * Where an earlier sum may have been opened, only the same members may repeat it, or all but the one whose reveal
 * nobody has: that one alone could have opened it, and the difference is its own contribution.
 */
export function staticFault(s: Situation, members: readonly RosterMember[]): string | null {
  if (s.kind === 'training') return null
  const now = new Set<InstitutionId>(members.map((one) => one.id))
  for (const record of [s.record, ...s.earlier]) {
    for (const [roster, revealed] of maybeOpened(record)) {
      if (!mayFollow(now, roster, revealed)) return 'an unchanging input was summed over other members before'
    }
  }
  return null
}

/** Of these members, those whom an earlier sum that may have been opened leaves free to add up an unchanging input again. */
export function freeOf(s: Situation, members: readonly RosterMember[]): RosterMember[] {
  if (s.kind === 'training') return [...members]
  const before = [s.record, ...s.earlier].flatMap((record) => maybeOpened(record).map(([ids]) => ids))
  return members.filter((one) => before.every((ids) => ids.has(one.id)))
}

function mayFollow(
  now: Set<InstitutionId>,
  before: Set<InstitutionId>,
  revealed: Set<InstitutionId>,
): boolean {
  if ([...now].some((id) => !before.has(id))) return false
  const left = [...before].filter((id) => !now.has(id))
  const unrevealed = [...before].filter((id) => !revealed.has(id))
  return left.length === 0 || (left.length === 1 && unrevealed.length === 1 && left[0] === unrevealed[0])
}

/** Rosters whose sum somebody may have opened: every contribution was fixed, and nobody promised in time not to reveal. */
function maybeOpened(record: RoundRecord): [Set<InstitutionId>, Set<InstitutionId>][] {
  const found: [Set<InstitutionId>, Set<InstitutionId>][] = []
  for (const [attempt, { rosters, commitments, reveals }] of record.attempts) {
    for (const roster of rosters) {
      const ids = memberIds(roster)
      if (ids.size === 0 || [...ids].some((id) => !commitments.has(id))) continue
      const kept = record.abandons.some(
        (one) =>
          one.body.attempt >= attempt &&
          ids.has(one.author) &&
          !one.body.revealed &&
          !reveals.has(one.author),
      )
      if (!kept) found.push([ids, new Set(reveals.keys())])
    }
  }
  return found
}

/** The institutions whose contributions a roster adds up; none for rosters that confirm or void. */
export function memberIds(roster: Document<Roster>): Set<InstitutionId> {
  return new Set(roster.body.action.do === 'sum' ? roster.body.action.members.map((one) => one.id) : [])
}
