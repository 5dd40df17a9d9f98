import { hashOf } from '#domain/canonical.ts'
import type { Document, Roster } from '#domain/documents.ts'
import type { Outcome } from '#domain/round.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { AttemptRecord } from './record.ts'
import { contextOf, type Opened } from './situation.ts'

/** What an opened attempt comes to, for certificates. */
export function outcomeOfSum(roster: Document<Roster>, { sum, artefact, loss }: Opened): Outcome {
  const ctx = contextOf(roster.body)
  return { result: 'sum', roster: roster.id, ctx, sum, artefact, ...(loss === null ? {} : { loss }) }
}

/** What an agreed void attempt comes to: it names the roster where that says who can never take part. */
export function outcomeOfVoid({ id, body: { action } }: Document<Roster>): Outcome {
  const isFinal = action.do === 'void' && action.absent !== undefined
  return { result: 'void', ...(isFinal ? { roster: id } : {}) }
}

/** Names the very commitments that a member holds of a roster: it opens its mask for these and no others. */
export function seenOf({ commitments }: AttemptRecord, ids: readonly InstitutionId[]): Hash {
  return hashOf(ids.map((id) => commitments.get(id)?.id ?? null))
}
