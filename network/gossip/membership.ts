import type { Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Library } from '../ports.ts'

/** What gossip needs to know of a study, read once: a study never changes. */
export interface Circle {
  readonly members: ReadonlySet<InstitutionId>
  readonly lastRound: number
}

/** The circle of a study's members. */
export function circleOf({ members, rules }: Study): Circle {
  return { members: new Set(members.map((one) => one.id)), lastRound: rules.lastRound }
}

/** In a circle of at most so many, all are neighbours. */
const SMALL_CIRCLE = 9

/**
 * A member's neighbours: in a large circle those 1, 2, 4, 8 ... places further on. News that only some have reach all by
 * passing it to neighbours alone, in as many steps as the number of members has binary digits.
 */
function neighboursOf(circle: Circle, me: InstitutionId): ReadonlySet<InstitutionId> {
  const ring = [...circle.members].toSorted()
  if (ring.length <= SMALL_CIRCLE) return circle.members
  const at = ring.indexOf(me)
  const found = new Set<InstitutionId>()
  for (let step = 1; step < ring.length; step *= 2) found.add(ring[(at + step) % ring.length] ?? me)
  return found
}

/** Who may have the documents of which study, and whom we bring what others brought us. */
export function createMembership(library: Library, me: InstitutionId) {
  const circles = new Map<Hash, Circle>()
  const neighbours = new Map<Hash, ReadonlySet<InstitutionId>>()

  /** Null for a study that we do not hold. */
  function circle(study: Hash): Circle | null {
    const known = circles.get(study)
    if (known) return known
    const document = library.study(study)
    if (!document) return null
    const fresh = circleOf(document.body)
    circles.set(study, fresh)
    neighbours.set(study, neighboursOf(fresh, me))
    return fresh
  }

  return {
    circle,
    /** True when we hold the study and the institution is a member of it. */
    shares: (study: Hash, id: InstitutionId) => circle(study)?.members.has(id) ?? false,
    /** True for a member of the study to whom we bring what others brought us. */
    isNeighbour: (study: Hash, id: InstitutionId) =>
      circle(study) !== null && neighbours.get(study)?.has(id) === true,
    /** The studies that we and this institution are both members of. */
    common: (id: InstitutionId) => library.studies().filter((study) => circle(study)?.members.has(id)),
  }
}

export type Membership = ReturnType<typeof createMembership>
