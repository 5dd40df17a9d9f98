import type { Acceptance, Document, Reveal } from '#domain/documents.ts'
import { attemptOf, memberIds, readRecord } from '#network/rounds/record.ts'
import { contextOf } from '#network/rounds/situation.ts'
import type { InstitutionId } from '#domain/values.ts'
import type { Library, Shelf } from '#network/ports.ts'

/** A member as far as its promises go: who it is and what it holds, the document in question included. */
export interface Promising {
  readonly id: InstitutionId
  readonly store: { readonly library: Pick<Library, 'ofRound'>; readonly shelf: Pick<Shelf, 'has'> }
}

/** What a document that a member is about to publish breaks of the promises an honest member keeps. */
export function brokenPromises(hospital: Promising, document: Document): string[] {
  const { body } = document
  if (body.kind === 'reveal') return ofReveal(hospital, body)
  return body.kind === 'acceptance' ? ofAcceptance(hospital, body) : []
}

function own(hospital: Promising, { study, round }: Acceptance | Reveal): Document[] {
  return hospital.store.library.ofRound(study, round).filter((one) => one.author === hospital.id)
}

/** A mask is opened only while the attempt is not abandoned, and only when every contribution of the roster is held. */
function ofReveal(hospital: Promising, body: Reveal): string[] {
  const late = own(hospital, body).some(
    (one) => one.body.kind === 'abandon' && one.body.attempt >= body.attempt,
  )
  const record = attemptOf(readRecord(hospital.store.library.ofRound(body.study, body.round)), body.attempt)
  const roster = record.every.rosters.find((one) => contextOf(one.body) === body.ctx)
  const complete = [...(roster ? memberIds(roster) : [])].every((id) => {
    const contribution = record.commitments.get(id)?.body.contribution
    return contribution !== undefined && hospital.store.shelf.has(contribution, body.study)
  })
  return [
    ...(late ? [`revealed after it had abandoned, round ${body.round}`] : []),
    ...(roster && complete ? [] : [`revealed before it held everything, round ${body.round}`]),
  ]
}

/** One roster in an attempt, and none in an attempt that was abandoned. */
function ofAcceptance(hospital: Promising, body: Acceptance): string[] {
  const documents = own(hospital, body)
  const signed = documents.filter(
    (one) => one.body.kind === 'acceptance' && one.body.attempt === body.attempt,
  )
  const left = documents.some((one) => one.body.kind === 'abandon' && one.body.attempt >= body.attempt)
  return [
    ...(signed.length > 1 ? [`signed two rosters, round ${body.round}`] : []),
    ...(left ? [`signed a roster it had abandoned, round ${body.round}`] : []),
  ]
}
