import { hashOf } from '#domain/canonical.ts'
import type { Consent } from '#domain/consent.ts'
import type { Document } from '#domain/documents.ts'
import { planHash, type Study } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'

/** Every simulated member's weight. */
export const WEIGHT = 64

export interface StudyOptions {
  /** Whether members judge every model. */
  readonly votes?: boolean
  readonly pace?: Partial<Study['rules']['pace']>
}

/** A study of these members as simulations run it: short times, small vectors. */
export function simulatedStudy(
  hospitals: readonly { id: string }[],
  trainings: number,
  now: number,
  { votes = false, pace = {} }: StudyOptions = {},
): Study {
  return {
    kind: 'study',
    name: 'Simulated',
    version: 1,
    previous: null,
    purpose: '',
    references: { person: '', ethics: '', dpia: '', agreement: '', legalBasis: '', duo: [], retention: '' },
    members: hospitals.map(({ id }, i) => ({ id, name: `Hospital ${i}` })),
    variables: [
      { type: 'number', name: 'x', label: '', unit: null, low: 0, high: 1, outside: 'clip', missing: 'mean' },
    ],
    outcome: { task: 'binary', name: 'y', label: '', positive: 'yes' },
    plan: {
      model: { kind: 'linear' },
      intercept: 'shared',
      head: 'shared',
      l2: 0,
      local: {
        optimizer: 'sgd',
        learningRate: 0.1,
        batch: 16,
        steps: 1,
        proximal: 0,
        controlVariates: false,
      },
      outer: { kind: 'average' },
      rounds: trainings,
      stopping: { kind: 'never' },
      ...(votes ? { gate: 'votes' } : {}),
      updateBound: 10,
      origin: '',
    },
    privacy: { kind: 'masked' },
    rules: {
      quorum: 'two-thirds',
      minimumSum: 3,
      weightBands: [WEIGHT],
      minimumRows: 20,
      lastRound: 2000,
      pace: { answer: 60_000, compute: 2000, exchange: 1500, ...pace },
    },
    createdAt: now,
    expiresAt: now + 1e9,
  }
}

/** A member's approval of it. */
export function consentOf(id: InstitutionId, study: Document<Study>, dataset: Hash, now: number): Consent {
  const decidedBy = { name: 'Officer', role: '', authenticated: 'command-line' as const }
  return {
    kind: 'consent',
    study: study.id,
    version: 1,
    decision: 'approve',
    from: 1,
    to: 2000,
    planHash: planHash(study.body),
    members: study.body.members.map((one) => one.id),
    grant: {
      dataset,
      schemaHash: hashOf('schema'),
      columnsUsed: ['x'],
      columnsUnused: 0,
      weight: WEIGHT,
      deidentification: null,
    },
    reason: '',
    decidedBy,
    secondBy: null,
    decidedAt: now,
    expiresAt: now + 1e9,
    supersedes: null,
    textHash: hashOf('text'),
    language: 'en',
    build: id.slice(0, 8),
  }
}
