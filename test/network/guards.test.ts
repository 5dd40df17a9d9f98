import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { until } from '#kit/real-clock.ts'
import { createGate } from '#network/gate.ts'
import { createHospital, type Hospital, startAll, studyBy } from './hospitals.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

async function aPeer(number: number) {
  const key = await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(number))
  return peerIdFromPrivateKey(key).toString()
}

test('no institution is dialled by way of a relay that we do not know', async () => {
  const [friend, relay, stranger] = await Promise.all([aPeer(1), aPeer(2), aPeer(3)])
  const gate = createGate({ known: (id) => id === friend || id === relay, guest: (id) => id === stranger })
  const denied = (by: string, to: string) =>
    gate.denyDialMultiaddr(multiaddr(`/ip4/127.0.0.1/tcp/1/p2p/${by}/p2p-circuit/p2p/${to}`))
  expect(await denied(relay, friend)).toBe(false)
  expect(await denied(stranger, friend)).toBe(true)
  expect(await denied(friend, stranger)).toBe(false)
})

test('a door that fails while it looks lets nothing out', async () => {
  const door = { shut: true }
  const mayLeave = () => {
    if (door.shut) throw new Error('The database is away')
    return null
  }
  const hospitals = [0, 1, 2].map((number) => createHospital(number, { mayLeave }))
  stops.push(...hospitals.map((one) => one.stop))
  await startAll(hospitals)
  const [ana, ben] = hospitals as [Hospital, Hospital, Hospital]
  const study = studyBy(hospitals)
  await until('all hold the study', () => hospitals.every((one) => one.library.study(study.id) !== null))
  const bytes = randomBytes(1000)
  const hash = ana.shelf.put(bytes, 'round', study.id)
  await expect(ben.net().fetch(study.id, hash, 1000, AbortSignal.timeout(1000))).rejects.toMatchObject({
    code: 'bytes-withheld',
  })
  expect(ana.sent()).toBe(0)
  door.shut = false
  const got = await ben.net().fetch(study.id, hash, 1000, AbortSignal.timeout(10_000))
  expect(Buffer.compare(got, bytes)).toBe(0)
})
