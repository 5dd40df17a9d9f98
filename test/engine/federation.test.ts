import { afterEach, expect, test } from 'vitest'
import type { StudyDraft } from '#contract/calls.ts'
import type { Mapping } from '#domain/dataset.ts'
import { aStudy } from './a-study.ts'
import { aDraft, aTable, decide, takePart } from './chest-pain.ts'
import { closeAll, importText, openHospital, pair, until, type Hospital } from './hospital.ts'

afterEach(closeAll)

/** Hospitals that all know each other. */
async function federation(count: number): Promise<Hospital[]> {
  const names = ['Aue', 'Buch', 'Calw', 'Dessau'].slice(0, count)
  const hospitals = await Promise.all(names.map((name) => openHospital(name)))
  for (const [i, a] of hospitals.entries()) for (const b of hospitals.slice(i + 1)) await pair(a, b)
  return hospitals
}

async function memberOf(hospital: Hospital) {
  const { id, name } = await hospital.call('institution.get', null)
  return { id, name }
}

/** The first proposes; everyone has received the study, mapped it and not yet decided. */
async function proposed(
  hospitals: readonly Hospital[],
  changes: Partial<StudyDraft> = {},
  rows?: number,
  mapping: Partial<Mapping> = {},
): Promise<string> {
  const [first] = hospitals
  if (!first) throw new Error('Somebody proposes')
  const members = await Promise.all(hospitals.map(memberOf))
  const { id } = await first.call('studies.propose', aDraft(members, changes))
  await Promise.all(
    hospitals.map(async (one, i) => {
      await until(
        () => one.call('studies.list', null),
        (list) => list.some((study) => study.id === id),
      )
      await takePart(one, id, 10 + i, rows, mapping)
    }),
  )
  return id
}

const finish = (hospital: Hospital, id: string) =>
  until(
    () => hospital.call('studies.get', { id }),
    (study) => study.state === 'finished',
    60_000,
  )

test('three institutions pair, propose, map, consent and finish a study with equal hashes', async () => {
  const hospitals = await federation(3)
  // Every third row of so many is held out: whether the model learned does not hang on which rows a home's secret draws.
  const heldOut = Array.from({ length: 133 }, (_, i) => 3 * i)
  const id = await proposed(hospitals, {}, 400, { holdout: { kind: 'rows', rows: heldOut } })
  for (const one of hospitals) await decide(one, id, 'approve')
  const views = await Promise.all(hospitals.map((one) => finish(one, id)))
  expect(new Set(views.map((one) => one.modelHash)).size).toBe(1)
  expect(views[0]).toMatchObject({ trained: 3, modelHash: expect.stringMatching(/^[0-9a-f]{64}$/) })
  for (const view of views) expect(view.bytesSent).toBeGreaterThan(0)

  const rounds = await hospitals[0]!.call('rounds.list', { study: id, from: 1, limit: 100 })
  const sums = rounds.filter((one) => one.outcome?.result === 'sum')
  expect(sums.map((one) => one.kind)).toEqual([
    'statistics',
    'training',
    'training',
    'training',
    'evaluation',
  ])
  expect(sums.every((one) => one.members.every((member) => member.state === 'in'))).toBe(true)
  const losses = rounds.filter((one) => one.kind === 'training').map((one) => one.sharedLoss)
  expect(losses.every((one) => one !== null && one > 0 && one < 1)).toBe(true)

  const results = await Promise.all(
    hospitals.map((one) =>
      until(
        () => one.call('results.get', { study: id }),
        (seen) => seen.shared !== null,
        30_000,
      ),
    ),
  )
  for (const [i, seen] of results.entries()) {
    expect(seen).toMatchObject({ alone: { rows: expect.any(Number) }, modelHash: views[0]?.modelHash })
    expect(seen.shared!.auc).toBeGreaterThan(0)
    expect(hospitals[i]!.scores.map((one) => one.model)).toEqual(['alone', 'shared'])
  }
  const rows = results.reduce((sum, seen) => sum + seen.shared!.rows, 0)
  expect(results[0]!.overall).toMatchObject({ rows })
  // What each hospital holds out may look bad; all of it together says whether the model learned.
  expect(results[0]!.overall!.auc).toBeGreaterThan(0.6)
  expect(results[1]!.overall).toEqual(results[0]!.overall)
}, 120_000)

test('an institution that restarts in the middle takes part again, and the study ends', async () => {
  const hospitals = await federation(3)
  const id = await proposed(hospitals)
  for (const one of hospitals) await decide(one, id, 'approve')
  const [, , last] = hospitals
  await until(
    () => last!.call('studies.get', { id }),
    (study) => study.trained >= 1,
    60_000,
  )
  await last!.restart()
  const views = await Promise.all(hospitals.map((one) => finish(one, id)))
  expect(new Set(views.map((one) => one.modelHash)).size).toBe(1)
  await last!.restart()
  await expect(last!.call('studies.get', { id })).resolves.toMatchObject({
    state: 'finished',
    modelHash: views[0]!.modelHash,
  })
  await until(
    () => last!.call('results.get', { study: id }),
    (seen) => seen.shared !== null,
    30_000,
  )
}, 120_000)

test('nothing of an institution that declined is in any sum, and the others go on', async () => {
  const hospitals = await federation(4)
  const [, , , last] = hospitals
  const id = await proposed(hospitals)
  await decide(last!, id, 'decline')
  for (const one of hospitals.slice(0, 3)) await decide(one, id, 'approve')
  const views = await Promise.all(hospitals.slice(0, 3).map((one) => finish(one, id)))
  expect(new Set(views.map((one) => one.modelHash)).size).toBe(1)
  const [statistics] = await hospitals[0]!.call('rounds.list', { study: id, from: 1, limit: 1 })
  const { id: declined } = await memberOf(last!)
  expect(statistics?.members.find((one) => one.id === declined)).toMatchObject({
    state: 'missing',
    reason: 'declined',
  })
  await expect(last!.call('studies.get', { id })).resolves.toMatchObject({ bytesSent: 0 })
}, 120_000)

test('an institution whose dataset changes sends nothing more, and the others go on without it', async () => {
  const hospitals = await federation(4)
  const [first, , , last] = hospitals
  const { plan, rules } = aStudy()
  const id = await proposed(hospitals, {
    plan: { ...plan, rounds: 8 },
    rules: { ...rules, lastRound: 30, pace: { answer: 600_000, compute: 20_000, exchange: 10_000 } },
  })
  for (const one of hospitals) await decide(one, id, 'approve')
  await until(
    () => last!.call('studies.get', { id }),
    (study) => study.trained >= 1,
    60_000,
  )
  const [dataset] = await last!.call('datasets.list', null)
  await importText(last!, 'patients', aTable(99), dataset!.id)
  const { round } = await last!.call('studies.get', { id })
  await Promise.all(hospitals.map((one) => finish(one, id)))
  const rounds = await first!.call('rounds.list', { study: id, from: round + 1, limit: 100 })
  const { id: left } = await memberOf(last!)
  expect(rounds.length).toBeGreaterThan(1)
  for (const one of rounds)
    expect(one.members.find((member) => member.id === left)).toMatchObject({ state: 'missing' })
  const after = await last!.call('rounds.list', { study: id, from: round + 1, limit: 100 })
  expect(after.every((one) => one.computeMs === null)).toBe(true)
}, 120_000)
