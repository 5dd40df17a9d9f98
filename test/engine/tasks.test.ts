import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StudyDraft } from '#contract/calls.ts'
import type { FiguresView, ResultsView } from '#contract/views.ts'
import type { Mapping } from '#domain/dataset.ts'
import { EXACT, MOST_FIT_ROUNDS } from '#domain/plan.ts'
import type { Outcome } from '#domain/variable.ts'
import { describeStatus, gather } from '#headless/commands/status.ts'
import { aDraft, decide } from './chest-pain.ts'
import { closeAll, importText, openHospital, pair, until, type Hospital } from './hospital.ts'
import { finish, plan } from './together.ts'

type Measure = 'mae' | 'mse' | 'r2' | 'accuracy' | 'auc' | 'logLoss' | 'brier' | 'cIndex'
let hospitals: Hospital[] = []

beforeAll(async () => {
  hospitals = await Promise.all(['Aue', 'Buch', 'Calw'].map((name) => openHospital(name)))
  for (const [i, a] of hospitals.entries()) for (const b of hospitals.slice(i + 1)) await pair(a, b)
}, 60_000)
afterAll(closeAll)

const HORIZON = 12
const outcomes = {
  regression: { task: 'regression', name: 'stay', label: '', unit: 'd', low: 0, high: 60 },
  multiclass: { task: 'multiclass', name: 'ward', label: '', classes: ['home', 'ward', 'icu'] },
  survival: { task: 'survival', name: 'death', label: '', timeUnit: 'months', horizon: HORIZON },
} satisfies Record<string, Outcome>

const rules: Record<keyof typeof outcomes, Mapping['outcome']> = {
  regression: { rule: 'number', column: 'stay', scale: null },
  multiclass: { rule: 'class', column: 'ward', values: { H: 'home', W: 'ward', I: 'icu' } },
  survival: { rule: 'survival', time: 'months', event: 'died', happened: ['1'] },
}

/** Patients who stay longer, lie on a graver ward and die earlier the older and the weaker they are. */
function patients(seed: number, rows: number): string {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
  const noise = () => next() + next() + next() - 1.5
  const lines = Array.from({ length: rows }, () => {
    const age = 30 + 50 * next()
    const crp = 100 * next()
    const risk = (age - 55) / 15 + (crp - 50) / 40
    const stay = Math.min(60, Math.max(0, 12 + 4 * risk + 2 * noise()))
    const grade = risk + noise()
    const ward = grade < -0.5 ? 'H' : grade < 1 ? 'W' : 'I'
    const dies = (-Math.log(next()) * 14) / Math.exp(0.9 * risk)
    const leaves = 24 * next()
    const months = Math.min(dies, leaves)
    return [age, crp, stay, ward, months, Number(dies < leaves)]
      .map((one) => (typeof one === 'number' ? one.toFixed(3) : one))
      .join(',')
  })
  return ['age,crp,stay,ward,months,died', ...lines, ''].join('\n').replaceAll(/,([01])\.000\n/g, ',$1\n')
}

/** A study of all three from its proposal to its result, with judging by votes where its model is not fitted exactly. */
async function run(task: keyof typeof outcomes, changes: Partial<StudyDraft['plan']> = {}) {
  const members = await Promise.all(
    hospitals.map(async (one) => {
      const { id, name } = await one.call('institution.get', null)
      return { id, name }
    }),
  )
  const source = (column: string) => ({ column, missingCodes: [], scale: null, values: null })
  const number = (name: string, low: number, high: number) => ({
    ...{ type: 'number', name, label: '', unit: null, low, high },
    ...{ outside: 'clip', missing: 'mean-and-indicator' },
  })
  const draft = aDraft(members, {
    variables: [number('age', 18, 100), number('crp', 0, 200)] as StudyDraft['variables'],
    outcome: outcomes[task],
    plan: {
      ...plan(changes.fit ? {} : { rounds: 6, gate: 'votes' }, {
        learningRate: task === 'survival' ? 0.5 : 0.3,
      }),
      ...changes,
    },
    rules: { ...aDraft(members).rules, lastRound: 30 },
  })
  const { id: study } = await hospitals[0]!.call('studies.propose', draft)
  for (const [i, one] of hospitals.entries()) {
    await until(
      () => one.call('studies.list', null),
      (list) => list.some(({ id }) => id === study),
      60_000,
    )
    const dataset = await importText(one, `patients ${task}`, patients(7 + i, 300))
    const mapping: Mapping = {
      variables: { age: source('age'), crp: source('crp') },
      outcome: rules[task],
      holdout: { kind: 'share', share: 0.3 },
      subgroups: [],
    }
    const saved = await one.call('mappings.save', { study, dataset: dataset.id, mapping })
    expect(saved.findings.filter((finding) => finding.severity === 'error')).toEqual([])
    await decide(one, study, 'approve')
  }
  await finish(hospitals, study, 120_000)
  const results = await until(
    () => hospitals[0]!.call('results.get', { study }),
    (one) => one.intervals !== undefined,
    60_000,
  )
  const hash = results.modelHash!
  const score = (age: number, crp: number) =>
    hospitals[0]!.call('models.predict', { study, hash, values: { age, crp } })
  return { results, score, study }
}

/** No figure is anything but a number or openly absent. */
function expectSound(figures: FiguresView | null): void {
  expect(figures).not.toBeNull()
  for (const value of Object.values(figures!)) {
    if (value !== null && value !== undefined) expect(Number.isFinite(value)).toBe(true)
  }
}

/** Every figure of ours has its interval around it, and the paired difference is that of the two first figures. */
function expectSure(
  { shared, alone, intervals, difference }: ResultsView,
  measures: readonly Measure[],
): void {
  for (const measure of measures) {
    const { value, low, high } = intervals!.shared[measure]!
    expect(value).toBeCloseTo(shared![measure]!, 6)
    expect(low).toBeLessThan(value)
    expect(high).toBeGreaterThan(value)
  }
  const [main] = measures
  expect(difference!.value).toBeCloseTo(shared![main!]! - alone![main!]!, 5)
}

/** What a hospital publishes of its own patients is read by the others: the first figure, rounded, never narrower. */
async function expectPublished(study: string, results: ResultsView, measure: Measure): Promise<void> {
  const [a, b] = hospitals
  const exact = results.intervals!.shared[measure]!
  const decidedBy = { name: 'Dr. Berger', role: 'Governance', authenticated: 'passphrase' as const }
  await a!.call('results.publish', { study, model: results.modelHash!, decidedBy })
  const { members } = await until(
    () => b!.call('results.get', { study }),
    (one) => one.members?.some(({ published }) => published) ?? false,
    60_000,
  )
  const { shared } = members!.find(({ published }) => published)!
  expect(Math.abs(shared!.value / exact.value - 1)).toBeLessThan(0.02)
  expect(shared!.low).toBeLessThanOrEqual(exact.low)
  expect(shared!.high).toBeGreaterThanOrEqual(exact.high)
}

test('a study of how long patients stay: the model explains what there is to explain, and predicts days', async () => {
  const { results, score, study } = await run('regression')
  expectSure(results, ['mae', 'mse', 'r2'])
  expect(results.intervals!.overall.mae!.value).toBeCloseTo(results.overall!.mae!, 9)
  expect(results.intervals!.overall.r2).toBeUndefined()
  await expectPublished(study, results, 'mae')
  const client = { call: hospitals[0]!.call, on: () => () => undefined, close: () => Promise.resolve() }
  const said = describeStatus(await gather(client as never, false)).join('\n')
  expect(said).toContain(`mean miss ${results.shared!.mae!.toFixed(3)} with the shared model`)
  for (const one of [results.shared, results.alone, results.overall, results.overallAlone]) expectSound(one)
  expect(results.overall!.r2!).toBeGreaterThan(0.7)
  expect(results.shared!.mae!).toBeLessThan(4)
  const [young, old] = [await score(35, 10), await score(75, 90)]
  expect(young.value!).toBeGreaterThan(-2)
  expect(old.value! - young.value!).toBeGreaterThan(8)
  expect(young.risk).toBeNull()
}, 240_000)

test('a study of where patients lie: classes by name, shares that add up to one', async () => {
  const { results, score } = await run('multiclass')
  expectSure(results, ['accuracy', 'auc', 'logLoss', 'brier'])
  expect(results.intervals!.overall.accuracy!.value).toBeCloseTo(results.overall!.accuracy!, 9)
  for (const one of [results.shared, results.alone, results.overall, results.overallAlone]) expectSound(one)
  expect(results.overall!.accuracy!).toBeGreaterThan(0.55)
  const old = await score(78, 95)
  expect(old.classes!.map(({ name }) => name)).toEqual(['home', 'ward', 'icu'])
  expect(old.classes!.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 5)
  const [young] = (await score(32, 5)).classes!
  expect(young!.share).toBeGreaterThan(old.classes![0]!.share)
}, 240_000)

test('a study of when patients die: order within hospitals, and an absolute risk up to the horizon', async () => {
  const { results, score, study } = await run('survival')
  expectSure(results, ['cIndex'])
  await expectPublished(study, results, 'cIndex')
  for (const one of [results.shared, results.alone, results.overall, results.overallAlone]) expectSound(one)
  expect(results.overall!.cIndex!).toBeGreaterThan(0.65)
  expect(results.overall!.cIndex!).toBeLessThan(0.95)
  // The truth of these made-up patients: 1 - exp(-12 / 14 * exp(0.9 * risk)).
  const truth = (age: number, crp: number) =>
    1 - Math.exp((-HORIZON / 14) * Math.exp(0.9 * ((age - 55) / 15 + (crp - 50) / 40)))
  for (const [age, crp] of [
    [55, 50],
    [40, 30],
    [70, 60],
  ] as const) {
    expect(Math.abs((await score(age, crp)).risk! - truth(age, crp))).toBeLessThan(0.15)
  }
}, 240_000)

/** What each year of age and each unit of crp adds in these made-up patients. */
const effects = { regression: [4 / 15, 4 / 40], survival: [0.9 / 15, 0.9 / 40] } as const

for (const task of ['regression', 'survival'] as const)
  test(`an exact fit of a ${task} study tells nearly what the patients were made with, and how nearly`, async () => {
    const { results, score } = await run(task, { fit: EXACT, rounds: MOST_FIT_ROUNDS })
    for (const one of [results.shared, results.alone, results.overall, results.overallAlone]) expectSound(one)
    const { status, terms, ratio, test } = results.inference!
    expect({ status, ratio }).toEqual({ status: 'converged', ratio: task === 'survival' ? 'hazard' : null })
    expect(test!.p).toBeLessThan(1e-6)
    const known = terms.filter(({ absent }) => absent === null)
    expect(known.map(({ feature }) => feature)).toEqual(['age', 'crp'])
    for (const [i, { coefficient, standardError, low, high }] of known.entries()) {
      expect(Math.abs(coefficient - effects[task][i]!)).toBeLessThan(4 * standardError)
      expect(high - low).toBeCloseTo(2 * 1.96 * standardError, 2)
    }
    const [young, old] = [await score(35, 10), await score(75, 90)]
    const figure = (one: typeof young) => (task === 'survival' ? one.risk : one.value)!
    expect(figure(old)).toBeGreaterThan(figure(young))
  }, 240_000)
