import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { until } from '#kit/real-clock.ts'
import { makeInvitation, readInvitation } from '#network/identity/invitation.ts'
import type { CallOptions } from '#network/peers/roll-call-caller.ts'
import type { CallState } from '#network/peers/roll-call-state.ts'
import { promiseOf, ticketOf } from '#network/peers/roll-call-voice.ts'
import { converse } from '#network/protocols/pairing.ts'
import { CallerSays, type Entry, Join, Opened, Promised, ROLL_CALL } from '#network/protocols/roll-call.ts'
import { createHospital, type Hospital } from './hospitals.ts'
import { createRawNode } from './raw.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

async function open(...numbers: number[]): Promise<Hospital[]> {
  const hospitals = numbers.map((one) => createHospital(one))
  stops.push(...hospitals.map((one) => one.stop))
  await Promise.all(hospitals.map((one) => one.start()))
  return hospitals
}

const random = (bytes: number) => new Uint8Array(randomBytes(bytes))
const codeOf = ({ identity, name }: Hospital, addresses: string[]) =>
  makeInvitation(identity, { name, addresses, now: Date.now(), random, for: 'roll-call' })

/** One's roll call as its screen would show it. */
function watch() {
  const seen: { state: CallState | null } = { state: null }
  return { seen, listen: (state: CallState) => void (seen.state = state) }
}

function call(host: Hospital, expected: CallOptions['expected'] = null) {
  const code = codeOf(host, host.net().addresses())
  const { seen, listen } = watch()
  return { code, seen, seat: host.net().openCall(code, { expected, listen }) }
}

async function join(one: Hospital, code: string) {
  const { seen, listen } = watch()
  return { seen, seat: await one.net().joinCall(code, listen) }
}

const isComparing = ({ seen }: { seen: { state: CallState | null } }) => seen.state?.stage === 'comparing'

/** Confirms the others of a list as a person who heard them all. */
function confirm(one: Hospital, { list }: CallState): void {
  for (const { id, name, addresses } of list)
    if (id !== one.id) one.known.set(id, { id, name, addresses, confirmedAt: 1 })
}

test('five that knew nobody hear the same six words in one call, confirm, and are all connected', async () => {
  const hospitals = await open(0, 1, 2, 3, 4)
  const [host, ...others] = hospitals as [Hospital, ...Hospital[]]
  const called = call(host)
  const joined = await Promise.all(others.map((one) => join(one, called.code)))
  await until('all are here', () => joined.every(({ seen }) => seen.state?.here.length === 5))
  called.seat.begin()
  const all = [called, ...joined]
  await until('words', () => all.every(isComparing))
  expect(new Set(all.map(({ seen }) => seen.state?.words.join(' '))).size).toBe(1)
  expect(called.seen.state?.words).toHaveLength(6)
  expect(called.seen.state?.list.map(({ id }) => id).toSorted()).toEqual(
    hospitals.map(({ id }) => id).toSorted(),
  )
  for (const [i, one] of hospitals.entries()) confirm(one, all[i]!.seen.state!)
  await until('connected', () => hospitals.every((one) => one.net().connected().length === 4), 30_000)
})

test('a stranger, a late one, one of another study and one with a name like another stay outside, and are told why', async () => {
  const [host, ben, cleo] = (await open(0, 1, 2)) as [Hospital, Hospital, Hospital]
  const forged = codeOf(host, host.net().addresses())
  await expect(join(ben, forged)).rejects.toMatchObject({ code: 'code-not-open' })
  const first = call(host, new Set([host.id, cleo.id]))
  await expect(join(ben, first.code)).rejects.toMatchObject({ code: 'not-on-list' })
  await expect(join(cleo, forged)).rejects.toMatchObject({ code: 'code-not-open' })
  await join(cleo, first.code)
  first.seat.begin()
  const { identity } = createHospital(53)
  const twin = await createRawNode(identity)
  stops.push(twin.stop)
  const second = call(host)
  await expect(join(cleo, first.code)).rejects.toMatchObject({ code: 'code-not-open' })
  const self = { id: identity.id, name: 'hospital  0', addresses: [] }
  const talk = await joinAs(twin, host, { invitation: second.code, self })
  expect(await talk.hear(CallerSays)).toEqual({ say: 'refused', why: 'names-alike' })
})

/** A node that keeps to no rules, in somebody's roll call. */
async function joinAs(
  node: Awaited<ReturnType<typeof createRawNode>>,
  host: Hospital,
  { invitation, self }: { invitation: string; self: Omit<Entry, 'commit'> },
) {
  await node.dial(host.id, host.net().addresses(), AbortSignal.timeout(5000))
  const talk = converse(await node.open(host.id, ROLL_CALL, AbortSignal.timeout(5000)), 300_000)
  const { name, addresses } = self
  await talk.say({ say: 'join', proof: ticketOf(readInvitation(invitation, 1), self), name, addresses })
  return talk
}

test('one that goes and one that opens another number are left out by name, and the others go on', async () => {
  const [host, ben] = (await open(0, 1)) as [Hospital, Hospital]
  const called = call(host)
  const atBen = await join(ben, called.code)
  const cheats = [54, 55].map((one) => createHospital(one).identity)
  const [gone, liar] = await Promise.all(cheats.map((one) => createRawNode(one)))
  stops.push(gone!.stop, liar!.stop)
  const selves = cheats.map(({ id }, i) => ({ id, name: ['Gone', 'Liar'][i]!, addresses: [] }))
  const [atGone, atLiar] = [
    await joinAs(gone!, host, { invitation: called.code, self: selves[0]! }),
    await joinAs(liar!, host, { invitation: called.code, self: selves[1]! }),
  ]
  void follow(atGone, ({ say }) => say === 'promise' && atGone.drop('Away'))
  const invitation = readInvitation(called.code, Date.now())
  void follow(atLiar, async ({ say }) => {
    const commit = promiseOf(invitation, selves[1]!.id, 'A'.repeat(43))
    if (say === 'promise') await atLiar.say({ say: 'promise', commit })
    if (say === 'list') await atLiar.say({ say: 'open', random: 'B'.repeat(43) })
  })
  await until('four are here', () => called.seen.state?.here.length === 4)
  called.seat.begin()
  await until('words', () => isComparing(called) && isComparing(atBen))
  const without = [
    { name: 'Gone', why: 'silent' },
    { name: 'Liar', why: 'promise-broken' },
  ]
  for (const one of [called, atBen]) {
    expect(one.seen.state?.without).toEqual(without)
    expect(one.seen.state?.list.map(({ id }) => id)).toEqual([host.id, ben.id].toSorted())
  }
  expect(called.seen.state?.words).toEqual(atBen.seen.state?.words)
})

async function follow(
  talk: ReturnType<typeof converse>,
  answer: (said: CallerSays) => unknown,
): Promise<void> {
  try {
    for (;;) await answer(await talk.hear(CallerSays, 20_000))
  } catch {
    // It was left out.
  }
}

test('a caller that gives two hospitals different keys is heard: their words differ, and one word of it tells all', async () => {
  const [ben, cleo] = (await open(1, 2)) as [Hospital, Hospital]
  const evil = createHospital(56)
  const node = await createRawNode(evil.identity, ['/ip4/127.0.0.1/tcp/0'])
  stops.push(node.stop)
  const code = codeOf(evil, node.addresses())
  const invitation = readInvitation(code, Date.now())
  const own = { id: evil.id, name: evil.name, addresses: [] }
  const fakes = [57, 58].map((one) => createHospital(one).id)
  /** Everyone alone hears of the other by a key of the caller's. */
  await node.handle(ROLL_CALL, async (stream, from) => {
    const talk = converse(stream, 300_000)
    const { name, addresses } = await talk.hear(Join)
    const other = from === ben.id ? cleo.name : ben.name
    const fake = { id: fakes[from === ben.id ? 0 : 1]!, name: other, addresses: [] }
    const number = 'A'.repeat(43)
    await talk.say({ say: 'here', names: [evil.name, ben.name, cleo.name] })
    await talk.say({ say: 'promise' })
    const { commit } = await talk.hear(Promised)
    const mine = [own, fake].map((one) => ({ ...one, commit: promiseOf(invitation, one.id, number) }))
    const list = [...mine, { id: from, name, addresses, commit }].toSorted((a, b) => (a.id < b.id ? -1 : 1))
    await talk.say({ say: 'list', list })
    const { random: theirs } = await talk.hear(Opened)
    const numbers = list.map(({ id }) => (id === from ? theirs : number))
    await talk.say({ say: 'numbers', numbers, without: [] })
    await talk.say({ say: 'differ', by: fake.id })
    await new Promise((resolve) => setTimeout(resolve, 3000))
  })
  const [atBen, atCleo] = [await join(ben, code), await join(cleo, code)]
  await until('words', () => isComparing(atBen) && isComparing(atCleo))
  expect(atBen.seen.state?.words).not.toEqual(atCleo.seen.state?.words)
  await until('told', () => atBen.seen.state?.differ.length === 1)
  expect(atBen.seen.state?.differ).toEqual([fakes[0]])
})

test('whose person sees other words tells all the others, and the caller passes it on', async () => {
  const [host, ben, cleo] = (await open(0, 1, 2)) as [Hospital, Hospital, Hospital]
  const called = call(host)
  const [atBen, atCleo] = [await join(ben, called.code), await join(cleo, called.code)]
  called.seat.begin()
  await until('words', () => [called, atBen, atCleo].every(isComparing))
  atBen.seat.differ()
  await until('told', () => [called, atBen, atCleo].every(({ seen }) => seen.state?.differ[0] === ben.id))
  called.seat.leave()
  expect(isComparing(atCleo)).toBe(true)
})

test('who is in a roll call reaches it and nothing else, and is let go when it ends', async () => {
  const [host] = (await open(0)) as [Hospital]
  const called = call(host)
  const { identity } = createHospital(59)
  const node = await createRawNode(identity)
  stops.push(node.stop)
  const self = { id: identity.id, name: 'Guest', addresses: [] }
  const talk = await joinAs(node, host, { invitation: called.code, self })
  expect(await talk.hear(CallerSays)).toMatchObject({ say: 'here' })
  for (const protocol of ['/murmuration/hello/1', '/murmuration/documents/1', '/murmuration/blobs/1']) {
    const stream = await node.open(host.id, protocol, AbortSignal.timeout(3000)).catch(() => null)
    if (stream) await until(`${protocol} is cut`, () => stream.status !== 'open', 3000)
  }
  called.seat.leave()
  await until('it is gone', () => node.connections(host.id).length === 0, 6000)
})
