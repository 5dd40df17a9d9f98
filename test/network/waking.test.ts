import { setTimeout } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { realClock, until } from '#kit/real-clock.ts'
import type { Clock } from '#network/ports.ts'
import { createWaking } from '#network/peers/waking.ts'
import { freePorts } from '#headless/free-ports.ts'
import { createHospital } from './hospitals.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

/** Pauses longer than this never end: whoever is dialled after one was dialled for another reason. */
const patience = 1500
const impatient: Clock = {
  ...realClock,
  after: (ms, call) => (ms > patience ? () => {} : realClock.after(ms, call)),
}

test('a laptop that comes into another network tries everybody again at once, however long it has failed', async () => {
  const [port] = await freePorts(1)
  let place = 'at home'
  const laptop = createHospital(0, { clock: impatient, listen: [], place: () => place })
  const office = createHospital(1, { listen: [`/ip4/127.0.0.1/tcp/${port}`] })
  stops.push(laptop.stop, office.stop)
  const address = `/ip4/127.0.0.1/tcp/${port}`
  laptop.known.set(office.id, { ...office.peer(), addresses: [address] })
  office.known.set(laptop.id, laptop.peer())
  await laptop.start()
  // Three failures, and now it waits for ever.
  await setTimeout(4000)
  await office.start()
  await setTimeout(1500)
  expect(laptop.net().connected()).toEqual([])

  place = 'in the office'
  await until('they are connected', () => laptop.net().connected().includes(office.id), 5000)
})

test('sleep and another network are noticed once each, and a clock that only runs is not', () => {
  let [now, place] = [0, 'here']
  const woke = createWaking({ ...realClock, now: () => now }, () => place)
  now += 1000
  expect(woke()).toBe(false)
  now += 3_600_000
  expect([woke(), woke()]).toEqual([true, false])
  place = 'there'
  expect([woke(), woke()]).toEqual([true, false])
})
