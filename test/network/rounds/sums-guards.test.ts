import { describe, expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import type { Abandon, Action } from '#domain/documents.ts'
import type { GuardedSum } from '#domain/guarded-sum.ts'
import { hasWithheld, isMissing } from '#network/rounds/allowed.ts'
import { staysClosed } from '#network/rounds/openings.ts'
import { readRecord } from '#network/rounds/record.ts'
import type { Situation } from '#network/rounds/situation.ts'
import { openPlay } from '../../model/play.ts'
import { inputsOf } from '../../model/setting.ts'

// Members 0 to 3 of a study whose smallest sum has three. Member 2 leads the first attempt.
const ALL = [0, 1, 2, 3]
type Play = ReturnType<typeof openPlay>

/** Another study has added up the very numbers of member 0 with those of 1 and 2: in a sum with 3, they would tell its part. */
function sumElsewhere(play: Play): GuardedSum {
  const members = play.setting.readies.slice(0, 3).map(({ author, id }) => ({ id: author, ready: id }))
  return { study: hashOf('another study'), round: 1, attempt: 0, members, inputs: inputsOf(0) }
}

async function untilAccepted(play: Play) {
  await play.does(2)
  expect(await play.all(ALL)).toEqual(Array(4).fill('acceptance'))
}

async function untilCommitted(play: Play) {
  await untilAccepted(play)
  expect(await play.all(ALL)).toEqual(Array(4).fill('commitment'))
}

describe('numbers that another study has added up with others', () => {
  test('are in no roster that we sign', async () => {
    const play = openPlay()
    await play.does(2)
    play.ledger(0).push(sumElsewhere(play))
    expect(await play.all([0, 1])).toEqual([null, 'acceptance'])
  })

  test('are not committed to where that came to be after we signed', async () => {
    const play = openPlay()
    await untilAccepted(play)
    play.ledger(0).push(sumElsewhere(play))
    expect(await play.does(0)).toBe('abandon')
  })

  test('are not committed to where that came to be while we masked them', async () => {
    const play = openPlay()
    await untilAccepted(play)
    const committing = play.does(0)
    play.ledger(0).push(sumElsewhere(play))
    await committing
    expect(play.documents().some((one) => one.body.kind === 'commitment')).toBe(false)
  })

  test('are not opened where that came to be after we committed', async () => {
    const play = openPlay()
    await untilCommitted(play)
    play.ledger(0).push(sumElsewhere(play))
    expect(await play.does(0)).toBe('abandon')
  })

  test('stand in our ledger with whom they are added up, from the commitment on', async () => {
    const play = openPlay()
    await untilAccepted(play)
    expect(play.ledger(0)).toEqual([])
    await play.does(0)
    const members = play.setting.readies.map(({ author, id }) => ({ id: author, ready: id }))
    expect(play.ledger(0)).toMatchObject([
      { study: play.place.study, attempt: 0, members, inputs: inputsOf(0) },
    ])
  })
})

describe('a mask', () => {
  const promise = (play: Play, changes: Partial<Abandon>): Abandon => ({
    ...{ kind: 'abandon', ...play.place, attempt: 0, revealed: false, certified: null, missing: [] },
    ...changes,
  })
  const isClosed = (play: Play, attempt: number, member: number) =>
    staysClosed(readRecord(play.documents()), attempt, play.setting.ids[member]!)

  test('stays closed where its owner left the attempt, or a later one, without having opened it', async () => {
    const play = openPlay()
    await untilCommitted(play)
    expect(isClosed(play, 0, 3)).toBe(false)
    play.sign(3, promise(play, {}))
    expect([isClosed(play, 0, 3), isClosed(play, 1, 3)]).toEqual([true, false])
  })

  test('that is open stays open, whatever its owner says afterwards', async () => {
    const play = openPlay()
    await untilCommitted(play)
    expect(await play.does(0)).toBe('reveal')
    play.sign(0, promise(play, {}))
    expect(isClosed(play, 0, 0)).toBe(false)
  })

  test('may be open where its owner says that it opened one', async () => {
    const play = openPlay()
    await untilCommitted(play)
    play.sign(3, promise(play, { revealed: true }))
    expect(isClosed(play, 0, 3)).toBe(false)
  })
})

describe('a member that kept its mask closed while others opened theirs', () => {
  test('is known by it in the rounds that start where that one did, and nobody else is', async () => {
    const play = openPlay()
    await untilCommitted(play)
    expect(await play.all([0, 1, 2])).toEqual(Array(3).fill('reveal'))
    const { kind, base, ids } = play.setting
    const earlier = [readRecord(play.documents())]
    const withheld = (place: Pick<Situation, 'kind' | 'base'>) =>
      // Safe: no more of the situation is looked at than these.
      ids.map((id) => hasWithheld({ ...place, earlier } as unknown as Situation, id))
    expect(withheld({ kind, base })).toEqual([false, false, false, true])
    expect(withheld({ kind, base: hashOf('a base that has moved') })).toEqual(Array(4).fill(false))
  })
})

test('who was to be in three attempts and took no step that others took is waited for no more', async () => {
  const play = openPlay()
  await play.does(2)
  expect(await play.all([0, 1, 2])).toEqual(Array(3).fill('acceptance'))
  const { body } = play.last('roster', 2)
  const missing = () => {
    // Safe: no more of the situation is looked at than this.
    const s = { record: readRecord(play.documents()) } as unknown as Situation
    return play.setting.ids.map((id) => isMissing(s, id))
  }
  const seen = [missing()]
  for (const attempt of [1, 2]) {
    const { id } = play.sign(2, { ...body, attempt })
    for (const member of [0, 1, 2])
      play.sign(member, { ...play.last('acceptance', 0).body, attempt, roster: id })
    seen.push(missing())
  }
  const nobody = Array(4).fill(false)
  expect(seen).toEqual([nobody, nobody, [false, false, false, true]])
})

describe('a member that has confirmed too few of the others', () => {
  const knowsOne = (member: number, id: string, ids: readonly string[]) => member !== 0 || id === ids[1]

  test('says once that it can have no part, and signs no roster with itself in it', async () => {
    const play = openPlay('training', knowsOne)
    await play.does(2)
    expect(await play.all([0, 0, 1])).toEqual(['unable', null, 'acceptance'])
  })

  test('counts those that it has confirmed and itself, and no others', async () => {
    const play = openPlay('training', (member, id, ids) => member !== 0 || id === ids[1] || id === ids[2])
    await play.does(2)
    expect(await play.does(0)).toBe('acceptance')
  })

  test('says with its readiness whom it has confirmed', async () => {
    const play = openPlay('training', (member, id, ids) => member !== 0 || id !== ids[3])
    const { id, body } = play.approval(0)
    play.answer(0, { ...body, supersedes: id })
    expect(await play.does(0)).toBe('ready')
    expect(play.last('ready', 0).body.confirmed).toEqual(play.setting.ids.slice(0, 3))
  })

  test('is left out by a leader that hears so', async () => {
    const play = openPlay()
    const { ids, readies } = play.setting
    play.sign(1, { ...readies[1]!.body, confirmed: [ids[0]!, ids[1]!] })
    const isOther = (one: { id: string }) => one.id === readies[1]!.id
    expect(await play.does(2, { but: isOther, at: 2500 })).toBe('roster')
    const action = play.last('roster', 2).body.action as Extract<Action, { do: 'sum' }> // safe: it is the first
    expect(action.members.map((one) => one.id)).toEqual([ids[0], ids[2], ids[3]])
  })
})
