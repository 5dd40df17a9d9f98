import { type Document, studyOf } from '#domain/documents.ts'
import { quorumOf } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { ofKind } from '#network/rounds/record.ts'
import { appendAudit } from '#store/audit.ts'
import { isSameFile, markFile, spoilMark } from '#store/home-mark.ts'
import { listLostSums } from '#store/row-sets.ts'
import { apartSince } from '#store/rows-apart.ts'
import type { Data } from './data.ts'
import { ownKeys } from './key-lineage.ts'
import type { Ports } from './ports.ts'

type RestoredPorts = Pick<Ports, 'db' | 'library' | 'signer' | 'clock' | 'log'> & {
  readonly data: Pick<Data, 'chosen' | 'fix' | 'unfix'>
  /** A study's contribution waits for our own documents, or does so no longer. */
  readonly waits: (study: Hash, on: boolean) => void
}

/** Others say within this what they hold of ours, where they are there. */
const SAID_AFTER_MS = 5_000
const LOOK_EVERY_MS = 200

/** How many members of a study have said what they hold of ours, and how many must. */
export interface Comparison {
  readonly heard: number
  readonly needed: number
}

/**
 * A home that was restored, copied or rolled back knows less of its sums than others do, and must not add to them: what is missing
 * in its ledger could make a difference of two sums that rests on one patient. Its own signed documents come back from the
 * other members; until then it commits to nothing.
 */
export function createRestored({ db, library, signer, clock, log, data, waits }: RestoredPorts) {
  const mine = ownKeys(db, signer.id)
  let isLost = !isSameFile(db)
  let isNoted = false
  if (isLost) log('warn', 'home-restored')

  const { note, comparisonOf } = createComparisons({ library, signer }, () => isLost)

  function areCompared(study: Hash): boolean {
    const studies = isLost ? library.studies() : [study]
    return studies.map(comparisonOf).every(({ heard, needed }) => heard >= needed)
  }

  const lost = () => listLostSums(db, mine, apartSince(db))

  /** Fixes again what our own documents name, where the data are as they were. False where some are not. */
  async function rebuilt(): Promise<boolean> {
    const gone = lost()
    // What was fixed beside a ledger with gaps is fixed anew.
    if (gone.length > 0) data.unfix()
    for (const { study, choice } of gone) {
      const chosen = data.chosen(study)
      if (chosen?.key === choice) await data.fix(chosen)
    }
    return lost().length === 0
  }

  /** Looks again and again; says that it does once that takes long. */
  async function waitFor(study: Hash, signal: AbortSignal): Promise<void> {
    const began = clock.ticks()
    let isSaid = false
    while (!(areCompared(study) && (await rebuilt()))) {
      if (!isSaid && clock.ticks() - began > SAID_AFTER_MS) {
        isSaid = true
        waits(study, true)
      }
      await new Promise<void>((resolve) => void clock.after(LOOK_EVERY_MS, resolve))
      signal.throwIfAborted()
    }
    if (isSaid) waits(study, false)
  }

  /** From now on this home is whole. */
  function settle(): void {
    markFile(db)
    isLost = false
  }

  return {
    /** Sets were compared with a member: what it holds of ours, we hold. */
    compared: note,
    /** A document of ours came from others, and we did not have it: this home is older than it. */
    cameBack(document: Document): void {
      if (isMadeUpFor({ db, library }, mine, document)) return
      if (!isNoted) noteCameBack({ db, clock, log }, signer.id, document)
      isNoted = true
      isLost = true
      spoilMark(db)
    },
    /** Resolves when the ledger knows all our sums, be that never: a contribution waits for it until its round is over. */
    async ready(study: Hash, signal: AbortSignal): Promise<void> {
      await waitFor(study, signal)
      if (isLost) settle()
    },
    /** Sums of ours that others know of and this ledger does not. */
    lost,
    isLost: () => isLost,
    comparisonOf,
    settle,
  }
}

function noteCameBack(
  { db, clock, log }: Pick<Ports, 'db' | 'clock' | 'log'>,
  actor: InstitutionId,
  { id, body }: Document,
): void {
  const entry = { actor, action: 'own-document-came-back', object: id, outcome: body.kind }
  appendAudit(db, { time: clock.now(), ...entry })
  log('warn', 'home-restored', { document: id })
}

/** What members of each study have said that they hold of ours. */
function createComparisons({ library, signer }: Pick<Ports, 'library' | 'signer'>, isLost: () => boolean) {
  const compared = new Map<Hash, Set<InstitutionId>>()
  return {
    note(member: InstitutionId, studies: readonly Hash[]): void {
      for (const study of studies) compared.set(study, (compared.get(study) ?? new Set()).add(member))
    },
    /** So many members that not all of them can have missed a sum that a quorum certified; one in a home that stayed. */
    comparisonOf(study: Hash): Comparison {
      const body = library.study(study)?.body
      const heard = compared.get(study)?.size ?? 0
      if (!body?.members.some((one) => one.id === signer.id)) return { heard, needed: 0 }
      return { heard, needed: isLost() ? body.members.length - quorumOf(body) + 1 : 1 }
    },
  }
}

/** Whether what a document of ours was part of is made up for: all rows that it can be about are in no sum any more. */
function isMadeUpFor(
  { db, library }: Pick<Ports, 'db' | 'library'>,
  mine: readonly InstitutionId[],
  document: Document,
): boolean {
  const since = apartSince(db)
  const { body } = document
  if (since === null) return false
  if (body.kind === 'consent') return body.decidedAt <= since
  const approvals = ofKind(library.ofRound(studyOf(document), 0), 'consent').filter((one) =>
    mine.includes(one.author),
  )
  return approvals.length > 0 && approvals.every((one) => one.body.decidedAt <= since)
}

export type Restored = ReturnType<typeof createRestored>
