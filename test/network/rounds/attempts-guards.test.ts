import { base64urlnopad } from '@scure/base'
import { describe, expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import type { Consent } from '#domain/consent.ts'
import type { Action } from '#domain/documents.ts'
import { leftAttempts } from '#network/rounds/causes.ts'
import { createMemory } from '#network/rounds/memory.ts'
import { readRecord } from '#network/rounds/record.ts'
import { realClock } from '#kit/real-clock.ts'
import { LATE, openPlay } from '../../model/play.ts'
import { anOutcome, NOW } from '../../model/setting.ts'

// Members 0 to 3; member 2 leads the first attempt of the training round, and member 3 the next.
const ALL = [0, 1, 2, 3]
type Play = ReturnType<typeof openPlay>

async function untilAccepted(play: Play) {
  await play.does(2)
  expect(await play.all(ALL)).toEqual(Array(4).fill('acceptance'))
}

async function untilCommitted(play: Play) {
  await untilAccepted(play)
  expect(await play.all(ALL)).toEqual(Array(4).fill('commitment'))
}

/** A member's approval with changes, in the place of the one before. */
function approveAnew(play: Play, member: number, changes: (before: Consent) => Partial<Consent>) {
  const { id, body } = play.approval(member)
  return play.answer(member, { ...body, ...changes(body), supersedes: id, decidedAt: NOW + 1 })
}

const withdraw = (play: Play, member: number) =>
  play.answer(member, {
    ...{ kind: 'withdrawal', study: play.setting.study.id, consent: play.approval(member).id },
    ...{ reason: '', withdrawnAt: NOW },
  })

/** A grant with changes. */
const granting = (changes: Partial<NonNullable<Consent['grant']>>) => (before: Consent) => ({
  grant: { ...before.grant!, ...changes },
})

describe('a mask that is not the one that was committed to', () => {
  async function opened() {
    const play = openPlay()
    await untilCommitted(play)
    expect(await play.all([0, 1, 2])).toEqual(Array(3).fill('reveal'))
    const { seen, ctx, attempt } = play.last('reveal', 0).body
    const mask = base64urlnopad.encode(new Uint8Array(32).fill(7))
    play.sign(3, { kind: 'reveal', ...play.place, attempt, ctx, seen, mask })
    return play
  }

  test('opens no sum: nobody certifies what it adds up to', async () => {
    const play = await opened()
    expect(await play.all([0, 1, 2])).toEqual(Array(3).fill('open'))
    expect(await play.all([0, 1, 2])).toEqual(Array(3).fill('abandon'))
  })

  test('convicts the member that signed both, and nobody else', async () => {
    const play = await opened()
    await play.all([0, 1, 2])
    await play.all([0, 1, 2])
    expect(leftAttempts(readRecord(play.documents()))).toMatchObject([{ convicted: [play.setting.ids[3]] }])
  })
})

describe('an approval that ends in the middle of a sum', () => {
  test('ends our part before we open our mask, at once', async () => {
    const play = openPlay()
    await untilCommitted(play)
    withdraw(play, 0)
    expect(await play.does(0)).toBe('abandon')
  })

  test.each<[string, (before: Consent) => Partial<Consent>]>([
    ['that is for another dataset by now', granting({ dataset: hashOf('another') })],
    ['that gives another weight by now', granting({ weight: 1 })],
    ['that leaves a member of the roster out by now', ({ members }) => ({ members: members.slice(0, 3) })],
  ])('and so does one %s: nothing is committed', async (_, changes) => {
    const play = openPlay()
    await untilAccepted(play)
    approveAnew(play, 0, changes)
    expect(await play.all([0, 0])).toEqual(['ready', 'abandon'])
  })
})

test('a weight outside the bands of the study is added up by nobody, although its owner approved it', async () => {
  const play = openPlay()
  const honest = openPlay()
  await honest.does(2)
  const { body } = honest.last('roster', 2)
  const consent = approveAnew(play, 0, granting({ weight: 1000 }))
  const heavy = play.sign(0, { ...play.setting.readies[0]!.body, weight: 1000, consent: consent.id })
  const action = body.action as Extract<Action, { do: 'sum' }> // safe: a first attempt adds up
  const members = action.members.with(0, { ...action.members[0]!, ready: heavy.id, weight: 1000 })
  play.sign(2, { ...body, action: { ...action, members } })
  expect(await play.all([1, 2, 3])).toEqual([null, null, null])
})

test('one member that certified what nobody opened does not prove its own claim', async () => {
  const play = openPlay()
  play.sign(0, {
    ...{ kind: 'certificate', ...play.place, attempt: 0, outcome: anOutcome },
    ...{ auditHead: hashOf('log'), auditLength: 1 },
  })
  play.sign(0, {
    ...{ kind: 'abandon', ...play.place, attempt: 0, revealed: false },
    ...{ certified: { attempt: 0, outcome: anOutcome }, missing: [] },
  })
  expect(await play.all([1, 3, 2], { at: LATE })).toEqual(Array(3).fill('abandon'))
  // Its promise counts for nothing: the others go on without it, and confirm nothing of what it says.
  expect(await play.does(3, { at: 1000 })).toBe('roster')
  const { action, because } = play.last('roster', 3).body
  expect(action.do).toBe('sum')
  expect(because).toHaveLength(3)
})

describe('keys of an attempt', () => {
  test('are forgotten when it is left', async () => {
    const play = openPlay()
    await untilCommitted(play)
    expect(play.holdsKeys(0)).toBe(true)
    expect(await play.does(0, { at: LATE })).toBe('abandon')
    expect(play.holdsKeys(0)).toBe(false)
  })

  test('are overwritten where they lay', () => {
    const memory = createMemory(realClock, () => false)
    const [secretKey, seed] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    memory.setSecrets({ roster: hashOf('roster'), secretKey, seed })
    memory.eraseSecrets()
    expect(memory.secrets).toBeNull()
    expect(Buffer.concat([secretKey, seed]).equals(Buffer.alloc(64))).toBe(true)
  })
})
