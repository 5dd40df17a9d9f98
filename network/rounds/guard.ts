import type { InstitutionId } from '#domain/values.ts'

/** Names what a contribution's numbers depend on, part by part: the same rows and values have the same tokens for good. */
export type Tokens = readonly string[]

/** A sum that may have been opened with a member's numbers in it, since that member opened its mask for it. */
export interface MaybeOpened {
  readonly members: ReadonlyMap<InstitutionId, Tokens>
  /** Whether a member of it says in writing that its mask stays closed. Only members who all lie could have opened the sum. */
  closed(id: InstitutionId): boolean
}

/**
 * Why a member may not be added up with these others, as far as sums go that may have been opened with its numbers; null
 * when it may. For each part of its input that was in an earlier sum: only the very same parts of the very same members may
 * be added again, or all but some whose masks stay closed.
 *
 * Why that is enough. A sum is opened only where all its honest members opened their masks, and who says that its mask stays
 * closed erases it first. Of two opened sums that share a part of an honest member, that member checked the later one: whoever
 * is left out of it lies, or the earlier sum was never opened. So the honest parts of two opened sums are the same or have
 * nothing in common, and every combination of opened sums rests on all honest parts of whole rosters.
 */
export function guardFault(
  member: InstitutionId,
  earlier: readonly MaybeOpened[],
  now: ReadonlyMap<InstitutionId, Tokens>,
): string | null {
  const places = new Map((now.get(member) ?? []).map((token, place) => [token, place]))
  const free = earlier.every((one) =>
    (one.members.get(member) ?? []).every((token, before) => {
      const place = places.get(token)
      return place === undefined || isRepeated(one, before, now, place)
    }),
  )
  return free ? null : 'numbers that it rests on were added up with others before'
}

/** Whether one part of a sum is that of an earlier one again, for all its members or all but some whose masks stay closed. */
function isRepeated(
  earlier: MaybeOpened,
  before: number,
  now: ReadonlyMap<InstitutionId, Tokens>,
  place: number,
): boolean {
  const isKnown = ([id, tokens]: readonly [InstitutionId, Tokens]) => {
    const token = earlier.members.get(id)?.[before]
    return token !== undefined && token === tokens[place]
  }
  return (
    [...now].every(isKnown) && [...earlier.members.keys()].every((id) => now.has(id) || earlier.closed(id))
  )
}
