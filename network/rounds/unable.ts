import type { Absence, Ready, Unable } from '#domain/documents.ts'
import { standingConsent } from '#domain/permission.ts'
import type { Reason } from '#domain/round.ts'
import { smallestRoster } from '#domain/study.ts'
import type { InstitutionId } from '#domain/values.ts'
import { absenceOf, type Situation } from './situation.ts'

/**
 * Why a member can have no part in this round, as it has signed under its approval in force; null where it has not. What bars it
 * by other members may be over: it has then got ready after all.
 */
export function unableBecause(s: Situation, id: InstitutionId): Unable['reason'] | null {
  const consent = standingConsent(s.file, id)?.id
  const isOfRound = ({ roundKind, base, ...body }: Unable | Ready) =>
    roundKind === s.kind && base === s.base && body.consent === consent
  const reason = s.record.unables.find((one) => one.author === id && isOfRound(one.body))?.body.reason
  const isReady = s.record.readies.get(id)?.some((one) => isOfRound(one.body)) ?? false
  return reason === undefined || (isReady && reason !== 'too-few-rows') ? null : reason
}

/** Why a member can have no part in this round, by what is signed; null for one that may still get ready. */
export function inabilityOf(s: Situation, id: InstitutionId): Reason | null {
  return absenceOf(s, id) ?? unableBecause(s, id)
}

/**
 * Who cannot take part in a sum that can never be: an evaluation for which members have too few held-out rows, or any sum of
 * numbers that were opened with others before. Null while there may be one, and in rounds that a member can join with other data.
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
  const isFinal = absent.some(
    ({ reason }) => reason === 'sum-opened' || (kind === 'evaluation' && reason === 'too-few-rows'),
  )
  return isFinal && study.body.members.length - absent.length < smallestRoster(study.body)
}
