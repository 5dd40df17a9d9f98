import type { Document, Roster, RosterMember } from '#domain/documents.ts'
import { quorumOf } from '#domain/study.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { RoundRecord } from './record.ts'
import type { Situation } from './situation.ts'

type StaticSituation = Pick<Situation, 'kind' | 'record' | 'earlier' | 'study'>

/** A roster whose sum somebody may have opened. */
interface MaybeOpened {
  readonly ids: ReadonlySet<InstitutionId>
  /** Whose mask everybody has. */
  readonly revealed: ReadonlySet<InstitutionId>
  /** Who left in writing before opening its mask, and so never will. An honest member can rely on its own such word alone. */
  readonly quit: ReadonlySet<InstitutionId>
}

/**
 * Why these members may not add up an input that does not change, or null when they may. Statistics of a dataset and the
 * evaluation of one model are the same numbers each time, so a second sum over other members would give away the difference.
 * Where an earlier sum may have been opened, only the same members may repeat it, or all but the one whose reveal
 * nobody has: that one alone could have opened it, and the difference is its own contribution.
 */
export function staticFault(s: StaticSituation, members: readonly RosterMember[]): string | null {
  if (s.kind === 'training') return null
  const now = new Set<InstitutionId>(members.map((one) => one.id))
  const free = everMaybeOpened(s).every((one) => mayFollow(now, one))
  return free ? null : 'an unchanging input was summed over other members before'
}

/** Of these members, those who may add up an unchanging input together, as far as earlier sums that may have been opened allow. */
export function freeOf(s: Situation, members: readonly RosterMember[]): RosterMember[] {
  const before = s.kind === 'training' ? [] : everMaybeOpened(s)
  const repeating = members.filter((one) => before.every(({ ids }) => ids.has(one.id)))
  const untouched = members.filter((one) =>
    before.every(({ ids, quit }) => !ids.has(one.id) || quit.has(one.id)),
  )
  return untouched.length > repeating.length ? untouched : repeating
}

function mayFollow(now: ReadonlySet<InstitutionId>, { ids, revealed, quit }: MaybeOpened): boolean {
  if ([...now].every((id) => !ids.has(id) || quit.has(id))) return true
  if ([...now].some((id) => !ids.has(id))) return false
  const left = [...ids].filter((id) => !now.has(id))
  const unrevealed = [...ids].filter((id) => !revealed.has(id))
  return left.length === 0 || (left.length === 1 && unrevealed.length === 1 && left[0] === unrevealed[0])
}

function everMaybeOpened(s: StaticSituation): MaybeOpened[] {
  return [s.record, ...s.earlier].flatMap((record) => maybeOpened(s, record))
}

/**
 * Sums that somebody may have opened: every contribution was fixed, and not more members than may lie have promised never to
 * open their masks. One such promise is not enough, since a member needs no reveal of its own to open a sum alone.
 */
function maybeOpened({ kind, study: { body: study } }: StaticSituation, record: RoundRecord): MaybeOpened[] {
  const enough = Math.max(2, study.members.length - quorumOf(study) + 1)
  return [...record.attempts].flatMap(([attempt, { every, commitments, reveals }]) =>
    every.rosters.flatMap((roster) => {
      const ids = memberIds(roster)
      if (roster.body.roundKind !== kind || ids.size === 0 || [...ids].some((id) => !commitments.has(id)))
        return []
      const quitters = record.abandons.filter(
        ({ author, body }) =>
          body.attempt >= attempt && ids.has(author) && !body.revealed && !reveals.has(author),
      )
      const quit = new Set<InstitutionId>(quitters.map((one) => one.author))
      return quit.size >= enough ? [] : [{ ids, revealed: new Set(reveals.keys()), quit }]
    }),
  )
}

/** The institutions whose contributions a roster adds up; none for rosters that confirm or void. */
export function memberIds(roster: Document<Roster>): Set<InstitutionId> {
  return new Set(roster.body.action.do === 'sum' ? roster.body.action.members.map((one) => one.id) : [])
}
