import { expect, test } from 'vitest'
import { createFederation } from '../../simulation/federation.ts'
import type { Hospital } from '../../simulation/hospital.ts'
import type { Weather } from '../../simulation/world.ts'
import { leftAttempts } from '#network/rounds/causes.ts'
import { readRecord } from '#network/rounds/record.ts'
import { judge } from '../../simulation/referee.ts'

const calm: Weather = { delayMs: [1, 10], loss: 0, duplication: 0 }

test('in calm weather every round is one exact sum and everyone ends with the same model', async () => {
  const federation = createFederation({ seed: 1, members: 4, trainings: 3, weather: calm })
  const ended = await federation.run(
    () => federation.hospitals.every((one) => one.decided.length === 5),
    60_000,
  )

  expect(ended).toBe(true)
  expect(judge(federation)).toEqual([])
  expect(federation.hospitals.flatMap((one) => one.failures)).toEqual([])
  const kinds = federation.hospitals[0]?.decided.map((one) => one.kind)
  expect(kinds).toEqual(['statistics', 'training', 'training', 'training', 'evaluation'])
  expect(federation.hospitals[0]?.decided.every((one) => one.outcome.result === 'sum')).toBe(true)
  expect(federation.hospitals[0]?.decided.every((one) => one.members.length === 4)).toBe(true)
})

test('a member that was away from the first round on takes every certified model over, each made from the one before', async () => {
  const federation = createFederation({ seed: 3, members: 4, trainings: 3, weather: calm })
  const { hospitals, study } = federation
  const [first, , , away] = hospitals as [Hospital, Hospital, Hospital, Hospital]
  away.crash()
  const others = hospitals.filter((one) => one !== away)
  await federation.run(() => others.every((one) => one.decided.length === 5), 120_000)
  expect(away.decided).toEqual([])
  away.start(study.id)
  await federation.run(() => away.decided.length === 5, 60_000)

  expect(away.decided.map((one) => one.outcome)).toEqual(first.decided.map((one) => one.outcome))
  expect(away.decided.map((one) => one.artefact)).toEqual(first.decided.map((one) => one.artefact))
  const sums = away.decided.flatMap(({ outcome }) => (outcome.result === 'sum' ? [outcome] : []))
  const bases = sums.map(({ roster }) => {
    const body = away.store.library.get(roster)?.body
    return body?.kind === 'roster' ? body.base : undefined
  })
  expect(bases).toEqual([null, ...sums.slice(0, -1).map((one) => one.artefact)])
  expect(judge(federation)).toEqual([])
})

test('a member that dies in the middle of an exchange is named by all others as whom they waited for', async () => {
  const federation = createFederation({
    ...{ seed: 4, members: 4, trainings: 1, weather: calm },
    pace: { exchange: 10_000 },
  })
  const { hospitals, world, study } = federation
  const [first, , , dying] = hospitals as [Hospital, Hospital, Hospital, Hospital]
  const hasAccepted = () =>
    [...world.seen.values()].some((one) => one.author === dying.id && one.body.kind === 'acceptance')
  await federation.run(hasAccepted, 60_000)
  const shown = () => first.rounds?.state(study.id)?.members.find((one) => one.id === dying.id)
  expect(shown()).toMatchObject({ state: 'in' })
  dying.crash()
  // Long before the attempt is given up nobody is told that it is in.
  await federation.run(() => shown()?.state === 'waiting', 5000)
  expect(shown()).toMatchObject({ state: 'waiting', reason: 'unreachable' })
  expect(first.rounds?.state(study.id)).toMatchObject({ round: 1, attempt: 0 })
  await federation.run(() => first.decided.length >= 1, 60_000)

  const [round] = first.decided
  expect(round).toMatchObject({ outcome: { result: 'sum' }, attempt: 1 })
  expect(round?.members).not.toContain(dying.id)
  const [left] = leftAttempts(readRecord(first.store.library.ofRound(study.id, 1)))
  expect(left).toMatchObject({ attempt: 0, step: 'commitment', left: 3, convicted: [] })
  expect(left?.named).toEqual([{ id: dying.id, by: 3 }])
})
