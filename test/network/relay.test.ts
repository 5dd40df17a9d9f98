import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { until } from '#kit/real-clock.ts'
import {
  aNote,
  createHospital,
  type Hospital,
  type HospitalOptions,
  introduce,
  studyBy,
} from './hospitals.ts'
import { createRawNode } from './raw.ts'

/** As behind a firewall: it can dial, and nobody can dial it. */
const closed: HospitalOptions = { listen: [] }

const stops: (() => Promise<void>)[] = []
function open(number: number, options: HospitalOptions = {}): Hospital {
  const hospital = createHospital(number, options)
  stops.push(hospital.stop)
  return hospital
}
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

const isConnected = (a: Hospital, b: Hospital) => a.net().connected().includes(b.id)
const together = (a: Hospital, b: Hospital) =>
  until(`${a.name} and ${b.name} are connected`, () => isConnected(a, b) && isConnected(b, a), 20_000)

/** Two that nobody can dial and one that everybody can, all known to each other, connected. */
async function twoBehindOne() {
  const hospitals = [open(0, closed), open(1, closed), open(2)] as const
  const [ana, ben, hub] = hospitals
  for (const one of hospitals) await one.start()
  introduce(ana, hub)
  introduce(ben, hub)
  introduce(ana, ben)
  await Promise.all([together(ana, hub), together(ben, hub), together(ana, ben)])
  return hospitals
}

test('two that can not dial each other are connected through a third, and exchange more than a relay passes by default', async () => {
  const [ana, ben, hub] = await twoBehindOne()
  expect(ana.net().addresses()).toEqual([])
  expect([ana.net().isRelayed(ben.id), ana.net().isRelayed(hub.id)]).toEqual([true, false])
  expect(ana.net().relays()).toContain(hub.id)
  expect(ana.net().peer(ben.id)?.addresses).toEqual([])

  const study = studyBy([ana, ben, hub])
  await until('the study came', () => ben.library.get(study.id) !== null)
  const bytes = randomBytes(3 * 1024 * 1024)
  const hash = ana.shelf.put(bytes, 'round', study.id)
  const got = await ben.net().fetch(study.id, hash, bytes.length, AbortSignal.timeout(20_000))
  expect(Buffer.compare(got, bytes)).toBe(0)
})

test('when the one in the middle goes, both find another', async () => {
  const [ana, ben, hub] = await twoBehindOne()
  const other = open(3)
  await other.start()
  introduce(ana, other)
  introduce(ben, other)
  await Promise.all([together(ana, other), together(ben, other)])
  await hub.stop()
  await until('the way through the first was lost', () => !isConnected(ana, ben) || !isConnected(ben, ana))
  await together(ana, ben)
  expect(ana.net().relays()).toEqual([other.id])
})

test('one without an open port passes on as well, where both could dial in to it or it dialled both', async () => {
  const [ana, ben, carl] = [open(0), open(1), open(2, closed)] as const
  for (const one of [ana, ben, carl]) await one.start()
  introduce(carl, ana)
  introduce(carl, ben)
  await Promise.all([together(carl, ana), together(carl, ben)])
  // Ana and Ben know each other's keys, and neither where the other is.
  ana.known.set(ben.id, { ...ben.peer(), addresses: ['/ip4/127.0.0.1/tcp/1'] })
  ben.known.set(ana.id, { ...ana.peer(), addresses: ['/ip4/127.0.0.1/tcp/1'] })
  await together(ana, ben)
  expect(isConnected(ana, ben)).toBe(true)
})

test('nobody unlisted is passed on or reserves a place, and nobody unlisted is a way', async () => {
  const [ana, ben, hub] = await twoBehindOne()
  const stranger = open(77, closed)
  const raw = await createRawNode(stranger.identity)
  stops.push(raw.stop)
  const signal = AbortSignal.timeout(5000)
  await raw.dial(hub.id, hub.net().addresses(), signal).catch(() => null)
  await raw.askToRelay()
  expect(raw.relays()).toEqual([])
  await expect(raw.dialThroughOthers(ana.id, signal)).rejects.toThrow()

  // A relay that lets everybody in does not bring a stranger past our own gate either.
  const lax = await createRawNode(open(78).identity, ['/ip4/127.0.0.1/tcp/0'])
  stops.push(lax.stop)
  ana.known.set(lax.id, { id: lax.id, name: 'Lax', addresses: lax.addresses(), confirmedAt: 1 })
  await until('ana is there', () => lax.connections(ana.id).length > 0)
  await raw.dial(lax.id, lax.addresses(), AbortSignal.timeout(5000))
  await expect(raw.dialThroughOthers(ana.id, AbortSignal.timeout(5000))).rejects.toThrow()
  expect(raw.connections(ana.id)).toEqual([])
  expect(isConnected(ana, ben)).toBe(true)
})

test('documents reach everybody while one without an address relays nothing', async () => {
  const [ana, ben, hub] = await twoBehindOne()
  const study = studyBy([hub, ana, ben])
  await until('all hold it', () => [ana, ben].every((one) => one.library.get(study.id) !== null))
  const note = ana.write(aNote(study.id, 'Through'))
  await until('it came', () => ben.library.get(note.id) !== null)
})
