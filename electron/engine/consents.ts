import type { Input, Output } from '#contract/calls.ts'
import type { ConsentPage } from '#contract/views.ts'
import { hashOf } from '#domain/canonical.ts'
import type { Consent, Withdrawal } from '#domain/consent.ts'
import type { Document } from '#domain/documents.ts'
import { AppError } from '#domain/errors.ts'
import { standingConsent } from '#domain/permission.ts'
import { planHash, quorumOf, weightOf, type Study } from '#domain/study.ts'
import { studyFaults } from '#domain/study-check.ts'
import type { Hash } from '#domain/values.ts'
import { publish } from './author.ts'
import { answerOf, consentFileOf, isWithdrawn, studyIn } from './consent-files.ts'
import { columnsUsed, gatherFacts, smallestGroup, type Examined } from './consent-facts.ts'
import { consentParts, consentText, LANGUAGE } from './consent-text.ts'
import type { Data } from './data.ts'
import { refuseErrors } from './mapping-check.ts'
import type { Ports } from './ports.ts'

type Decide = Required<Input<'consents.decide'>>

/** Who may train on what. Nothing leaves this institution without an approval that it signed. */
export function createConsents(ports: Ports & { readonly data: Data }) {
  const { library, signer, clock, announce, data } = ports

  async function examine(study: Hash): Promise<Examined> {
    const choice = data.chosen(study)
    return choice && { choice, report: await data.report(choice) }
  }

  async function page({ study: id }: { study: Hash }): Promise<ConsentPage> {
    const study = studyIn(library, id)
    const examined = await examine(id)
    const facts = gatherFacts(ports, study, examined)
    const parts = consentParts(facts)
    const text = consentText(parts)
    const standing = standingConsent(consentFileOf(library, study), signer.id)
    const { data: ours, vectors, asker } = facts
    return {
      study: id,
      dataset: examined?.choice.dataset.id ?? null,
      parts,
      text,
      textHash: hashOf(text),
      language: LANGUAGE,
      rowsUsed: (ours?.train ?? 0) + (ours?.test ?? 0),
      rowsTotal: ours?.rowsTotal ?? 0,
      columnsUsed: [...(ours?.columnsUsed ?? [])],
      columnsUnused: [...(ours?.columnsUnused ?? [])],
      values: Math.max(...vectors.map((one) => one.values)),
      bytesPerRound: Math.max(...vectors.map((one) => one.bytes)),
      standing: standing?.body ?? null,
      standingId: standing?.id ?? null,
      asker: { id: asker.id, name: asker.name, confirmedAt: asker.knownSince },
      smallestGroup: examined && smallestGroup(examined.report.counts),
      collude: Math.max(quorumOf(study.body), study.body.rules.minimumSum) - 1,
    }
  }

  /** An officer answers. Decision, audit entry and document become durable together or not at all. */
  async function decide(input: Decide): Promise<{ id: Hash; consent: Consent }> {
    const study = studyIn(library, input.study)
    const examined = await examine(study.id)
    // From here on nothing else runs until the decision is signed: what is checked is what is stored.
    const shown = hashOf(consentText(consentParts(gatherFacts(ports, study, examined))))
    const current = data.chosen(study.id)?.key ?? null
    if (shown !== input.textHash || current !== (examined?.choice.key ?? null)) {
      throw new AppError('text-changed', 'The page says something else by now: read it again')
    }
    checkScope(study.body, input, clock.now())
    const supersedes = checkOpen(study, input, current)
    const consent = consentOf(ports, study, input, examined, supersedes)
    const happening = {
      time: consent.decidedAt,
      actor: input.decidedBy.name,
      action: `consent-${input.decision}`,
      outcome: `rounds ${input.from} to ${input.to}`,
    }
    const { id } = publish(ports, consent, happening)
    announce({ event: 'consents.changed', study: study.id })
    announce({ event: 'studies.changed', study: study.id })
    return { id, consent }
  }

  /** The decision that this one takes the place of. Throws 'already-decided' when one in force is not named. */
  function checkOpen(study: Document<Study>, input: Decide, dataset: Hash | null): Hash | null {
    const file = consentFileOf(library, study)
    const standing = standingConsent(file, signer.id)
    if (!standing) return null
    const answer = answerOf(file, signer.id, clock.now())
    const holds = answer === 'declined' || (answer === 'approved' && standing.body.grant?.dataset === dataset)
    if (holds && input.supersedes !== standing.id) {
      throw new AppError('already-decided', `Study ${study.id} has our answer ${standing.id}`)
    }
    return standing.id
  }

  /** Stops everything that our approval would still allow. Throws 'consent-missing' where none is in force. */
  function withdraw({ study: id, reason }: { study: Hash; reason: string }): null {
    const study = studyIn(library, id)
    const file = consentFileOf(library, study)
    const standing = standingConsent(file, signer.id)
    if (!standing || standing.body.decision !== 'approve') {
      throw new AppError('consent-missing', 'There is no approval of ours to withdraw')
    }
    if (isWithdrawn(file, standing))
      throw new AppError('already-decided', 'Our approval is withdrawn already')
    const withdrawnAt = clock.now()
    const body: Withdrawal = { kind: 'withdrawal', study: id, consent: standing.id, reason, withdrawnAt }
    const happening = { time: withdrawnAt, actor: ports.name, action: 'consent-withdrawn', outcome: 'done' }
    publish(ports, body, happening)
    announce({ event: 'consents.changed', study: id })
    announce({ event: 'studies.changed', study: id })
    return null
  }

  function list(): Output<'consents.list'> {
    return library
      .studies()
      .flatMap((id) => library.study(id) ?? [])
      .flatMap((study) => consentFileOf(library, study).consents)
      .toSorted((a, b) => b.body.decidedAt - a.body.decidedAt)
      .map(({ id, author, body }) => ({ id, author, consent: body }))
  }

  return { page, decide, withdraw, list }
}

function checkScope(study: Study, { from, to, expiresAt, decision }: Decide, now: number): void {
  if (now >= study.expiresAt) throw new AppError('study-ended', 'The study is over')
  const [fault] = studyFaults(study)
  if (fault && decision === 'approve') throw new AppError('study-bad', fault)
  if (from > to || to > study.rules.lastRound) {
    throw new AppError('bad-request', `Rounds ${from} to ${to} are not rounds of this study`)
  }
  if (expiresAt <= now || expiresAt > study.expiresAt) {
    throw new AppError('bad-request', 'The approval must end in the future, and with the study at the latest')
  }
}

function consentOf(
  { clock, build }: Pick<Ports, 'clock' | 'build'>,
  study: Document<Study>,
  input: Decide,
  examined: Examined,
  supersedes: Hash | null,
): Consent {
  const { decision, from, to, expiresAt, reason, decidedBy, secondBy, textHash } = input
  return {
    kind: 'consent',
    study: study.id,
    version: study.body.version,
    decision,
    from,
    to,
    planHash: planHash(study.body),
    members: study.body.members.map((one) => one.id),
    grant: decision === 'approve' ? grantOf(study.body, examined) : null,
    reason,
    decidedBy,
    secondBy,
    decidedAt: clock.now(),
    expiresAt,
    supersedes,
    textHash,
    language: LANGUAGE,
    build,
  }
}

/** What of ours is granted. Throws what keeps our data from being used. */
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
    schemaHash: choice.dataset.schemaHash,
    columnsUsed: used,
    columnsUnused: choice.dataset.columns.length - used.length,
    weight,
    deidentification: null,
  }
}
