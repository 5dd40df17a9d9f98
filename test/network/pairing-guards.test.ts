import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { makeInvitation } from '#network/identity/invitation.ts'
import { createPairing } from '#network/peers/pairing.ts'
import { createSeat } from '#network/peers/seat.ts'
import { realClock } from '#kit/real-clock.ts'
import { createHospital, type Hospital } from './hospitals.ts'
import { createRawNode } from './raw.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

const random = (bytes: number) => new Uint8Array(randomBytes(bytes))

test('a code that was used once opens no second window to anybody who still has it', async () => {
  const used = new Set<string>()
  const { identity } = createHospital(61)
  const node = await createRawNode(identity, ['/ip4/127.0.0.1/tcp/0'])
  stops.push(node.stop)
  const seat = createSeat({ clock: realClock, dismiss: () => {} })
  const host = await createPairing({
    ...{ node, name: 'Host', addresses: () => node.addresses(), clock: realClock, random, seat },
    spend: (code) => !used.has(code) && used.add(code) !== null,
  })
  const guests = [62, 63].map((number) => createHospital(number))
  stops.push(...guests.map((one) => one.stop))
  await Promise.all(guests.map((one) => one.start()))
  const [first, second] = guests as [Hospital, Hospital]
  const code = makeInvitation(identity, {
    name: 'Host',
    addresses: node.addresses(),
    now: Date.now(),
    random,
  })
  const window = host.openWindow(code)
  const atFirst = await first.net().dialWith(code)
  const met = await window.guest
  await Promise.all([met.refuse('no'), expect(atFirst.confirm()).rejects.toThrow()])
  const again = host.openWindow(code)
  await expect(second.net().dialWith(code)).rejects.toMatchObject({ code: 'code-not-open' })
  again.close()
})
