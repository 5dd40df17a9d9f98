import { afterEach, expect, test } from 'vitest'
import type { StudyDraft } from '#contract/calls.ts'
import type { Mapping } from '#domain/dataset.ts'
import { aDraft, decide } from './chest-pain.ts'
import { closeAll, importText, openHospital, pair, until, type Hospital } from './hospital.ts'
import { finish, plan } from './together.ts'

afterEach(closeAll)

const variables = [
  {
    ...{ type: 'number', name: 'chol', label: '', unit: 'mg/dL', low: 0, high: 700 },
    ...{ outside: 'clip', missing: 'mean-and-indicator' },
  },
  {
    ...{ type: 'number', name: 'dose', label: '', unit: null, low: 0, high: 10 },
    ...{ outside: 'clip', missing: 'mean-and-indicator' },
  },
  {
    ...{ type: 'category', name: 'ecg', label: '', categories: ['normal', 'odd'] },
    ...{ unlisted: 'other', missing: 'indicator' },
  },
] as StudyDraft['variables']
const outcome = { task: 'binary', name: 'disease', label: '', positive: '1' } as const

interface Oddity {
  readonly rows?: number
  readonly factor?: number
  readonly events?: boolean
  readonly unseen?: boolean
}

function patients(seed: number, { rows = 160, factor = 1, events = true, unseen = false }: Oddity): string {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
  const lines = Array.from({ length: rows }, (_, row) => {
    const chol = 150 + 120 * next()
    const ecg = unseen && row % 9 === 0 ? 'flutter' : next() < 0.6 ? 'normal' : 'odd'
    const sick = next() < 1 / (1 + Math.exp(-((chol - 210) / 25 + (ecg === 'odd' ? 1 : -0.4))))
    // The dose is the same for everyone, everywhere.
    return [(chol * factor).toFixed(1), 5, ecg, Number(events && sick)].join(',')
  })
  return ['chol,dose,ecg,disease', ...lines, ''].join('\n')
}

const source = (column: string) => ({ column, missingCodes: [], scale: null, values: null })
const mapping: Mapping = {
  variables: { chol: source('chol'), dose: source('dose'), ecg: { ...source('ecg'), unlisted: ['flutter'] } },
  outcome: { rule: 'equals', column: 'disease', positive: ['1'] },
  holdout: { kind: 'share', share: 0.3 },
  subgroups: [],
}

async function together(names: readonly string[], changes: Partial<StudyDraft>) {
  const hospitals = await Promise.all(names.map((name) => openHospital(name)))
  for (const [i, a] of hospitals.entries()) for (const b of hospitals.slice(i + 1)) await pair(a, b)
  const members = await Promise.all(
    hospitals.map(async (one) => {
      const { id, name } = await one.call('institution.get', null)
      return { id, name }
    }),
  )
  const draft = aDraft(members, { variables, outcome, ...changes })
  const { id: study } = await hospitals[0]!.call('studies.propose', draft)
  return { hospitals, study }
}

async function map(one: Hospital, study: string, csv: string) {
  await until(
    () => one.call('studies.list', null),
    (list) => list.some(({ id }) => id === study),
    60_000,
  )
  const { id: dataset } = await importText(one, 'patients', csv)
  const checked = await one.call('mappings.check', { study, dataset, mapping })
  const isRefused = checked.findings.some(({ severity }) => severity === 'error')
  if (!isRefused) await one.call('mappings.save', { study, dataset, mapping })
  return checked
}

test('ten rows, no events, a constant column, an unseen category and a wrong unit end in a clear message or a sound result', async () => {
  const { hospitals, study } = await together(['Aue', 'Buch', 'Calw', 'Daun', 'Erbach'], {
    plan: plan({ rounds: 4, gate: 'votes' }, { learningRate: 0.3 }),
    rules: { ...aDraft([]).rules, quorum: 'majority' },
  })
  const oddities: Oddity[] = [{}, { unseen: true }, { events: false }, { factor: 10 }, { rows: 10 }]
  const findings: string[][] = []
  for (const [i, one] of hospitals.entries()) {
    const saved = await map(one, study, patients(20 + i, oddities[i]!))
    findings.push(saved.findings.map(({ severity, code }) => `${severity} ${code}`))
    const isRefused = saved.findings.some(({ severity }) => severity === 'error')
    await decide(one, study, isRefused ? 'decline' : 'approve')
  }
  expect(findings[0]).toContain('warning constant')
  expect(findings[1]).toContain('warning unlisted-category')
  expect(findings[3]!.join()).toMatch(/outside-range|unit-suspicious|implausible/)
  expect(findings[4]!.join()).toMatch(/error rows-too-few/)
  // A hospital of which no patient has the outcome is told so, and takes part.
  expect(findings[2]!.join()).toMatch(/warning (no-events|outcome-one-class)/)
  const taking = [hospitals[0]!, hospitals[1]!, hospitals[2]!, hospitals[3]!]
  await finish(taking, study, 90_000)
  for (const one of taking) {
    const { shared, alone, overall } = await until(
      () => one.call('results.get', { study }),
      (seen) => seen.shared !== null || seen.overall !== null,
      60_000,
    )
    for (const figures of [shared, alone, overall]) {
      for (const value of Object.values(figures ?? {}))
        if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
    }
    // Each home draws its held-out rows by a secret of its own: votes may take every model back, and guessing is left.
    expect(overall!.auc!).toBeGreaterThan(0.3)
  }
  const { drift } = (await until(
    () => hospitals[3]!.call('statistics.get', { study }),
    (view) => view?.comparing === false,
  ))!
  expect(drift!.find((line) => line.name === 'chol')).toMatchObject({ finding: 'unit', factor: 10 })
}, 240_000)

test('a learning rate far too high is said so at every hospital, and no number that is none leaves', async () => {
  const wild = plan({ rounds: 2, l2: 10, updateBound: 1e4 }, { learningRate: 100, steps: 400 })
  const { hospitals, study } = await together(['Aue', 'Buch', 'Calw'], { plan: wild })
  for (const [i, one] of hospitals.entries()) {
    await map(one, study, patients(30 + i, {}))
    await decide(one, study, 'approve')
  }
  for (const one of hospitals) {
    const rounds = await until(
      () => one.call('rounds.list', { study, from: 1, limit: 10 }),
      (list) => list.some(({ trouble }) => trouble),
      60_000,
    )
    const open = rounds.find(({ phase }) => phase !== 'decided')!
    expect(open).toMatchObject({ kind: 'training', trouble: 'training-diverged', bytesSent: 0 })
  }
}, 120_000)
