import { describe, expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import type { Action, Body, Document, Roster } from '#domain/documents.ts'
import { createMemory } from '#network/rounds/memory.ts'
import { leftOut, noteArrivals } from '#network/rounds/justified.ts'
import { readRecord } from '#network/rounds/record.ts'
import type { Situation } from '#network/rounds/situation.ts'
import { openPlay } from '../../model/play.ts'

const ALL = [0, 1, 2, 3]
type Play = ReturnType<typeof openPlay>
type Sum = Extract<Action, { do: 'sum' }>

/** What member 0 sees of a play, as its documents arrive one after the other. */
function watching(play: Play) {
  let ticks = 0
  const clock = { now: () => 0, ticks: () => ticks, after: () => () => {} }
  const memory = createMemory(clock, () => false)
  const { study, ids, kind, base, readies } = play.setting
  const look = (documents: readonly Document[]) => {
    const seen = { me: ids[0]!, study, kind, base, memory, record: readRecord(documents), earlier: [] }
    // Safe: no more of the situation is looked at than these.
    const s = { ...seen, confirmed: () => true, openings: () => [] } as unknown as Situation
    noteArrivals(s)
    return s
  }
  const ready = readies.map(({ author, id, body }) => ({ id: author, ready: id, weight: body.weight }))
  return {
    sees: () => void look(play.documents()),
    waits: (ms: number) => void (ticks += ms),
    /** Whom a roster leaves out without a reason. */
    missed: (roster: Document<Roster>) => leftOut(look(play.documents()), roster, ready),
  }
}

/** The leader of the first attempt signs a sum of these members alone. */
async function sumOf(play: Play, members: readonly number[], attempt = 0): Promise<Document<Roster>> {
  const honest = openPlay()
  await honest.does(2)
  const { body } = honest.last('roster', 2)
  const action = body.action as Sum // safe: a first attempt adds up
  const some = action.members.filter((_, i) => members.includes(i))
  const roster: Body = { ...body, attempt, action: { ...action, members: some } }
  return play.sign(2, roster) as Document<Roster> // safe: it is of this kind
}

const exchange = (play: Play) => play.setting.study.body.rules.pace.exchange

describe('a roster that leaves a member out', () => {
  test('does so without reason where all have long held what that member is ready with', async () => {
    const play = openPlay()
    const watch = watching(play)
    watch.sees()
    watch.waits(exchange(play))
    expect(watch.missed(await sumOf(play, [0, 1, 2]))).toBe(play.setting.ids[3])
    expect(watch.missed(await sumOf(play, ALL))).toBeNull()
  })

  test('may not have known of it where that came only just before', async () => {
    const play = openPlay()
    const watch = watching(play)
    watch.sees()
    watch.waits(exchange(play) / 4)
    expect(watch.missed(await sumOf(play, [0, 1, 2]))).toBeNull()
  })

  test('may leave out one that signed two things in one place, or has left', async () => {
    for (const sign of [twice, leave]) {
      const play = openPlay()
      const watch = watching(play)
      watch.sees()
      watch.waits(exchange(play))
      sign(play)
      expect(watch.missed(await sumOf(play, [0, 1, 2]))).toBeNull()
    }
  })

  test('may not call one absent that only has not yet done what the same attempt asks for', async () => {
    const play = openPlay()
    const watch = watching(play)
    watch.sees()
    watch.waits(exchange(play))
    await play.does(2)
    expect(await play.all([0, 1, 2])).toEqual(Array(3).fill('acceptance'))
    expect(watch.missed(await sumOf(play, [0, 1, 2]))).toBe(play.setting.ids[3])
  })
})

function twice(play: Play) {
  const place = { kind: 'acceptance', ...play.place, attempt: 0, ctx: hashOf('ctx') } as const
  for (const name of ['one', 'other']) play.sign(3, { ...place, roster: hashOf(name), key: 'A'.repeat(43) })
}

function leave(play: Play) {
  play.sign(3, {
    ...{ kind: 'abandon', ...play.place, attempt: 0, revealed: false },
    ...{ certified: null, missing: [] },
  })
}
