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
 * be added again, or all but some whose masks stay closed. Of equal parts of one sum each is compared with its own like.
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
  const places = placesOf(now.get(member) ?? [])
  const free = earlier.every((one) =>
    [...placesOf(one.members.get(member) ?? [])].every(([token, before]) =>
      isContained(one, before, now, places.get(token) ?? []),
    ),
  )
  return free ? null : 'numbers that it rests on were added up with others before'
}

/** Where each token stands: two columns with the same values in the same rows have the same one, as where as many are men as died. */
function placesOf(tokens: Tokens): Map<string, number[]> {
  const places = new Map<string, number[]>()
  for (const [place, token] of tokens.entries()) places.set(token, [...(places.get(token) ?? []), place])
  return places
}

/** Whether one of two sums says nothing of these equal parts of a member that the other does not say. */
function isContained(
  earlier: MaybeOpened,
  before: readonly number[],
  now: ReadonlyMap<InstitutionId, Tokens>,
  places: readonly number[],
): boolean {
  const isSame = (one: number, place: number) => isRepeated(earlier, one, now, place)
  return (
    before.every((one) => places.some((place) => isSame(one, place))) ||
    places.every((place) => before.some((one) => isSame(one, place)))
  )
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
