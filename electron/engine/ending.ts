import type { Withdrawal } from '#domain/consent.ts'
import type { Document } from '#domain/documents.ts'
import { standingConsent, type ConsentFile } from '#domain/permission.ts'
import { nextRound } from '#domain/round.ts'
import type { Hash } from '#domain/values.ts'
import { studiesMapping } from '#store/mappings.ts'
import { store } from './author.ts'
import { answerOf, consentFileOf } from './consent-files.ts'
import type { Data } from './data.ts'
import type { Ports } from './ports.ts'

const CHANGED = 'Ended by itself: the dataset or its mapping changed.'

/** Tells what was stored, once the transaction that stored it is over. */
export type Afterwards = () => void

/** Approvals end by themselves, in writing, when what they were given for is no longer what would be used. */
export function createEnding(ports: Ports & { readonly data: Data }) {
  const { db, library, signer, clock, announce, data, histories } = ports

  /** Called in the transaction that changes a dataset or a mapping. */
  function endChanged(studies: readonly Hash[]): Afterwards {
    const ended = studies.flatMap((id) => endOne(id) ?? [])
    return () => {
      for (const { id, document } of ended) {
        ports.spread(document)
        announce({ event: 'consents.changed', study: id })
        announce({ event: 'studies.changed', study: id })
      }
    }
  }

  function endOne(id: Hash): { id: Hash; document: Document } | null {
    const study = library.study(id)
    if (!study || !nextRound(study.body, histories.of(id))) return null
    const file = consentFileOf(library, study)
    const standing = standingConsent(file, signer.id)
    const isOpen = answerOf(file, signer.id, clock.now()) === 'approved'
    if (!standing || !isOpen || standing.body.grant?.dataset === data.chosen(id)?.key) return null
    const withdrawnAt = clock.now()
    const body: Withdrawal = {
      kind: 'withdrawal',
      study: id,
      consent: standing.id,
      reason: CHANGED,
      withdrawnAt,
    }
    const happening = {
      time: withdrawnAt,
      actor: ports.name,
      action: 'consent-ended',
      outcome: 'data changed',
    }
    return { id, document: store(ports, body, happening) }
  }

  return { endChanged, datasetReplaced: (dataset: string) => endChanged(studiesMapping(db, dataset)) }
}

export type Ending = ReturnType<typeof createEnding>

/** Whether the answer in force ended by itself: then the study waits for a new one, and nobody has left it. */
export function endedByChange({ withdrawals }: ConsentFile, consent: Hash): boolean {
  return withdrawals.some((one) => one.body.consent === consent && one.body.reason === CHANGED)
}
