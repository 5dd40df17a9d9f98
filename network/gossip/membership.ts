import type { Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Library } from '../ports.ts'
import { type Routes, routesOf } from './routes.ts'

/** What gossip needs to know of a study, read once: a study never changes. */
export interface Circle {
  readonly members: ReadonlySet<InstitutionId>
  readonly lastRound: number
}

/** The circle of a study's members. */
export function circleOf({ members, rules }: Study): Circle {
  return { members: new Set(members.map((one) => one.id)), lastRound: rules.lastRound }
}

/** Who may have the documents of which study, and how they travel. */
export function createMembership(library: Library, me: InstitutionId) {
  const circles = new Map<Hash, Circle>()
  const routes = new Map<Hash, Routes>()

  /** Null for a study that we do not hold. */
  function circle(study: Hash): Circle | null {
    const known = circles.get(study)
    if (known) return known
    const document = library.study(study)
    if (!document) return null
    const fresh = circleOf(document.body)
    circles.set(study, fresh)
    routes.set(study, routesOf(fresh.members, me))
    return fresh
  }

  return {
    circle,
    /** True when we hold the study and the institution is a member of it. */
    shares: (study: Hash, id: InstitutionId) => circle(study)?.members.has(id) ?? false,
    /** How documents of a study travel; null for a study that we do not hold. */
    routes: (study: Hash): Routes | null => (circle(study) ? (routes.get(study) ?? null) : null),
    /** The studies that we and this institution are both members of. */
    common: (id: InstitutionId) => library.studies().filter((study) => circle(study)?.members.has(id)),
  }
}

export type Membership = ReturnType<typeof createMembership>
