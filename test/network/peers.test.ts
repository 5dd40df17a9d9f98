import { createHash } from 'node:crypto'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, expect, test } from 'vitest'
import { realClock, until } from '#kit/real-clock.ts'
import { createGate } from '#network/gate.ts'
import { createIdentity } from '#network/identity/identity.ts'
import { createNode, type Node } from '#network/node.ts'
import { pauseBefore } from '#network/peers/dialler.ts'
import { BLOBS } from '#network/protocols/blobs.ts'
import { DOCUMENTS } from '#network/protocols/documents.ts'
import { HELLO } from '#network/protocols/hello.ts'
import { aNote, createHospital, type Hospital, introduce, startAll, studyBy } from './hospitals.ts'
import { createRawNode } from './raw.ts'

const stops: (() => Promise<void>)[] = []
function open(count: number): Hospital[] {
  const hospitals = Array.from({ length: count }, (_, i) => createHospital(i))
  stops.push(...hospitals.map((one) => one.stop))
  return hospitals
}
async function rawNode(number: number, listen: readonly string[] = []): Promise<Node> {
  const node = await createRawNode(strangerNumber(number), listen)
  stops.push(node.stop)
  return node
}
const strangerNumber = (n: number) => createIdentity(createHash('sha256').update(`stranger ${n}`).digest())
const isConnected = (a: Hospital, b: Hospital) => a.net().connected().includes(b.id)
const together = (a: Hospital, b: Hospital) =>
  until('connected', () => isConnected(a, b) && isConnected(b, a))

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

test('institutions that know each other learn name, addresses and clock, and only then are connected', async () => {
  const [ana, ben] = open(2) as [Hospital, Hospital]
  await startAll([ana, ben])
  const state = ana.net().peer(ben.id)
  expect(state).toMatchObject({ name: 'Hospital 1', connected: true })
  expect(state?.addresses).toEqual(expect.arrayContaining(ben.net().addresses()))
  expect(Math.abs(state?.skewMs ?? 1e9)).toBeLessThan(1000)
  expect(ana.net().lastSeen(ben.id)).toBeGreaterThan(Date.now() - 60_000)
  expect(ana.seen.peers.some((one) => one.id === ben.id && one.connected)).toBe(true)
})

test('an unlisted institution never reaches a handler, in 50 dials; a listed one does', async () => {
  const listed = strangerNumber(1000)
  let reached = 0
  const gate = createGate({ known: (id) => id === listed.id })
  const host = await createNode({
    seed: createHash('sha256').update('host').digest(),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    gate,
  })
  stops.push(host.stop)
  for (const protocol of [HELLO, DOCUMENTS, BLOBS]) {
    await host.handle(protocol, async (stream) => {
      reached++
      stream.abort(new Error('Reached'))
    })
  }
  async function tryAll(node: Node) {
    const signal = AbortSignal.timeout(5000)
    await node.dial(host.id, host.addresses(), signal).catch(() => {})
    for (const protocol of [HELLO, DOCUMENTS, BLOBS, '/ipfs/id/1.0.0']) {
      const stream = await node.open(host.id, protocol, signal).catch(() => null)
      await stream?.close().catch(() => {})
    }
    await node.hangUp(host.id)
  }
  const nodes = await Promise.all(Array.from({ length: 10 }, (_, i) => rawNode(i)))
  for (let dial = 0; dial < 5; dial++) await Promise.all(nodes.map(tryAll))
  expect(reached).toBe(0)

  await tryAll(await rawNode(1000))
  await until('the listed one reached the handlers', () => reached === 3)
})

test('connections are encrypted by Noise, which looks at no clock', async () => {
  const [ana, ben] = [await rawNode(1), await rawNode(2, ['/ip4/127.0.0.1/tcp/0'])]
  await ana.dial(ben.id, ben.addresses(), AbortSignal.timeout(5000))
  expect(ana.connections(ben.id).map((one) => [one.encryption, one.multiplexer])).toEqual([
    ['/noise', '/yamux/1.0.0'],
  ])
})

test('a connection that nobody says hello on is not shown as one', async () => {
  const [ana] = open(1) as [Hospital]
  await ana.start()
  const mute = await createNode({
    seed: strangerNumber(1).seed,
    listen: ['/ip4/127.0.0.1/tcp/0'],
    gate: createGate({ known: () => true }),
  })
  stops.push(mute.stop)
  const peer = { id: mute.id, name: 'Mute', addresses: mute.addresses(), confirmedAt: 1 }
  ana.known.set(mute.id, peer)
  ana.net().connectTo(peer)
  await until('it was dialled', () => mute.connections(ana.id).length > 0)
  await until('it was dropped', () => mute.connections(ana.id).length === 0)
  expect(ana.net().connected()).toEqual([])
  expect(ana.seen.peers.some((one) => one.connected)).toBe(false)
})

test('institutions find each other again after one was restarted on the same key and port', async () => {
  const [ana, ben] = open(2) as [Hospital, Hospital]
  await startAll([ana, ben])
  const study = studyBy([ana, ben, createHospital(2)])
  await until('the study came', () => ben.library.get(study.id) !== null)
  const port = /tcp\/(\d+)/.exec(ben.net().addresses()[0]!)?.[1]
  await ben.stop()
  await until('ana noticed', () => !isConnected(ana, ben))
  const note = ana.write(aNote(study.id, 'While you were away'))

  // Ben does not know where Ana is: she has to try again.
  ben.known.set(ana.id, { ...ana.peer(), addresses: [] })
  await ben.start([`/ip4/127.0.0.1/tcp/${port}`])
  await together(ana, ben)
  await until('the note came', () => ben.library.get(note.id) !== null)
})

test('an institution that moved is found at the address that it tells', async () => {
  const [ana, ben] = open(2) as [Hospital, Hospital]
  await startAll([ana, ben])
  await ben.stop()
  // Ben comes back elsewhere and knows where Ana is; Ana learns it from his hello.
  await ben.start(['/ip4/127.0.0.1/tcp/0'])
  await together(ana, ben)
  expect(ana.net().peer(ben.id)?.addresses[0]).toBe(ben.net().addresses()[0])
})

test('an institution that is no longer known is let go, and not let in again', async () => {
  const [ana, ben] = open(2) as [Hospital, Hospital]
  await startAll([ana, ben])
  ana.known.delete(ben.id)
  await ana.net().disconnect(ben.id)
  await until('both know', () => !isConnected(ana, ben) && !isConnected(ben, ana))
  ben.net().connectTo(ana.peer())
  await new Promise((resolve) => {
    setTimeout(resolve, 1500)
  })
  expect(isConnected(ben, ana) || isConnected(ana, ben)).toBe(false)
})

test('whoever becomes known later is connected without being asked twice', async () => {
  const [ana, ben] = open(2) as [Hospital, Hospital]
  await ana.start()
  await ben.start()
  introduce(ana, ben)
  await together(ana, ben)
})

test('a port that is taken is said to be', async () => {
  const [ana, ben] = open(2) as [Hospital, Hospital]
  await ana.start()
  const port = /tcp\/(\d+)/.exec(ana.net().addresses()[0]!)?.[1]
  await expect(ben.start([`/ip4/127.0.0.1/tcp/${port}`])).rejects.toThrow(
    expect.objectContaining({ code: 'port-taken' }),
  )
})

test('our own key is refused as a peer', async () => {
  const [ana] = open(1) as [Hospital]
  await ana.start()
  ana.known.set(ana.id, ana.peer())
  expect(() => ana.net().connectTo(ana.peer())).toThrow(expect.objectContaining({ code: 'same-key' }))
  expect(ana.net().peer(ana.id)).toBeNull()
})

test('two that run with one key are found out by whoever meets both, and both are told', async () => {
  const [ana, ben] = open(2) as [Hospital, Hospital]
  const copy = createHospital(0)
  stops.push(copy.stop)
  await startAll([ana, ben])
  copy.known.set(ben.id, ben.peer())
  await copy.start()
  await until('all three know', () => [ana, ben, copy].every((one) => one.seen.sameKeys.includes(ana.id)))
  expect(ben.seen.sameKeys).not.toContain(ben.id)
})

test('one that was restarted is not taken for two', async () => {
  const [ana, ben] = open(2) as [Hospital, Hospital]
  await startAll([ana, ben])
  for (let i = 0; i < 2; i++) {
    await ana.stop()
    await ana.start()
    await together(ana, ben)
  }
  expect([...ana.seen.sameKeys, ...ben.seen.sameKeys]).toEqual([])
})

test('an address that others know us by is announced first, and a clock that is wrong is measured', async () => {
  const late = { ...realClock, now: () => Date.now() - 90_000 }
  const ana = createHospital(0, { advertise: ['/ip4/127.0.0.1/tcp/4101'], clock: late })
  const [, ben] = open(2) as [Hospital, Hospital]
  stops.push(ana.stop)
  await startAll([ana, ben])
  expect(ben.net().peer(ana.id)?.addresses[0]).toBe('/ip4/127.0.0.1/tcp/4101')
  expect(ben.net().skew(ana.id)).toBeGreaterThan(-95_000)
  expect(ben.net().skew(ana.id)).toBeLessThan(-85_000)
  expect(ana.net().skew(ben.id)).toBeGreaterThan(85_000)
})

test('a gate that fails is shut, on each of its twelve hooks that decide', async () => {
  const gate = createGate({
    known: () => {
      throw new Error('The database is away')
    },
  })
  const peer = peerIdFromPrivateKey(await generateKeyPairFromSeed('Ed25519', new Uint8Array(32)))
  // Safe: no hook of ours looks at the connection.
  const connection = {} as Parameters<typeof gate.denyInboundEncryptedConnection>[1]
  const address = multiaddr(`/ip4/127.0.0.1/tcp/1/p2p/${peer.toString()}`)
  expect([
    await gate.denyDialPeer(peer),
    await gate.denyDialMultiaddr(address),
    await gate.denyOutboundConnection(peer, connection),
    await gate.denyInboundEncryptedConnection(peer, connection),
    await gate.denyOutboundEncryptedConnection(peer, connection),
    await gate.denyInboundUpgradedConnection(peer, connection),
    await gate.denyOutboundUpgradedConnection(peer, connection),
    await gate.denyInboundRelayReservation(peer),
    await gate.denyOutboundRelayedConnection(peer, peer),
    await gate.denyInboundRelayedConnection(peer, peer),
    !(await gate.filterMultiaddrForPeer(peer, address)),
  ]).toEqual(Array.from({ length: 11 }, () => true))
  expect(Object.keys(gate)).toHaveLength(12)
  const open = createGate({ known: () => true })
  expect(await open.denyDialMultiaddr(multiaddr('/ip4/127.0.0.1/tcp/1'))).toBe(false)
  const some = createGate({ known: (id) => id === peer.toString() })
  expect(await some.denyDialMultiaddr(multiaddr('/ip4/127.0.0.1/tcp/1'))).toBe(true)
  expect(await some.denyDialMultiaddr(address)).toBe(false)
})

test('pauses between attempts grow to a minute and differ between institutions', () => {
  const pauses = Array.from({ length: 30 }, (_, i) => pauseBefore('a', 'b', i))
  expect(pauses[0]).toBeLessThanOrEqual(400)
  expect(pauses[5]).toBeGreaterThan(pauses[0]!)
  expect(Math.max(...pauses)).toBeLessThanOrEqual(60_000)
  expect(pauseBefore('a', 'b', 10)).not.toBe(pauseBefore('a', 'c', 10))
})
