import type { StudyDraft } from '#contract/calls.ts'
import type { Mapping } from '#domain/dataset.ts'
import type { Member } from '#domain/study.ts'
import type { Hospital } from './hospital.ts'
import { importText } from './hospital.ts'
import { aMapping, aStudy } from './a-study.ts'

/** A table of made-up patients whose outcome depends on age and pain; the same for the same seed. */
export function aTable(seed: number, rows = 120): string {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const lines = Array.from({ length: rows }, () => {
    const age = Math.round(30 + 50 * next())
    const cp = 1 + Math.floor(4 * next())
    const sex = next() < 0.6 ? 1 : 0
    const risk = 1 / (1 + Math.exp(-(0.08 * (age - 55) + (cp === 4 ? 1.5 : -0.5) + 0.4 * sex)))
    return [age, sex, cp, next() < risk ? 1 + Math.floor(3 * next()) : 0].join(',')
  })
  return ['age,sex,cp,num', ...lines, ''].join('\n')
}

/** A draft with these members, quick enough for a test. */
export function aDraft(members: readonly Member[], changes: Partial<StudyDraft> = {}): StudyDraft {
  const { name, purpose, references, variables, outcome, plan, privacy, rules } = aStudy()
  return {
    ...{ name, purpose, references, variables, outcome, plan, privacy },
    rules: { ...rules, pace: { answer: 600_000, compute: 20_000, exchange: 10_000 } },
    previous: null,
    expiresAt: Date.now() + 3_600_000,
    members: [...members],
    ...changes,
  }
}

/** Imports a made-up table and maps it to a study. */
export async function takePart(
  hospital: Hospital,
  study: string,
  seed: number,
  rows?: number,
  changes: Partial<Mapping> = {},
) {
  return takeTable(hospital, study, aTable(seed, rows), changes)
}

/** Imports this table and maps it to a study. */
export async function takeTable(
  hospital: Hospital,
  study: string,
  table: string,
  changes: Partial<Mapping> = {},
) {
  const dataset = await importText(hospital, 'patients', table)
  await hospital.call('mappings.save', { study, dataset: dataset.id, mapping: aMapping(changes) })
  return dataset
}

/** The decision of an officer who has read the page as it is now. */
export async function decide(
  hospital: Hospital,
  study: string,
  decision: 'approve' | 'decline',
  changes: object = {},
) {
  const page = await hospital.call('consents.page', { study })
  const { study: plan } = await hospital.call('studies.get', { id: study })
  return hospital.call('consents.decide', {
    study,
    decision,
    from: 1,
    to: plan.rules.lastRound,
    expiresAt: plan.expiresAt,
    reason: decision === 'decline' ? 'Not now' : '',
    decidedBy: { name: 'Dr. Berger', role: 'Governance', authenticated: 'passphrase' },
    secondBy: null,
    textHash: page.textHash,
    ...changes,
  })
}
