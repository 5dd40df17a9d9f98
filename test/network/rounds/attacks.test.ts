import { base64urlnopad } from '@scure/base'
import { describe, expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import type { Action, Body, Document, Proposal, Roster } from '#domain/documents.ts'
import { leftAttempts } from '#network/rounds/causes.ts'
import { attemptOf, readRecord } from '#network/rounds/record.ts'
import { contextOf } from '#network/rounds/situation.ts'
import { LATE, openPlay } from '../../model/play.ts'
import { anOutcome } from '../../model/setting.ts'

// Members 0 to 3; member 2 leads the first attempt of the training round, and member 3 the next.
const ALL = [0, 1, 2, 3]
type Play = ReturnType<typeof openPlay>

const isCertificate = (one: Document) => one.body.kind === 'certificate'

async function untilCommitted(play: Play) {
  await play.does(2)
  await play.all(ALL)
  expect(await play.all(ALL)).toEqual(Array(4).fill('commitment'))
}

const rosterOf = (play: Play) => play.last('roster', 2).body
const sumOf = (play: Play) => rosterOf(play).action as Extract<Action, { do: 'sum' }> // safe: a first attempt adds up

test('an undisturbed round goes from roster to certificates', async () => {
  const play = openPlay()
  await untilCommitted(play)
  expect(await play.all(ALL)).toEqual(Array(4).fill('reveal'))
  expect(await play.all(ALL)).toEqual(Array(4).fill('open'))
  expect(await play.all(ALL, { but: isCertificate })).toEqual(Array(4).fill('certificate'))
  expect(leftAttempts(readRecord(play.documents()))).toEqual([])
})

describe('a leader', () => {
  test('that signs two rosters is signed by nobody and convicted by both', async () => {
    const play = openPlay()
    await play.does(2)
    const { action, ...rest } = rosterOf(play)
    const fewer = { ...sumOf(play), members: sumOf(play).members.slice(1) }
    play.sign(2, { ...rest, action: fewer })
    expect(action).not.toEqual(fewer)
    expect(await play.all([0, 1, 3])).toEqual([null, null, null])
    expect(await play.does(0, { at: LATE })).toBe('abandon')
    expect(leftAttempts(readRecord(play.documents()))).toMatchObject([{ convicted: [play.setting.ids[2]] }])
  })

  test.each<[string, (roster: Roster) => Partial<Roster>]>([
    ['swaps the base model', () => ({ base: hashOf('another model') })],
    ['names another plan', () => ({ planHash: hashOf('another plan') })],
    [
      'asks for a longer vector',
      ({ action }) => ({ action: { ...(action as object), length: 2 } as Action }),
    ],
    ['turns the order of members round', ({ action }) => ({ action: reversed(action) })],
  ])('that %s is not followed', async (_, change) => {
    const play = openPlay()
    const honest = openPlay()
    await honest.does(2)
    play.sign(2, { ...rosterOf(honest), ...change(rosterOf(honest)) })
    expect(await play.all([0, 1, 3])).toEqual([null, null, null])
  })

  test('that gives a member a weight outside its band is not followed', async () => {
    const play = openPlay()
    const { body } = play.setting.readies[0]!
    const heavy = play.sign(0, { ...body, weight: 1000 })
    const members = play.setting.readies.map((one) => ({
      id: one.author,
      ready: one.id,
      weight: one.body.weight,
    }))
    const action = { do: 'sum' as const, members, absent: [], length: 1, bound: 1000 }
    const lied = { ...action, members: members.with(0, { ...members[0]!, ready: heavy.id, weight: 1000 }) }
    const honest = openPlay()
    await honest.does(2)
    play.sign(2, { ...rosterOf(honest), action: lied })
    const approved = (one: Document) => one.id === members[0]!.ready
    expect(await play.all([1, 3], { but: approved })).toEqual([null, null])
  })
})

test('a member that proposes another round first, or gets ready twice, holds nobody up', async () => {
  const play = openPlay()
  const { body } = play.setting.proposal
  const proposals = Array.from({ length: 60 }, (_, i) => i).map((one) =>
    play.sign(3, { ...(body as Proposal), base: hashOf(`another ${one}`) }),
  )
  const readies = Array.from({ length: 60 }, (_, i) => i).map((one) =>
    play.sign(3, { ...play.setting.readies[3]!.body, dataset: hashOf(one) }),
  )
  expect(proposals.some((one) => one.id < play.setting.proposal.id)).toBe(true)
  expect(readies.some((one) => one.id > play.setting.readies[3]!.id)).toBe(true)
  // Whoever has the turn asks for the right one, if only others were asked for.
  expect(await play.does(2, { but: (one) => one.id === play.setting.proposal.id })).toBe('proposal')
  expect(await play.does(2)).toBe('roster')
  expect(await play.all(ALL)).toEqual(Array(4).fill('acceptance'))
})

describe('a member', () => {
  test('does not open its mask before it holds every contribution', async () => {
    const play = openPlay()
    await untilCommitted(play)
    const fromThree = (one: Document) => one.body.kind === 'commitment' && one.author === play.setting.ids[3]
    expect(await play.all([0, 1, 2], { but: fromThree })).toEqual([null, null, null])
  })

  test('that was stopped and wakes after its deadline leaves the attempt, and never finishes it', async () => {
    const play = openPlay()
    await untilCommitted(play)
    expect(await play.does(0, { at: LATE })).toBe('abandon')
    expect(await play.all([1, 2, 3])).toEqual(Array(3).fill('abandon'))
    expect(await play.does(0)).not.toBe('reveal')
    expect(readRecord(play.documents()).attempts.get(0)?.reveals.size).toBe(0)
  })

  test('takes no commitment or mask of an old context for one of this attempt', async () => {
    const play = openPlay()
    await untilCommitted(play)
    const old = contextOf(rosterOf(play))
    await play.all(ALL, { at: LATE })
    expect(await play.does(3)).toBe('roster')
    await play.all([0, 1, 2, 3])
    await play.all([0, 1, 2])
    const { body } = play.last('commitment', 3)
    expect(body.ctx).toBe(old)
    play.sign(3, { ...body, attempt: 1 })
    expect(await play.all([0, 1, 2])).toEqual([null, null, null])
  })

  test('that shows others two contributions opens no sum at all', async () => {
    const play = openPlay()
    await untilCommitted(play)
    const { body } = play.last('commitment', 3)
    const second = play.sign(3, { ...body, contribution: play.last('commitment', 0).body.contribution })
    const first = play.last('commitment', 3).id === second.id ? body : second.body
    const isSecond = (one: Document) => one.id === second.id
    const isFirst = (one: Document) => one.body === first
    expect(await play.does(0, { but: isSecond })).toBe('reveal')
    expect(await play.does(1, { but: isFirst })).toBe('reveal')
    expect(await play.does(2, { but: isSecond })).toBe('reveal')
    const { ctx, attempt } = body
    const { seen } = play.last('reveal', 0).body
    const mask = base64urlnopad.encode(new Uint8Array(32))
    play.sign(3, { kind: 'reveal', ...play.place, attempt, ctx, seen, mask })
    expect(await play.does(0, { but: isSecond })).toBeNull()
    expect(await play.does(1, { but: isFirst })).toBeNull()
  })
})

describe('a promise', () => {
  const lie = (play: Play, claim: Partial<Extract<Body, { kind: 'abandon' }>>): Body => ({
    ...{ kind: 'abandon', ...play.place, attempt: 0, revealed: false, certified: null, missing: [] },
    ...claim,
  })

  test.each<[string, Partial<Extract<Body, { kind: 'abandon' }>>]>([
    ['that claims a certificate which nobody can prove', { certified: { attempt: 0, outcome: anOutcome } }],
    ['that claims a mask was opened when none was', { revealed: true }],
  ])('%s makes no roster, and the others go on without it', async (_, claim) => {
    const play = openPlay()
    play.sign(0, lie(play, claim))
    expect(await play.all([1, 3], { at: LATE })).toEqual(['abandon', 'abandon'])
    const fromTwo = (one: Document) => one.author === play.setting.ids[2] && one.body.kind === 'abandon'
    expect(await play.does(3, { but: fromTwo, at: 1000 })).toBeNull()
    expect(await play.does(2, { at: LATE })).toBe('abandon')
    expect(await play.does(3, { at: 1000 })).toBe('roster')
    const { action, because } = play.last('roster', 3).body
    expect(action).toMatchObject({ do: 'sum' })
    expect(because).toHaveLength(3)
  })

  test('of one member alone does not bring a certified sum down', async () => {
    const play = openPlay()
    await untilCommitted(play)
    for (let i = 0; i < 3; i++) await play.all(ALL, { but: isCertificate })
    expect(attemptOf(readRecord(play.documents()), 0).certificates.size).toBe(4)
    await play.all([1, 2, 3], { but: isCertificate, at: LATE })
    play.sign(0, lie(play, { attempt: 5, certified: { attempt: 5, outcome: anOutcome } }))
    expect(
      await play.does(3, {
        but: (one) => isCertificate(one) && one.author !== play.setting.ids[3],
        at: 1000,
      }),
    ).toBe('roster')
    const { action } = play.last('roster', 3).body
    expect(action).toEqual({ do: 'confirm', outcome: play.last('certificate', 3).body.outcome })
  })
})

function reversed(action: Action): Action {
  return action.do === 'sum' ? { ...action, members: action.members.toReversed() } : action
}
