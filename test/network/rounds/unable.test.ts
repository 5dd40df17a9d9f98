import { describe, expect, test } from 'vitest'
import type { Action, Document } from '#domain/documents.ts'
import { hashOf } from '#domain/canonical.ts'
import type { RoundKind } from '#domain/round.ts'
import { openPlay } from '../../model/play.ts'
import { createFederation, type Federation } from '../../simulation/federation.ts'
import type { Hospital } from '../../simulation/hospital.ts'
import { judge } from '../../simulation/referee.ts'

/** A study of so many members in calm weather, the last of whom hold out too few rows to judge a model. Returns its rounds. */
async function study(members: number, unable: number) {
  const federation = createFederation({
    ...{ seed: 5, members, trainings: 2, weather: { delayMs: [1, 10], loss: 0, duplication: 0 } },
    habits: (member) => ({ tooFewHeldOut: member >= members - unable }),
  })
  const { hospitals } = federation
  const trained = await federation.run(() => hospitals.every((one) => one.decided.length === 3), 60_000)
  const began = federation.ticks()
  const ended = await federation.run(() => hospitals.every((one) => one.decided.length === 4), 60_000)
  expect([trained, ended]).toEqual([true, true])
  expect(judge(federation)).toEqual([])
  // The study gives two seconds to compute, and nobody waited for them to pass.
  expect(federation.ticks() - began).toBeLessThan(1500)
  return federation
}

/** What the roster that the last round's outcome names says. */
function lastAction({ hospitals, world }: Federation) {
  const [first] = hospitals as [Hospital]
  const { kind, outcome } = first.decided[3]!
  expect(kind).toBe('evaluation')
  for (const one of hospitals) expect(one.decided[3]!.outcome).toEqual(outcome)
  const roster = world.seen.get(outcome.roster ?? '')
  return { outcome, action: roster?.body.kind === 'roster' ? roster.body.action : null }
}

test('a hospital that holds out too few rows to judge a model is not waited for, and the certificate says why it is absent', async () => {
  const federation = await study(4, 1)
  const { outcome, action } = lastAction(federation)
  const ids = federation.hospitals.map((one) => one.id)
  expect(outcome.result).toBe('sum')
  expect(action).toMatchObject({ do: 'sum', absent: [{ id: ids[3], reason: 'too-few-rows' }] })
})

test('where too few hospitals can judge the model, the study ends at once with their names instead of asking again', async () => {
  const federation = await study(3, 1)
  const { outcome, action } = lastAction(federation)
  const ids = federation.hospitals.map((one) => one.id)
  expect(outcome.result).toBe('void')
  expect(action).toEqual({ do: 'void', absent: [{ id: ids[2], reason: 'too-few-rows' }] })
  await federation.run(() => false, 20_000)
  for (const one of federation.hospitals) {
    expect(one.decided).toHaveLength(4)
    expect(one.rounds?.state(federation.study.id)).toBeNull()
    expect(one.failures.length).toBeLessThan(2)
  }
})

describe('a leader that would have a study end without a judged model', () => {
  /** Of four members the last two are said to be unable; how each of the other three answers the leader of the round. */
  async function answersTo(
    kind: RoundKind,
    leader: number,
    signed: readonly number[],
    consentOf = (member: number) => member,
  ) {
    const play = openPlay(kind)
    const { ids, readies } = play.setting
    for (const one of signed) {
      const { roundKind, base } = readies[one]!.body
      const { consent } = readies[consentOf(one)]!.body
      play.sign(one, { kind: 'unable', ...play.place, roundKind, base, consent, reason: 'too-few-rows' })
    }
    const honest = openPlay(kind)
    await honest.does(leader)
    const absent = [2, 3].map((one) => ({ id: ids[one]!, reason: 'too-few-rows' as const }))
    const action: Action = { do: 'void', absent }
    play.sign(leader, { ...honest.last('roster', leader).body, action })
    return play.all([0, 1, 2, 3].filter((one) => one !== leader))
  }
  const nobody = [null, null, null]

  test('is followed once enough have signed that they cannot', async () => {
    expect(await answersTo('evaluation', 1, [2, 3])).toEqual(Array(3).fill('acceptance'))
  })

  test('is not followed while one of those it names has not said so, or said so of other data', async () => {
    expect(await answersTo('evaluation', 1, [2])).toEqual(nobody)
    expect(await answersTo('evaluation', 1, [2, 3], (member) => member - 2)).toEqual(nobody)
  })

  test('is not followed in a round of training, which members may join with other data', async () => {
    expect(await answersTo('training', 2, [2, 3])).toEqual(nobody)
  })
})

test('a member leaves the first attempt of a round when too few are ready for the same, or may still get ready', async () => {
  const play = openPlay()
  const { readies } = play.setting
  const elsewhere = [2, 3].map((one) =>
    play.sign(one, { ...readies[one]!.body, base: hashOf(`another model ${one}`) }),
  )
  const first = (one: Document) => one.id === readies[2]!.id || one.id === readies[3]!.id
  // Two are ready for the same, and two have said nothing: they may still come.
  expect(await play.does(0, { but: (one) => first(one) || elsewhere.includes(one) })).toBeNull()
  expect(await play.does(0, { but: first })).toBe('abandon')
  expect(await play.does(1, { but: (one) => elsewhere.includes(one) })).toBeNull()
})

test('a member that leaves attempts before they begin is not asked into them, and the others go on', async () => {
  const play = openPlay()
  const left = { attempt: 900, revealed: false, certified: null, missing: [] }
  play.sign(3, { kind: 'abandon', ...play.place, ...left })
  await play.does(2)
  const { ids } = play.setting
  const { action } = play.last('roster', 2).body
  expect(action.do === 'sum' && action.members.map((one) => one.id)).toEqual(ids.slice(0, 3))
  expect(action).toMatchObject({ absent: [{ id: ids[3], reason: 'unresponsive' }] })
  expect(await play.all([0, 1, 2])).toEqual(Array(3).fill('acceptance'))
})
