import type { Output } from '#contract/calls.ts'
import type { StudyView } from '#contract/views.ts'

/** A signed answer as the engine lists it. */
export type SignedConsent = Output<'consents.list'>[number]

/** Our approvals that still allow something at a time: not superseded, not expired. */
export function inForce(
  consents: readonly SignedConsent[],
  us: string | undefined,
  now: number,
): SignedConsent[] {
  return latestOf(consents, us).filter(
    ({ consent }) => consent.decision === 'approve' && consent.expiresAt > now,
  )
}

/** Our answers that no later answer of ours replaced, newest first. */
export function latestOf(consents: readonly SignedConsent[], us: string | undefined): SignedConsent[] {
  const own = consents.filter((one) => one.author === us)
  const replaced = new Set(own.map((one) => one.consent.supersedes))
  return own
    .filter((one) => !replaced.has(one.id))
    .toSorted((a, b) => b.consent.decidedAt - a.consent.decidedAt)
}

/** How our answer to a study stands now, by what the engine derived from the signed documents. */
export function ownAnswer(study: StudyView | undefined, us: string | undefined) {
  return study?.members.find((member) => member.id === us)?.answer ?? 'none'
}
