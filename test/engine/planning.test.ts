import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StudyDraft } from '#contract/calls.ts'
import type { Mapping } from '#domain/dataset.ts'
import { aDraft, decide } from './chest-pain.ts'
import { closeAll, importText, openHospital, pair, until, type Hospital } from './hospital.ts'
import { finish, plan } from './together.ts'

let hospitals: Hospital[] = []

beforeAll(async () => {
  hospitals = await Promise.all(['Aue', 'Buch', 'Calw'].map((name) => openHospital(name)))
  for (const [i, a] of hospitals.entries()) for (const b of hospitals.slice(i + 1)) await pair(a, b)
}, 60_000)
afterAll(closeAll)

const variables = [
  {
    ...{ type: 'number', name: 'chol', label: '', unit: 'mg/dL', low: 0, high: 700 },
    ...{ outside: 'clip', missing: 'mean-and-indicator' },
  },
  {
    ...{ type: 'category', name: 'ecg', label: '', categories: ['normal', 'odd', 'rare'] },
    ...{ unlisted: 'other', missing: 'indicator' },
  },
] as StudyDraft['variables']
const outcome = { task: 'binary', name: 'disease', label: '', positive: '1' } as const

/** Patients with cholesterol in a unit of this hospital; three of them have a rare ECG. */
function patients(seed: number, factor: number): string {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
  const lines = Array.from({ length: 200 }, (_, row) => {
    const chol = 150 + 120 * next()
    const ecg = row < 3 ? 'rare' : next() < 0.6 ? 'normal' : 'odd'
    const risk = 1 / (1 + Math.exp(-((chol - 210) / 25 + (ecg === 'odd' ? 1 : -0.4))))
    return [(chol / factor).toFixed(2), ecg, Number(next() < risk)].join(',')
  })
  return ['chol,ecg,disease', ...lines, ''].join('\n')
}

const source = (column: string) => ({ column, missingCodes: [], scale: null, values: null })
const mapping: Mapping = {
  variables: { chol: source('chol'), ecg: source('ecg') },
  outcome: { rule: 'equals', column: 'disease', positive: ['1'] },
  holdout: { kind: 'share', share: 0.3 },
  subgroups: [],
}

test('the one statistics round gives the first table of all hospitals, and tells one of them that its unit is another', async () => {
  const members = await Promise.all(
    hospitals.map(async (one) => {
      const { id, name } = await one.call('institution.get', null)
      return { id, name }
    }),
  )
  const [a, , c] = hospitals as [Hospital, Hospital, Hospital]
  const draft = aDraft(members, { variables, outcome, plan: plan({ rounds: 1, clipping: 0.01 }) })
  const { id: study } = await a.call('studies.propose', draft)
  expect(await a.call('statistics.get', { study })).toBeNull()
  for (const [i, one] of hospitals.entries()) {
    await until(
      () => one.call('studies.list', null),
      (list) => list.some(({ id }) => id === study),
      60_000,
    )
    // The last one's cholesterol is in mmol/L.
    const { id: dataset } = await importText(one, 'patients', patients(3 + i, i === 2 ? 38.67 : 1))
    await one.call('mappings.save', { study, dataset, mapping })
    await decide(one, study, 'approve')
  }
  await finish(hospitals, study)

  const compared = (one: Hospital) =>
    until(
      () => one.call('statistics.get', { study }),
      (view) => view?.comparing === false,
    )
  const seen = (await compared(a))!
  const chol = seen.variables.find((one) => one.name === 'chol')!
  expect(seen.rows).toBeGreaterThan(350)
  expect(chol.mean!).toBeGreaterThan(100)
  expect(chol.quartiles![0]).toBeLessThan(chol.quartiles![2])
  // Nine patients of all hospitals at most: told as few, not as how many.
  const levels = seen.variables.find((one) => one.name === 'ecg')!.levels
  expect(levels.find((one) => one.name === 'ecg = rare')!.rows).toBeNull()
  expect(levels.find((one) => one.name === 'ecg = odd')!.rows!).toBeGreaterThan(50)

  const theirs = (await compared(c))!
  expect(theirs.variables).toEqual(seen.variables)
  const odd = theirs.drift!.find((one) => one.name === 'chol')!
  expect(odd.finding).toBe('unit')
  expect(1 / odd.factor!).toBeCloseTo(38.67, 2)
  expect(seen.drift!.find((one) => one.name === 'chol')!.finding).not.toBe('unit')
  // The same is a finding on the mapping that it goes on with, and on the page that an officer reads; nowhere else.
  const found = (await c.call('mappings.get', { study })).findings.filter((one) => one.variable === 'chol')
  expect(found.map((one) => one.code)).toContain('unit-suspicious')
  const warned = async (one: Hospital) =>
    (await one.call('consents.page', { study })).text.includes('"chol" seems to be in another unit')
  expect(await Promise.all([warned(c), warned(a)])).toEqual([true, false])
  // It is kept: nobody waits for it after a restart, and it goes with the dataset.
  await c.restart()
  expect(await c.call('statistics.get', { study })).toEqual(theirs)
  await c.call('consents.withdraw', { study, reason: 'over' })
  const { dataset } = await c.call('mappings.get', { study })
  await c.call('datasets.remove', { id: dataset! })
  expect(await c.call('statistics.get', { study })).toMatchObject({ drift: null, comparing: false })
}, 120_000)

test('a plan is chosen by rule with a reason for each choice, or found on rows of ours, and says where it came from', async () => {
  const [a] = hospitals
  const dataset = await importText(a!, 'before', patients(9, 1))
  const facts = { variables, outcome, hospitals: 4 }
  const ruled = await a!.call('plans.choose', { ...facts, rows: 140 })
  expect(ruled.plan.origin).toMatch(/rule/)
  expect(ruled.reasons.length).toBeGreaterThan(3)
  // What hospitals ask of an exact fit is known before anybody is asked: rows, and variables that are not too coarse.
  const exact = await a!.call('plans.asked', { variables, outcome, penalty: 'ridge' })
  expect(exact.coarse).toBe(false)
  expect(ruled.plan.fit === undefined).toBe(4 * 100 < exact.rows)
  const coarse = [{ type: 'boolean', name: 'male', label: '', missing: 'indicator' } as const]
  expect(await a!.call('plans.asked', { variables: coarse, outcome, penalty: 'none' })).toMatchObject({
    coarse: true,
  })

  const { rules } = aDraft([])
  const asked = { ...facts, plan: ruled.plan, rules, dataset: dataset.id, source: null }
  expect((await a!.call('plans.search', { ...asked, seconds: 20 })).state).toBe('searching')
  await expect(a!.call('plans.search', { ...asked, seconds: 20 })).rejects.toMatchObject({ code: 'busy' })
  const search = await until(
    () => a!.call('plans.get', null),
    (one) => one?.state !== 'searching',
    60_000,
  )
  expect(search!.state).toBe('found')
  expect(search!.found!.plan.origin).toMatch(/successive halving over \d+ plans/)
  expect(search!.found!.tried).toBeGreaterThan(10)
  expect(a!.events.some((one) => one.event === 'plans.changed')).toBe(true)

  await a!.call('plans.search', { ...asked, seconds: 600 })
  expect((await a!.call('plans.cancel', null))!.state).toBe('cancelled')
  const strange = [{ ...variables[0]!, name: 'zinc level' }] as StudyDraft['variables']
  await expect(a!.call('plans.search', { ...asked, variables: strange, seconds: 5 })).rejects.toMatchObject({
    code: 'mapping-bad',
  })
  // Whoever searches next is not kept waiting by what was cancelled.
  const again = await a!.call('plans.search', { ...asked, seconds: 1 })
  expect(again.state).toBe('searching')
  const ended = await until(
    () => a!.call('plans.get', null),
    (one) => one?.state !== 'searching',
    60_000,
  )
  expect(ended!.state).toBe('found')
}, 120_000)
