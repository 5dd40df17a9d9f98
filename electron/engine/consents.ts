import type { Output } from '#contract/calls.ts'
import type { Consent, Withdrawal } from '#domain/consent.ts'
import { AppError } from '#domain/errors.ts'
import { standingConsent, type ConsentFile } from '#domain/permission.ts'
import type { Hash } from '#domain/values.ts'
import { publish } from './author.ts'
import type { Comparisons } from './comparisons.ts'
import { checkScope, consentOf, replaced, type Decision } from './consent-decision.ts'
import { consentFileOf, isWithdrawn, studyIn } from './consent-files.ts'
import type { HistoryPorts } from './consent-history.ts'
import { createConsentPage } from './consent-page.ts'
import type { Data } from './data.ts'
import type { Ports } from './ports.ts'
import type { createPreviews } from './preview.ts'
import { keepText } from './receipts.ts'
import { checkStart } from './versions.ts'

/** Who may train on what. Nothing leaves this institution without an approval that it signed. */
export function createConsents(
  ports: Ports &
    HistoryPorts & {
      readonly data: Data
      readonly previews: ReturnType<typeof createPreviews>
      readonly comparisons: Pick<Comparisons, 'soon'>
    },
) {
  const { db, library, signer, clock, announce, data, build } = ports
  const { examine, shownText, page } = createConsentPage(ports)

  function tell(study: Hash): void {
    announce({ event: 'consents.changed', study })
    announce({ event: 'studies.changed', study })
  }

  /** An officer answers. Decision, audit entry and document become durable together or not at all. */
  async function decide(input: Decision): Promise<{ id: Hash; consent: Consent }> {
    const study = studyIn(library, input.study)
    await fixRows(data, input)
    const examined = await examine(study.id)
    // From here on nothing else runs until the decision is signed: what is checked is what is stored.
    const now = clock.now()
    const dataset = data.chosen(study.id)?.key ?? null
    const isSame = dataset === (examined?.choice.key ?? null)
    const text = isSame ? shownText(study, examined, input.textHash) : null
    if (!text) throw new AppError('text-changed', 'The page says something else by now: read it again')
    checkScope(study.body, input, now)
    if (input.decision === 'approve') checkStart(ports, study.body)
    const file = consentFileOf(library, study)
    const supersedes = replaced(file, signer.id, dataset, input.supersedes ?? null, now)
    const consent = consentOf(study, input, examined, { now, build, supersedes })
    const action = `consent-${input.decision}`
    const outcome = `rounds ${input.from} to ${input.to}`
    keepText(db, input.textHash, text)
    const { id } = publish(ports, consent, { time: now, actor: input.decidedBy.name, action, outcome })
    tell(study.id)
    return { id, consent }
  }

  /** Stops everything that our approval would still allow. Throws 'consent-missing' where none is in force. */
  function withdraw({ study: id, reason }: { study: Hash; reason: string }): null {
    const file = consentFileOf(library, studyIn(library, id))
    const standing = standingConsent(file, signer.id)
    if (standing?.body.decision !== 'approve') {
      throw new AppError('consent-missing', 'There is no approval of ours to withdraw')
    }
    if (isWithdrawn(file, standing)) throw new AppError('already-decided', 'Our approval has ended already')
    const withdrawnAt = clock.now()
    const body: Withdrawal = { kind: 'withdrawal', study: id, consent: standing.id, reason, withdrawnAt }
    const action = 'consent-withdrawn'
    publish(ports, body, { time: withdrawnAt, actor: ports.name, action, outcome: 'done' })
    tell(id)
    return null
  }

  function list(): Output<'consents.list'> {
    return library
      .studies()
      .flatMap((id) => library.study(id) ?? [])
      .flatMap((study) => rowsOf(consentFileOf(library, study)))
      .toSorted((a, b) => b.consent.decidedAt - a.consent.decidedAt)
  }

  return { page, decide, withdraw, list }
}

/** An approval is for certain rows: what other studies sum meanwhile changes them no more. */
async function fixRows(data: Data, { study, decision }: Decision): Promise<void> {
  const choice = decision === 'approve' ? data.chosen(study) : null
  if (choice) await data.fix(choice)
}

/** All decisions about a study with when their authors took them back, if they did. */
function rowsOf({ consents, withdrawals }: ConsentFile): Output<'consents.list'> {
  return consents.map(({ id, author, body }) => {
    const taken = withdrawals.filter((one) => one.author === author && one.body.consent === id)
    const times = taken.map((one) => one.body.withdrawnAt)
    return { id, author, consent: body, withdrawnAt: times.length > 0 ? Math.min(...times) : null }
  })
}
