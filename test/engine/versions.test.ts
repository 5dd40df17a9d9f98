import { afterEach, expect, test } from 'vitest'
import type { StudyDraft } from '#contract/calls.ts'
import type { Hash } from '#domain/values.ts'
import { aDraft, decide, takePart } from './chest-pain.ts'
import { closeAll, openHospital, until, type Hospital } from './hospital.ts'
import { openPuppets } from './puppets.ts'
import { finish, openTogether, plan, type Together } from './together.ts'

afterEach(closeAll)

const NAMES = ['Aue', 'Buch', 'Calw', 'Dorn']
const WAIT_MS = 60_000

const arrived = (one: Hospital, id: Hash) =>
  until(
    () => one.call('studies.list', null),
    (list) => list.some((study) => study.id === id),
    WAIT_MS,
  )

/** Four hospitals in a study of which the last approves so many rounds only, and leaves then: no sum is without it. */
async function leftAfter(
  round: number,
  local: Parameters<typeof plan>[1] = {},
): Promise<Together & { others: readonly Hospital[]; first: Hash }> {
  const all = await openTogether(NAMES)
  const { hospitals, members } = all
  const draft = aDraft(members, { plan: plan({ rounds: 5 }, local) })
  const rules = { ...draft.rules, minimumSum: 4 }
  const { id: first } = await hospitals[0]!.call('studies.propose', { ...draft, rules })
  for (const [i, one] of hospitals.entries()) {
    await arrived(one, first)
    await takePart(one, first, 30 + i, 160)
    await decide(one, first, 'approve', i === 3 ? { to: round } : {})
  }
  for (const one of hospitals) await decidedRounds(one, first, round)
  await hospitals[3]!.call('studies.leave', { study: first, reason: 'no longer' })
  return { ...all, others: hospitals.slice(0, 3), first }
}

const decidedRounds = (one: Hospital, study: Hash, count: number) =>
  until(
    () => one.call('rounds.list', { study, from: 1, limit: 100 }),
    (rounds) => rounds.filter(({ outcome }) => outcome?.result === 'sum').length >= count,
    WAIT_MS,
  )

/** The others propose the next version, map it as before and approve; returns its id. */
async function goOn(
  { members, others, first }: Awaited<ReturnType<typeof leftAfter>>,
  changes: Partial<StudyDraft> = {},
): Promise<Hash> {
  const draft = aDraft(members.slice(0, 3), { plan: plan({ rounds: 2 }), previous: first, ...changes })
  const { id } = await others[0]!.call('studies.propose', draft)
  for (const one of others) {
    await arrived(one, id)
    const { mapping, dataset } = await one.call('mappings.get', { study: first })
    await one.call('mappings.save', { study: id, dataset: dataset!, mapping: mapping! })
    await decide(one, id, 'approve')
  }
  return id
}

/** Waits until a study is over and each has judged its model at home. */
async function judged(hospitals: readonly Hospital[], study: Hash) {
  await finish(hospitals, study)
  for (const one of hospitals)
    await until(
      () => one.call('results.get', { study }),
      ({ shared }) => shared !== null,
      WAIT_MS,
    )
}

async function toldOf(one: Hospital, study: Hash) {
  const rounds = await one.call('rounds.list', { study, from: 1, limit: 100 })
  return rounds.map(({ kind, outcome }) => `${kind} ${outcome?.result}`)
}

test('after a member left in training the others go on from the last model, and nothing of the leaver is a difference', async () => {
  const local = { controlVariates: true }
  const all = await leftAfter(3, local)
  const { others, first } = all
  const before = await others[0]!.call('studies.get', { id: first })
  const second = await goOn(all, { plan: plan({ rounds: 2 }, local) })
  await finish(others, second)

  for (const one of others) {
    expect(await toldOf(one, second)).toEqual(['training sum', 'training sum', 'evaluation sum'])
    const statistics = await Promise.all(
      [first, second].map((study) => one.call('statistics.get', { study })),
    )
    expect(statistics[1]!.rows).toBe(statistics[0]!.rows)
    expect(statistics[1]!.variables).toEqual(statistics[0]!.variables)
  }
  const after = await others[0]!.call('studies.get', { id: second })
  expect(after.study.start!.model).toEqual({ version: 1, round: 3, artefact: before.modelHash })
  const losses = await Promise.all(
    [first, second].map(async (study) => {
      const rounds = await others[1]!.call('rounds.list', { study, from: 1, limit: 100 })
      return rounds.flatMap((one) => one.sharedLoss ?? [])
    }),
  )
  // What each keeps to itself goes on as well.
  for (const { train } of all.taps.slice(0, 3)) {
    const here = train.filter((one) => one.key === train.at(-1)?.key)
    expect(here.length).toBeGreaterThan(1)
    for (const one of here) expect(one).toMatchObject({ privateState: expect.any(Uint8Array) })
  }
  // The third and fourth round of one training, not the first two again.
  expect(losses[1]![0]).toBeLessThan(losses[0]!.at(-1)!)
  const page = await others[1]!.call('consents.page', { study: second })
  expect(page.text).toContain(
    "It goes on from version 1's statistics and its model of round 3: nothing is added up again.",
  )
}, 180_000)

test('after a member left with statistics only, training begins on these without adding them up again', async () => {
  const all = await leftAfter(1)
  const second = await goOn(all)
  await finish(all.others, second)
  for (const one of all.others) {
    const told = await toldOf(one, second)
    expect(told).toEqual(['training sum', 'training sum', 'evaluation sum'])
    const statistics = await Promise.all(
      [all.first, second].map((study) => one.call('statistics.get', { study })),
    )
    expect(statistics[1]!.rows).toBe(statistics[0]!.rows)
  }
  const { study } = await all.others[0]!.call('studies.get', { id: second })
  expect(study.start).toMatchObject({ after: 1, statistics: { version: 1, round: 1 }, model: null })
}, 180_000)

test('a version after the whole study trains on, is not judged together without the leaver, and shows the judgement before', async () => {
  const all = await openTogether(NAMES)
  const first = await all.begin({ plan: plan({ rounds: 1 }) })
  const others = all.hospitals.slice(0, 3)
  await judged(all.hospitals, first)
  const second = await goOn({ ...all, others, first })
  await judged(others, second)
  const third = await goOn({ ...all, others, first: second }, { plan: plan({ rounds: 1 }) })
  await judged(others, third)

  for (const one of others) {
    // Who is held out is the same whatever the model: that difference would be the leaver.
    expect(await toldOf(one, second)).toEqual(['training sum', 'training sum', 'evaluation void'])
    expect((await one.call('results.get', { study: third })).overall).toBeNull()
    expect((await one.call('consents.page', { study: third })).text).toContain('In version 2, on')
  }
  const { study } = await others[0]!.call('studies.get', { id: third })
  expect(study.start).toMatchObject({ statistics: { version: 1, round: 1 }, model: { version: 2, round: 2 } })
}, 180_000)

test('a version that claims another start than we hold is not approved, and one with a new member says that it begins anew', async () => {
  const real = await openHospital('Real')
  const puppets = await openPuppets(real)
  const { previous, ...draft } = aDraft(puppets.members)
  const members = puppets.members.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const body = { ...draft, members, kind: 'study' as const, version: 1, previous, createdAt: Date.now() }
  const one = puppets.write(puppets.signers[0]!, body)
  const artefact = 'a'.repeat(64)
  const statistics = { version: 1, round: 1, artefact }
  const next = { ...body, version: 2, previous: one.id }
  const start = { after: 0, statistics, model: { version: 1, round: 2, artefact } }
  const claimed = puppets.write(puppets.signers[0]!, { ...next, start })
  const anew = puppets.write(puppets.signers[0]!, { ...next, name: 'Another' })
  for (const { id } of [one, claimed, anew]) await arrived(real, id)
  await takePart(real, claimed.id, 30, 160)
  const page = await real.call('consents.page', { study: claimed.id })
  expect(page.text).toContain('CANNOT RUN HERE: It says that it goes on from')
  await expect(real.call('statistics.get', { study: claimed.id })).resolves.toBeNull()
  await expect(decide(real, claimed.id, 'approve')).rejects.toMatchObject({ code: 'study-bad' })
  const other = await real.call('consents.page', { study: anew.id })
  expect(other.text).toContain('It begins anew with statistics of its own, since the version before came to')
  await puppets.stop()
}, 60_000)
