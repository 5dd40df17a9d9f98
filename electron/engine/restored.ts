import type { Document } from '#domain/documents.ts'
import { quorumOf } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { appendAudit } from '#store/audit.ts'
import { isSameFile, markFile, spoilMark } from '#store/home-mark.ts'
import { listLostSums } from '#store/row-sets.ts'
import type { Data } from './data.ts'
import type { Ports } from './ports.ts'

type RestoredPorts = Pick<Ports, 'db' | 'library' | 'signer' | 'clock' | 'log'> & {
  readonly data: Pick<Data, 'chosen' | 'fix' | 'unfix'>
  /** A study's contribution waits for our own documents, or does so no longer. */
  readonly waits: (study: Hash, on: boolean) => void
}

/** Others say within this what they hold of ours, where they are there. */
const SAID_AFTER_MS = 5_000
const LOOK_EVERY_MS = 200

/**
 * A home that was restored, copied or rolled back knows less of its sums than others do, and must not add to them: what is missing
 * in its ledger could make a difference of two sums that rests on one patient. Its own signed documents come back from the
 * other members; until then it commits to nothing.
 */
export function createRestored({ db, library, signer, clock, log, data, waits }: RestoredPorts) {
  const compared = new Map<Hash, Set<InstitutionId>>()
  let isLost = !isSameFile(db)
  let isNoted = false
  if (isLost) log('warn', 'home-restored')

  /** So many members that not all of them can have missed a sum that a quorum certified; one in a home that stayed. */
  function isCompared(study: Hash): boolean {
    const body = library.study(study)?.body
    if (!body?.members.some((one) => one.id === signer.id)) return true
    const needed = isLost ? body.members.length - quorumOf(body) + 1 : 1
    return (compared.get(study)?.size ?? 0) >= needed
  }

  function areCompared(study: Hash): boolean {
    return (isLost ? library.studies() : [study]).every(isCompared)
  }

  /** Fixes again what our own documents name, where the data are as they were. False where some are not. */
  async function rebuilt(): Promise<boolean> {
    const lost = listLostSums(db, signer.id)
    // What was fixed beside a ledger with gaps is fixed anew.
    if (lost.length > 0) data.unfix()
    for (const { study, choice } of lost) {
      const chosen = data.chosen(study)
      if (chosen?.key === choice) await data.fix(chosen)
    }
    return listLostSums(db, signer.id).length === 0
  }

  const isReady = async (study: Hash) => areCompared(study) && (await rebuilt())

  /** Looks again and again; says that it does once that takes long. */
  async function waitFor(study: Hash, signal: AbortSignal): Promise<void> {
    const began = clock.ticks()
    let isSaid = false
    while (!(await isReady(study))) {
      if (!isSaid && clock.ticks() - began > SAID_AFTER_MS) {
        isSaid = true
        waits(study, true)
      }
      await new Promise<void>((resolve) => void clock.after(LOOK_EVERY_MS, resolve))
      signal.throwIfAborted()
    }
    if (isSaid) waits(study, false)
  }

  return {
    /** Sets were compared with a member: what it holds of ours, we hold. */
    compared(member: InstitutionId, studies: readonly Hash[]): void {
      for (const study of studies) compared.set(study, (compared.get(study) ?? new Set()).add(member))
    },
    /** A document of ours came from others, and we did not have it: this home is older than it. */
    cameBack({ id, body }: Document): void {
      if (!isNoted) {
        const happening = { time: clock.now(), actor: signer.id, action: 'own-document-came-back' }
        appendAudit(db, { ...happening, object: id, outcome: body.kind })
        log('warn', 'home-restored', { document: id })
      }
      isNoted = true
      isLost = true
      spoilMark(db)
    },
    /** Resolves when the ledger knows all our sums, be that never: a contribution waits for it until its round is over. */
    async ready(study: Hash, signal: AbortSignal): Promise<void> {
      await waitFor(study, signal)
      if (!isLost) return
      markFile(db)
      isLost = false
    },
  }
}

export type Restored = ReturnType<typeof createRestored>
