import { describe, expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import type { Abandon, Action, Roster, RosterMember } from '#domain/documents.ts'
import { decisionOf } from '#network/rounds/decision.ts'
import { outcomeOfVoid } from '#network/rounds/outcomes.ts'
import { readRecord } from '#network/rounds/record.ts'
import { LATE, openPlay } from '../../model/play.ts'
import { anOutcome, NOW } from '../../model/setting.ts'

// Members 0 to 3 of a study with a quorum of 3. Member 2 leads the first attempt, then 3, then 0.
const ALL = [0, 1, 2, 3]
type Play = ReturnType<typeof openPlay>
type Sum = Extract<Action, { do: 'sum' }>

/** What an honest leader would have signed in the first attempt. */
async function honestRoster(): Promise<Roster & { action: Sum }> {
  const play = openPlay()
  await play.does(2)
  const { body } = play.last('roster', 2)
  return { ...body, action: body.action as Sum } // safe: a first attempt adds up
}

/** The first attempt's roster with another entry for member 0. */
async function rosterWith(changes: Partial<RosterMember>): Promise<Roster> {
  const body = await honestRoster()
  const members = body.action.members.with(0, { ...body.action.members[0]!, ...changes })
  return { ...body, action: { ...body.action, members } }
}

describe('a roster of the first attempt', () => {
  test('is signed where it is the leader’s', async () => {
    const play = openPlay()
    play.sign(2, await honestRoster())
    expect(await play.all(ALL)).toEqual(Array(4).fill('acceptance'))
  })

  test('is not signed where it is that of a member whose turn it is not', async () => {
    const play = openPlay()
    play.sign(1, await honestRoster())
    expect(await play.all([0, 1, 3])).toEqual([null, null, null])
  })

  test('gives nobody another weight than it said itself', async () => {
    const play = openPlay()
    play.sign(2, await rosterWith({ weight: 1 }))
    expect(await play.all([1, 3])).toEqual([null, null])
  })

  test('names nobody who is ready under an approval that was replaced', async () => {
    const play = openPlay()
    const { id, body } = play.approval(0)
    play.answer(0, { ...body, supersedes: id, decidedAt: NOW + 1 })
    play.sign(2, await honestRoster())
    expect(await play.all([1, 3])).toEqual([null, null])
  })

  test.each([
    ['with another dataset than it approved', { dataset: hashOf('another') }],
    ['without saying what its numbers depend on', { inputs: undefined }],
  ])('names nobody who is ready %s', async (_, changes) => {
    const play = openPlay()
    const { inputs, ...rest } = { ...play.setting.readies[0]!.body, ...changes }
    const ready = play.sign(0, inputs ? { ...rest, inputs } : rest)
    play.sign(2, await rosterWith({ ready: ready.id }))
    expect(await play.all([1, 3])).toEqual([null, null])
  })
})

describe('a roster of a later attempt', () => {
  /** All have left the first attempt before anything was committed. */
  async function left() {
    const play = openPlay()
    expect(await play.does(2)).toBe('roster')
    expect(await play.all(ALL)).toEqual(Array(4).fill('acceptance'))
    expect(await play.all(ALL, { at: LATE })).toEqual(Array(4).fill('abandon'))
    return play
  }

  const promisesOf = (play: Play, members: readonly number[]) =>
    members.map((one) => play.last('abandon', one).id).toSorted()

  /** The roster of an attempt as its leader would have to write it, but for what it does and rests on. */
  async function lie(
    play: Play,
    leader: number,
    attempt: number,
    action: Action,
    because: readonly number[],
  ) {
    play.sign(leader, { ...(await honestRoster()), attempt, action, because: promisesOf(play, because) })
  }

  test('adds up nobody who has not promised to come along', async () => {
    const play = await left()
    await lie(play, 3, 1, (await honestRoster()).action, [0, 1, 3])
    expect(await play.all([0, 1])).toEqual([null, null])
    const all = await left()
    await lie(all, 3, 1, (await honestRoster()).action, ALL)
    expect(await all.all([0, 1])).toEqual(['acceptance', 'acceptance'])
  })

  test('confirms no sum that nobody here has opened', async () => {
    const play = await left()
    await lie(play, 3, 1, { do: 'confirm', outcome: anOutcome }, ALL)
    expect(await play.all([0, 1, 2])).toEqual([null, null, null])
  })

  test('confirms what was certified and nothing else', async () => {
    const play = openPlay()
    await play.does(2)
    for (let i = 0; i < 5; i++) await play.all(ALL, { but: (one) => one.body.kind === 'certificate' })
    const { outcome } = play.last('certificate', 0).body
    await play.all(ALL, { at: LATE, but: (one) => one.body.kind === 'certificate' })
    await lie(play, 3, 1, { do: 'confirm', outcome: anOutcome }, ALL)
    expect(await play.all([0, 1, 2], { but: (one) => one.body.kind === 'certificate' })).toEqual([
      null,
      null,
      null,
    ])
    expect(outcome).not.toEqual(anOutcome)
  })

  test('rests on the promises of a quorum, whatever it does', async () => {
    const play = await left()
    await lie(play, 3, 1, { do: 'void' }, [0, 3])
    expect(await play.all([0, 1, 2])).toEqual([null, null, null])
    const enough = await left()
    await lie(enough, 3, 1, { do: 'void' }, [0, 1, 3])
    expect(await enough.all([0, 1, 2])).toEqual(Array(3).fill('acceptance'))
  })

  test('rests on what was promised of the attempt before, and not on older promises', async () => {
    const play = await left()
    const old = promisesOf(play, ALL)
    expect(await play.does(3, { at: 1000 })).toBe('roster')
    expect(await play.all(ALL)).toEqual(Array(4).fill('acceptance'))
    expect(await play.all(ALL)).toEqual(Array(4).fill('commitment'))
    expect(await play.does(1)).toBe('reveal')
    expect(await play.all(ALL, { at: LATE })).toEqual(Array(4).fill('abandon'))
    const body = await honestRoster()
    const members = body.action.members.filter((one) => one.id !== play.setting.ids[1])
    play.sign(0, { ...body, attempt: 2, because: old, action: { ...body.action, members } })
    expect(await play.all([2, 3])).toEqual([null, null])
  })

  test('that voids the round is certified once a quorum has signed it, and not before', async () => {
    const play = await left()
    await lie(play, 3, 1, { do: 'void' }, ALL)
    expect(await play.all([0, 0])).toEqual(['acceptance', null])
    expect(await play.does(1)).toBe('acceptance')
    expect(await play.does(0)).toBeNull()
    expect(await play.does(2)).toBe('acceptance')
    expect(await play.does(0)).toBe('certificate')
  })

  test('that one member alone has signed proves no claim that it was certified', async () => {
    const play = await left()
    await lie(play, 3, 1, { do: 'void' }, ALL)
    expect(await play.does(3)).toBe('acceptance')
    const ofThree = (one: { author: string; body: { kind: string } }) =>
      one.author === play.setting.ids[3] && one.body.kind !== 'abandon'
    expect(await play.all([0, 1, 2], { at: LATE, but: ofThree })).toEqual(Array(3).fill('abandon'))
    const claim: Abandon = {
      ...{ kind: 'abandon', ...play.place, attempt: 1, revealed: false, missing: [] },
      certified: { attempt: 1, outcome: outcomeOfVoid(play.last('roster', 3)) },
    }
    play.sign(3, claim)
    expect(await play.does(0, { at: 1000 })).toBe('roster')
    expect(play.last('roster', 0).body.action.do).toBe('sum')
  })
})

test('a round is decided by the certificates of a quorum and not by one fewer', async () => {
  const play = openPlay()
  await play.does(2)
  for (let i = 0; i < 4; i++) await play.all(ALL)
  const { study } = play.setting
  const certificates = () => play.documents().filter((one) => one.body.kind === 'certificate')
  const others = () => play.documents().filter((one) => one.body.kind !== 'certificate')
  await play.all(ALL, { but: (one) => one.body.kind === 'certificate' })
  expect(certificates()).toHaveLength(4)
  const after = (count: number) =>
    decisionOf(study.body, readRecord([...others(), ...certificates().slice(0, count)]))
  expect([after(2), after(3)?.attempt]).toEqual([null, 0])
  // Who signs the same twice is one all the same.
  const again = play.sign(0, { ...play.last('certificate', 0).body, auditLength: 7 })
  const byTwo = [0, 1].map((one) => play.last('certificate', one))
  expect(decisionOf(study.body, readRecord([...others(), ...byTwo, again]))).toBeNull()
})
