import type { Absence } from '#domain/documents.ts'
import { standingConsent } from '#domain/permission.ts'
import type { Reason } from '#domain/round.ts'
import { smallestRoster } from '#domain/study.ts'
import type { InstitutionId } from '#domain/values.ts'
import { absenceOf, type Situation } from './situation.ts'

/** Whether a member has signed that its rows are too few for this round, with the data that its approval in force is of. */
export function isUnable(s: Situation, id: InstitutionId): boolean {
  return s.record.unables.some(({ author, body }) => {
    const isOfRound = author === id && body.roundKind === s.kind && body.base === s.base
    return isOfRound && body.consent === standingConsent(s.file, id)?.id
  })
}

/** Why a member can have no part in this round, by what is signed; null for one that may still get ready. */
export function inabilityOf(s: Situation, id: InstitutionId): Reason | null {
  return absenceOf(s, id) ?? (isUnable(s, id) ? 'too-few-rows' : null)
}

/**
 * Who cannot take part in an evaluation that can never be: since members have too few held-out rows, too few are left for a
 * sum. Null while there may be one, and in rounds that a member can join with other data.
 */
export function unjudgeable(s: Situation): Absence[] | null {
  const absent = s.study.body.members.flatMap(({ id }) => {
    const reason = inabilityOf(s, id)
    return reason ? [{ id, reason }] : []
  })
  return leavesTooFew(s, absent) ? absent : null
}

/** Whether what we hold bears out that these cannot take part, and that the others are too few. */
export function areUnable(s: Situation, absent: readonly Absence[]): boolean {
  const ids = s.study.body.members.map((one) => one.id).filter((id) => absent.some((one) => one.id === id))
  const inOrder = ids.join() === absent.map((one) => one.id).join()
  return inOrder && leavesTooFew(s, absent) && absent.every(({ id, reason }) => inabilityOf(s, id) === reason)
}

function leavesTooFew({ kind, study }: Situation, absent: readonly Absence[]): boolean {
  const byRows = absent.some(({ reason }) => reason === 'too-few-rows')
  return (
    kind === 'evaluation' && byRows && study.body.members.length - absent.length < smallestRoster(study.body)
  )
}
