import type { Input } from '#contract/calls.ts'
import type { Consent } from '#domain/consent.ts'
import type { Document } from '#domain/documents.ts'
import { AppError } from '#domain/errors.ts'
import { plainLine } from '#domain/plain-text.ts'
import { standingConsent, type ConsentFile } from '#domain/permission.ts'
import { planHash, weightOf, type Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { answerOf } from './consent-files.ts'
import { columnsUsed } from './columns-used.ts'
import type { Examined } from './consent-facts.ts'
import { LANGUAGE } from './consent-text.ts'
import { refuseErrors } from './mapping-check.ts'
import { faultOf } from './study-shapes.ts'

/** An officer's answer as it was given. */
export type Decision = Required<Input<'consents.decide'>>

/** Throws 'study-ended', 'study-bad' or 'bad-request' for an answer that the study or its time does not allow. */
export function checkScope(study: Study, { from, to, expiresAt, decision }: Decision, now: number): void {
  if (now >= study.expiresAt) throw new AppError('study-ended', 'The study is over')
  const fault = faultOf(study)
  if (fault !== null && decision === 'approve') throw new AppError('study-bad', fault)
  if (from > to || to > study.rules.lastRound) {
    throw new AppError('bad-request', `Rounds ${from} to ${to} are not rounds of this study`)
  }
  if (expiresAt <= now || expiresAt > study.expiresAt) {
    throw new AppError('bad-request', 'The approval must end in the future, and with the study at the latest')
  }
}

/**
 * The decision that this one takes the place of. Throws 'already-decided' when one is in force for the dataset as it is
 * now, and not named.
 */
export function replaced(
  file: ConsentFile,
  me: InstitutionId,
  dataset: Hash | null,
  named: Hash | null,
  now: number,
): Hash | null {
  const standing = standingConsent(file, me)
  if (!standing) return null
  const answer = answerOf(file, me, now)
  const holds = answer === 'declined' || (answer === 'approved' && standing.body.grant?.dataset === dataset)
  if (holds && named !== standing.id) {
    throw new AppError('already-decided', `This study has our answer ${standing.id}`)
  }
  return standing.id
}

/** The consent to sign. Throws what keeps our data from being used, where it is an approval. */
export function consentOf(
  study: Document<Study>,
  input: Decision,
  examined: Examined,
  context: { readonly now: number; readonly build: string; readonly supersedes: Hash | null },
): Consent {
  const { decision, from, to, expiresAt, reason, decidedBy, secondBy, textHash } = input
  return {
    kind: 'consent',
    study: study.id,
    version: study.body.version,
    ...{ decision, from, to },
    planHash: planHash(study.body),
    members: study.body.members.map((one) => one.id),
    grant: decision === 'approve' ? grantOf(study.body, examined) : null,
    ...{ reason, decidedBy, secondBy },
    decidedAt: context.now,
    expiresAt,
    supersedes: context.supersedes,
    ...{ textHash, language: LANGUAGE, build: context.build },
  }
}

/** What of ours is granted. */
function grantOf(study: Study, examined: Examined): NonNullable<Consent['grant']> {
  if (!examined) throw new AppError('mapping-bad', 'No dataset of ours is mapped to this study yet')
  const { choice, report } = examined
  refuseErrors(report.findings)
  const weight = weightOf(study.rules, report.counts.train)
  if (weight === null)
    throw new AppError('rows-too-few', `${report.counts.train} rows are too few for this study`)
  const used = columnsUsed(choice)
  return {
    dataset: choice.key,
    schemaHash: choice.columns,
    // A header of ours may hold anything.
    columnsUsed: used.map((one) => (/\S/.test(plainLine(one)) ? plainLine(one) : '?')),
    columnsUnused: choice.dataset.columns.length - used.length,
    weight,
    deidentification: choice.deidentification,
  }
}
