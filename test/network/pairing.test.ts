import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import * as v from 'valibot'
import { realClock, until } from '#kit/real-clock.ts'
import { makeInvitation } from '#network/identity/invitation.ts'
import { createPairing } from '#network/peers/pairing.ts'
import { createSeat } from '#network/peers/seat.ts'
import { BLOBS } from '#network/protocols/blobs.ts'
import { DOCUMENTS } from '#network/protocols/documents.ts'
import { HELLO } from '#network/protocols/hello.ts'
import { converse, PAIRING } from '#network/protocols/pairing.ts'
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

const codeOf = (host: Hospital, now = Date.now()) =>
  makeInvitation(host.identity, {
    ...{ name: host.name, addresses: host.net().addresses(), now },
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
  })

const isConnected = (a: Hospital, b: Hospital) => a.net().connected().includes(b.id)

test('two that did not know each other see the same six words, confirm and are connected', async () => {
  const [ana, ben] = (await open(0, 1)) as [Hospital, Hospital]
  const code = codeOf(ana)
  const window = ana.net().openWindow(code)
  const atBen = await ben.net().dialWith(code)
  const atAna = await window.guest
  expect(atAna.words).toEqual(atBen.words)
  expect(atAna.words).toHaveLength(6)
  expect(atAna.peer).toMatchObject({ id: ben.id, name: ben.name, addresses: ben.net().addresses() })
  const [benPinned, anaPinned] = await Promise.all([atAna.confirm(), atBen.confirm()])
  ana.known.set(ben.id, benPinned)
  ben.known.set(ana.id, anaPinned)
  await until('connected', () => isConnected(ana, ben) && isConnected(ben, ana))
})

test('a code is good for one meeting, and its words for no other', async () => {
  const [ana, ben, cleo] = (await open(0, 1, 2)) as [Hospital, Hospital, Hospital]
  const code = codeOf(ana)
  const window = ana.net().openWindow(code)
  const atBen = await ben.net().dialWith(code)
  const atAna = await window.guest
  await Promise.all([
    atAna.refuse('no'),
    expect(atBen.confirm()).rejects.toMatchObject({ code: 'words-differ' }),
  ])
  await expect(ben.net().dialWith(code)).rejects.toThrow()
  ana.net().openWindow(code)
  await expect(cleo.net().dialWith(code)).rejects.toThrow()

  const again = codeOf(ana)
  await new Promise((resolve) => {
    setTimeout(resolve, 3500)
  })
  const next = ana.net().openWindow(again)
  const second = await ben.net().dialWith(again)
  expect((await next.guest).words).toEqual(second.words)
  expect(second.words).not.toEqual(atBen.words)
})

test('without a window, with another code or with an old one nobody gets in', async () => {
  const [ana, ben] = (await open(0, 1)) as [Hospital, Hospital]
  await expect(ben.net().dialWith(codeOf(ana))).rejects.toThrow()
  const old = codeOf(ana, Date.now() - 8 * 24 * 3600_000)
  expect(() => ana.net().openWindow(old)).toThrow(expect.objectContaining({ code: 'invitation-expired' }))
  await expect(ben.net().dialWith(old)).rejects.toThrow(
    expect.objectContaining({ code: 'invitation-expired' }),
  )
  expect(() => ana.net().openWindow(codeOf(ben))).toThrow(expect.objectContaining({ code: 'invitation-bad' }))
  const window = ana.net().openWindow(codeOf(ana))
  await expect(ben.net().dialWith(codeOf(ana))).rejects.toThrow(
    expect.objectContaining({ code: 'code-not-open' }),
  )
  window.close()
  await expect(window.guest).rejects.toThrow(expect.objectContaining({ code: 'nobody-came' }))
})

test('whoever replays what a guest said is refused', async () => {
  const [ana, ben] = (await open(0, 1)) as [Hospital, Hospital]
  const { identity } = createHospital(51)
  const thief = await createRawNode(identity, ['/ip4/127.0.0.1/tcp/0'])
  stops.push(thief.stop)
  const heard: unknown[] = []
  const Anything = v.looseObject({ say: v.string() })
  await thief.handle(PAIRING, async (stream) => {
    heard.push(await converse(stream).hear(Anything))
    stream.abort(new Error('Heard'))
  })
  const parts = { name: 'Trap', addresses: thief.addresses(), now: Date.now() }
  const trap = makeInvitation(identity, { ...parts, random: (bytes) => new Uint8Array(randomBytes(bytes)) })
  await expect(ben.net().dialWith(trap)).rejects.toThrow()
  expect(new Set(heard.map((one) => JSON.stringify(one))).size).toBe(1)

  const window = ana.net().openWindow(codeOf(ana))
  await thief.dial(ana.id, ana.net().addresses(), AbortSignal.timeout(5000))
  const talk = converse(await thief.open(ana.id, PAIRING, AbortSignal.timeout(5000)))
  await talk.say(heard[0])
  expect(await talk.hear(Anything)).toEqual({ say: 'refused', why: 'code-not-open' })
  window.close()
})

test('a guest that picks its number after it has seen the other is refused, so words can not be searched for', async () => {
  const [ana] = (await open(0)) as [Hospital]
  const node = await createRawNode(createHospital(52).identity)
  stops.push(node.stop)
  const seat = createSeat({ clock: realClock, dismiss: () => {} })
  const pairingWith = (random: (bytes: number) => Uint8Array) =>
    createPairing({
      ...{ node, name: 'Cheat', addresses: () => [], clock: realClock, spend: () => true, seat, random },
    })
  /** The number changes once the promise is on its way. */
  const fickle = (bytes: number) => {
    const number = new Uint8Array(randomBytes(bytes))
    setTimeout(() => number.fill(7), 0)
    return number
  }
  const code = codeOf(ana)
  const window = ana.net().openWindow(code)
  const told = expect(window.guest).rejects.toMatchObject({ code: 'promise-broken' })
  const cheat = await (await pairingWith(fickle)).dialWith(code)
  await expect(cheat.confirm()).rejects.toMatchObject({ code: 'promise-broken' })
  await told
})

test('a stranger in an open window reaches pairing and nothing else, and only one is there', async () => {
  const [ana] = (await open(0)) as [Hospital]
  const window = ana.net().openWindow(codeOf(ana))
  const strangers = [60, 61].map((one) => createHospital(one).identity)
  const [first, second] = await Promise.all(strangers.map((one) => createRawNode(one)))
  stops.push(first!.stop, second!.stop)
  const signal = AbortSignal.timeout(8000)
  await first!.dial(ana.id, ana.net().addresses(), signal)
  for (const protocol of [HELLO, DOCUMENTS, BLOBS, '/ipfs/id/1.0.0']) {
    const stream = await first!.open(ana.id, protocol, signal).catch(() => null)
    if (stream) await until(`${protocol} is cut`, () => stream.status !== 'open', 3000)
  }
  await expect(first!.open(ana.id, PAIRING, signal)).resolves.toMatchObject({ status: 'open' })
  await second!.dial(ana.id, ana.net().addresses(), signal).catch(() => null)
  await until('the second is gone', () => second!.connections(ana.id).length === 0, 3000)
  expect(ana.net().connected()).toEqual([])
  window.close()
})
