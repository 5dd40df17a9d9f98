import { createHash } from 'node:crypto'
import { hashOf } from '#domain/canonical.ts'
import type { Document, Ready } from '#domain/documents.ts'
import { baseOf, type Decided, type RoundKind } from '#domain/round.ts'
import { planHash, type Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { signDocument } from '#network/identity/documents.ts'
import { createIdentity } from '#network/identity/identity.ts'
import type { Signer } from '#network/ports.ts'
import type { History } from '#network/rounds/history.ts'
import { consentOf, simulatedStudy, WEIGHT } from '../simulation/study.ts'

export const MEMBERS = 4
const TRAININGS = 3
export const NOW = 1_700_000_000_000
export const LENGTH = 1
export const BOUND = 1000

/** What is explored: which member lies, what kind of round it is, and how far attempts and rounds go. */
export interface ModelOptions {
  readonly kind: RoundKind
  /** Index of the member that signs and sends whatever serves it; null when all are honest. */
  readonly liar: number | null
  /** Whether honest members may lose their memory, each as often as it likes. */
  readonly crashes: boolean
  /** Attempts 0 to this one are explored. */
  readonly lastAttempt: number
}

/** Four members, their study, and what all of them hold before the round. Signatures are symbolic: the search never forges. */
export interface Setting {
  readonly options: ModelOptions
  readonly ids: readonly InstitutionId[]
  readonly signers: readonly Signer[]
  readonly study: Document<Study>
  readonly general: readonly Document[]
  readonly history: History
  readonly round: number
  readonly kind: RoundKind
  readonly base: Hash | null
  readonly proposal: Document
  readonly readies: readonly Document<Ready>[]
  /** The member that signed nothing false, by index. */
  readonly honest: readonly number[]
}

/** What a member's contribution to the one round of a search depends on. */
export const inputsOf = (member: number): string[] => [hashOf({ input: member }).slice(0, 16)]

export const datasetOf = (member: number): Hash => hashOf({ dataset: member })

export function createSetting(options: ModelOptions): Setting {
  const ids = Array.from({ length: MEMBERS }, (_, i) => createIdentity(seedOf(i)).id)
  const signers = ids.map((id): Signer => ({ id, sign: () => new Uint8Array(64) }))
  const [first] = signers as [Signer]
  const hospitals = ids.map((id) => ({ id }))
  const study = signDocument(first, simulatedStudy(hospitals, TRAININGS, NOW))
  const general = [
    study,
    ...signers.map((one, i) => signDocument(one, consentOf(one.id, study, datasetOf(i), NOW))),
  ]
  const decided = before[options.kind]
  const place = { study: study.id, round: decided.length + 1, roundKind: options.kind }
  const base = baseOf(study.body, decided)
  const proposal = signDocument(first, {
    ...{ kind: 'proposal', ...place, planHash: planHash(study.body), base, proposedAt: NOW },
  })
  const readies = signers.map((one, i) => {
    const consent = (general[i + 1] as Document).id
    const ready = {
      kind: 'ready',
      ...place,
      base,
      consent,
      dataset: datasetOf(i),
      weight: WEIGHT,
      inputs: inputsOf(i),
    } as const
    return signDocument(one, ready)
  })
  return {
    ...{ options, ids, signers, study, general, base, proposal, readies },
    history: { decided, lastRoster: null, trial: null },
    round: place.round,
    kind: options.kind,
    honest: ids.map((_, i) => i).filter((i) => i !== options.liar),
  }
}

/** What a round may have come to, by nobody's sum. */
export const anOutcome = {
  result: 'sum',
  roster: hashOf(1),
  ctx: hashOf(2),
  sum: hashOf(3),
  artefact: hashOf(4),
} as const
const statistics: Decided = { round: 1, kind: 'statistics', attempt: 0, outcome: anOutcome }
const training = (_: unknown, i: number): Decided => ({
  round: 2 + i,
  kind: 'training',
  attempt: 0,
  outcome: anOutcome,
})

/** What was decided before a round of each kind. */
const before: Record<RoundKind, readonly Decided[]> = {
  statistics: [],
  training: [statistics],
  evaluation: [statistics, ...Array.from({ length: TRAININGS }, training)],
}

function seedOf(member: number): Uint8Array {
  return createHash('sha256').update(`model ${member}`).digest()
}
