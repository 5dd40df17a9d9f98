import { describe, expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import type { Document } from '#domain/documents.ts'
import type { Decided } from '#domain/round.ts'
import { mayLeave } from '#network/rounds/door.ts'
import { LATE, openPlay } from '../../model/play.ts'
import { NOW } from '../../model/setting.ts'
import { createMemoryStore } from '../../simulation/memory-store.ts'

const ALL = [0, 1, 2, 3]
type Play = ReturnType<typeof openPlay>

/** A round in which all have committed. */
async function committed(): Promise<Play> {
  const play = openPlay()
  await play.does(2)
  await play.all(ALL)
  expect(await play.all(ALL)).toEqual(Array(4).fill('commitment'))
  return play
}

interface Door {
  readonly confirmed?: (id: string) => boolean
  readonly at?: number
  readonly decided?: readonly Decided[]
  /** What has not arrived at the one whose door it is. */
  readonly but?: (document: Document) => boolean
}

/** What the door of a member says of the bytes that another committed to; null where they may leave. */
function askedOf(play: Play, host: number, hash: string, door: Door = {}) {
  const { confirmed = () => true, at = NOW, but = () => false } = door
  const { setting } = play
  const { library } = createMemoryStore()
  const held = [...setting.general, ...play.documents().filter((one) => !but(one))]
  for (const one of held) library.add(one)
  const clock = { now: () => at, ticks: () => 0, after: () => () => {} }
  const ports = { library, clock, confirmed, signer: setting.signers[host]! }
  return mayLeave(ports, setting.study, door.decided ?? setting.history.decided, hash)
}

const bytesOf = (play: Play, member: number) => play.last('commitment', member).body.contribution
const isRoster = (one: Document) => one.body.kind === 'roster'

describe('our own masked contribution', () => {
  test('leaves while its attempt is open', async () => {
    const play = await committed()
    expect(askedOf(play, 0, bytesOf(play, 0))).toBeNull()
  })

  test('stays once we have left the attempt, although the others still sum', async () => {
    const play = await committed()
    expect(await play.does(0, { at: LATE })).toBe('abandon')
    expect(askedOf(play, 0, bytesOf(play, 0))).toMatch(/abandoned/)
    expect(askedOf(play, 1, bytesOf(play, 1))).toBeNull()
  })

  test('stays where its roster is not known', async () => {
    const play = await committed()
    expect(askedOf(play, 0, bytesOf(play, 0), { but: isRoster })).toMatch(/roster/)
  })

  test('stays where too few of its roster are confirmed by us', async () => {
    const play = await committed()
    const { ids } = play.setting
    expect(askedOf(play, 0, bytesOf(play, 0), { confirmed: (id) => id === ids[1] })).toMatch(/confirmed/)
    // We are one of the three that we need.
    const two = (id: string) => id === ids[1] || id === ids[2]
    expect(askedOf(play, 0, bytesOf(play, 0), { confirmed: two })).toBeNull()
  })

  test('stays once our approval was withdrawn or has ended', async () => {
    const play = await committed()
    expect(askedOf(play, 0, bytesOf(play, 0), { at: play.approval(0).body.expiresAt })).toMatch(/consent/)
    const { id } = play.approval(0)
    const { study } = play.setting
    play.answer(0, { kind: 'withdrawal', study: study.id, consent: id, reason: '', withdrawnAt: NOW })
    expect(askedOf(play, 0, bytesOf(play, 0))).toMatch(/withdrawn/)
  })

  test('stays by our own decision alone, whoever signs that it is its own as well', async () => {
    const play = await committed()
    await play.does(0, { at: LATE })
    const { body } = play.last('commitment', 3)
    play.sign(3, { ...body, contribution: bytesOf(play, 0) })
    expect(askedOf(play, 0, bytesOf(play, 0))).toMatch(/abandoned/)
  })
})

describe('what others contributed', () => {
  test('is passed on where a roster calls for it', async () => {
    const play = await committed()
    expect(askedOf(play, 0, bytesOf(play, 3))).toBeNull()
    expect(askedOf(play, 0, bytesOf(play, 3), { but: isRoster })).toMatch(/roster/)
  })

  test('stays where it is for another context than that of the roster', async () => {
    const play = await committed()
    const { body } = play.last('commitment', 3)
    const odd = hashOf('bytes of another matter')
    play.sign(3, { ...body, ctx: hashOf('another context'), contribution: odd })
    expect(askedOf(play, 0, odd)).toMatch(/roster/)
  })

  test('stays where its author is not of the roster', async () => {
    const play = await committed()
    const body = play.last('roster', 2).body
    const { action } = body
    if (action.do !== 'sum') throw new Error('A first attempt adds up')
    const three = { ...action, members: action.members.slice(0, 3) }
    const other = play.sign(2, { ...body, action: three })
    const ctx = hashOf(other.body)
    const odd = hashOf('bytes of a member that is left out')
    play.sign(3, { ...play.last('commitment', 3).body, ctx, contribution: odd })
    expect(askedOf(play, 0, odd)).toMatch(/roster/)
  })
})

test('bytes that no document names stay', async () => {
  const play = await committed()
  expect(askedOf(play, 0, hashOf('anything'))).toMatch(/no document/)
})

test('what a sum came to leaves once it is decided, and while a certificate names it', async () => {
  const play = await committed()
  for (let i = 0; i < 3; i++) await play.all(ALL)
  const { outcome } = play.last('certificate', 0).body
  if (outcome.result !== 'sum') throw new Error('All have opened it')
  expect(askedOf(play, 0, outcome.artefact)).toBeNull()
  const isCertificate = (one: Document) => one.body.kind === 'certificate'
  expect(askedOf(play, 0, outcome.artefact, { but: isCertificate })).toMatch(/no document/)
  const { decided } = play.setting.history
  const done: Decided[] = [...decided, { round: 2, kind: 'training', attempt: 0, outcome }]
  expect(askedOf(play, 0, outcome.artefact, { but: isCertificate, decided: done })).toBeNull()
})
