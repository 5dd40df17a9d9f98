import { AppError } from '#domain/errors.ts'
import type { Consent, Withdrawal } from '#domain/consent.ts'
import type { Body, Document, DocumentKind } from '#domain/documents.ts'
import { standingConsent, type ConsentFile } from '#domain/permission.ts'
import type { Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { Library } from '#network/ports.ts'

function isKind<K extends DocumentKind>(kind: K) {
  return (one: Document): one is Document<Extract<Body, { kind: K }>> => one.body.kind === kind
}

/** A study's founding document. Throws 'not-found'. */
export function studyIn(library: Library, id: Hash): Document<Study> {
  const study = library.study(id)
  if (!study) throw new AppError('not-found', 'No study of ours has this id')
  return study
}

/** The signed documents about permissions in a study, as stored. */
export function consentFileOf(library: Library, study: Document<Study>): ConsentFile {
  const general = library.ofRound(study.id, 0)
  const consents: Document<Consent>[] = general.filter(isKind('consent'))
  const withdrawals: Document<Withdrawal>[] = general.filter(isKind('withdrawal'))
  return { study, consents, withdrawals }
}

export type Answer = 'none' | 'approved' | 'declined' | 'withdrawn' | 'expired'

/** What a member last answered, as it stands at a time. */
export function answerOf(file: ConsentFile, member: InstitutionId, at: number): Answer {
  const consent = standingConsent(file, member)
  if (!consent) return 'none'
  if (consent.body.decision === 'decline') return 'declined'
  if (isWithdrawn(file, consent)) return 'withdrawn'
  return at >= consent.body.expiresAt ? 'expired' : 'approved'
}

/** Whether its author has taken a consent back. */
export function isWithdrawn(file: ConsentFile, consent: Document<Consent>): boolean {
  return file.withdrawals.some((one) => one.author === consent.author && one.body.consent === consent.id)
}
