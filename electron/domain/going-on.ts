import { canonical } from './canonical.ts'
import { standing, statisticsOf, type Decided } from './round.ts'
import type { OfVersion, Start, Study } from './study.ts'
import type { Hash } from './values.ts'

/** A version of a study with its decided rounds. */
export interface Before {
  readonly study: Study
  readonly decided: readonly Decided[]
}

/**
 * What a new version goes on from, by the decided rounds of the version before: its last statistics, and its model in force where
 * both are of one shape. Nothing of it is added up again. Null where it begins with statistics of its own: see `whyAnew`.
 */
export function startFrom(before: Before, next: Study): Start | null {
  if (whyAnew(before, next) !== null) return null
  const { study, decided } = before
  const found = statisticsOf(study, decided)
  const statistics = found && resolved(study, found, study.start?.statistics ?? null)
  if (!statistics) return null
  const last = standing(study, decided).line.at(-1)
  const isSame = canonical(shapeOfModel(study)) === canonical(shapeOfModel(next))
  const model = last && isSame ? resolved(study, last, study.start?.model ?? null) : null
  return { after: decided.length, statistics, model }
}

/** A sum of a version, or of the one that it goes on from itself. */
function resolved(
  { version }: Study,
  { round, artefact }: { readonly round: number; readonly artefact: Hash },
  before: OfVersion | null,
): OfVersion | null {
  return round === 0 ? before : { version, round, artefact }
}

/** Why a new version cannot go on from the version before; null where it can. */
export function whyAnew({ study, decided }: Before, next: Study): string | null {
  const were = new Set(study.members.map((one) => one.id))
  if (next.members.some((one) => !were.has(one.id)))
    return 'it has members that were not in the version before'
  if (canonical(whatIsCounted(study)) !== canonical(whatIsCounted(next)))
    return 'its variables, its outcome or how values are drawn in are others than in the version before'
  return statisticsOf(study, decided) ? null : 'the version before came to no statistics'
}

/** What statistics depend on. */
function whatIsCounted({ variables, outcome, plan }: Study) {
  return { variables, outcome, clipping: plan.clipping ?? null }
}

/** What the numbers of a model, and what members keep to themselves beside it, depend on. */
function shapeOfModel({ plan }: Study) {
  const { model, intercept, head, outer, local, fit = null } = plan
  const { optimizer, controlVariates } = local
  // Control variates are gradients over the very steps that the plan declares.
  return { model, intercept, head, outer, optimizer, fit, local: controlVariates ? local : null }
}

/**
 * Why a version cannot be believed to go on from the version before as its proposer says; null where what we hold ourselves
 * bears it out, and where it begins anew. Nobody is told by others what a model starts from.
 */
export function startFault(next: Study, before: Before | null): string | null {
  const { start, version } = next
  if (!start) return null
  if (next.previous === null || !before) return 'It goes on from an earlier version that we do not hold.'
  const decided = before.decided.slice(0, start.after)
  if (decided.length < start.after)
    return `It goes on from round ${start.after} of version ${before.study.version}, which has not arrived here yet. Members of that version bring it once they are connected.`
  const own = startFrom({ ...before, decided }, next)
  const isOurs = before.study.version === version - 1 && own && canonical(own) === canonical(start)
  return isOurs
    ? null
    : 'It says that it goes on from statistics or a model that the version before did not come to. Do not approve it, and ask who proposed it.'
}
