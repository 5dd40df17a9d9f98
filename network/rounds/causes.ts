import { base64urlnopad } from '@scure/base'
import { hashBytes } from '#domain/canonical.ts'
import type { Abandon, Document } from '#domain/documents.ts'
import type { LeftAttempt } from '#domain/round.ts'
import type { InstitutionId } from '#domain/values.ts'
import { attemptOf, memberIds, type AttemptRecord, type RoundRecord } from './record.ts'

/**
 * The attempts of a round that members left, in order, with the step that was missing, whom those who left waited for,
 * and who is convicted by its own signatures. Derived from the signed documents, so all members come to name the same.
 */
export function leftAttempts(record: RoundRecord): LeftAttempt[] {
  const byAttempt = Map.groupBy(record.abandons, (one) => one.body.attempt)
  return [...byAttempt]
    .toSorted(([a], [b]) => a - b)
    .map(([attempt, leaving]) => {
      const signed = attemptOf(record, attempt)
      return { attempt, step: stepOf(signed), left: leaving.length, ...blameOf(leaving, signed) }
    })
}

function blameOf(leaving: readonly Document<Abandon>[], signed: AttemptRecord) {
  const by = new Map<InstitutionId, number>()
  for (const { body } of leaving) for (const id of new Set(body.missing)) by.set(id, (by.get(id) ?? 0) + 1)
  const named = [...by].map(([id, count]) => ({ id, by: count }))
  return {
    named: named.toSorted((a, b) => b.by - a.by || (a.id < b.id ? -1 : 1)),
    convicted: [...new Set([...signed.equivocators, ...falseReveals(signed)])].toSorted(),
  }
}

/** Members whose opened mask is not the one that they had committed to. */
function falseReveals({ reveals, commitments }: AttemptRecord): InstitutionId[] {
  return [...reveals].flatMap(([id, { body }]) => {
    const promised = commitments.get(id)?.body.mask
    return promised === undefined || hashBytes(base64urlnopad.decode(body.mask)) === promised ? [] : [id]
  })
}

/** The first step that not everybody of the roster took. */
function stepOf({ rosters, ...signed }: AttemptRecord): LeftAttempt['step'] {
  const ids = rosters.flatMap((one) => [...memberIds(one)])
  if (rosters.length === 0) return 'roster'
  const steps = [
    ['acceptance', signed.acceptances],
    ['commitment', signed.commitments],
    ['reveal', signed.reveals],
  ] as const
  return steps.find(([, taken]) => ids.some((id) => !taken.has(id)))?.[0] ?? 'certificate'
}
