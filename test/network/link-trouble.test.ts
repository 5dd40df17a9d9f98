import { createServer as createHttp } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { until } from '#kit/real-clock.ts'
import { multiaddr } from '@multiformats/multiaddr'
import { placesForOthers } from '#network/addresses.ts'
import { createGate } from '#network/gate.ts'
import { createNode } from '#network/node.ts'
import { dialTroubleOf, type LinkTrouble } from '#network/peers/link-trouble.ts'
import { createFrames, toJson } from '#network/protocols/frames.ts'
import { HELLO, PROTOCOL_VERSION } from '#network/protocols/hello.ts'
import { createHospital, type Hospital, introduce } from './hospitals.ts'
import { createRawNode } from './raw.ts'

const stops: (() => unknown)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

async function open(number: number, proxy = false): Promise<Hospital> {
  const hospital = createHospital(number, { proxy })
  stops.push(hospital.stop)
  await hospital.start()
  return hospital
}

/** A port at which this server answers. */
async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  stops.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}`
}

/** What a hospital finds out about another that it was told listens there. */
async function troubleAt(hospital: Hospital, addresses: string[], id = createHospital(90).id) {
  hospital.known.set(id, { id, name: 'Other', addresses, confirmedAt: 1 })
  await until('a reason', () => (hospital.net().peer(id)?.trouble ?? null) !== null)
  const { trouble } = hospital.net().peer(id)!
  hospital.known.delete(id)
  await until('forgotten', () => hospital.net().peer(id) === null)
  return trouble
}

test('a closed port, another program, a name that nobody knows and no address at all are told apart', async () => {
  const node = await createRawNode(createHospital(1).identity)
  stops.push(node.stop)
  const other = createHospital(90).id
  const web = await listen(createHttp((_, reply) => reply.end('hello')))
  const shut = '/ip4/127.0.0.1/tcp/1'
  const kindAt = (...addresses: string[]) =>
    node.dial(other, addresses, AbortSignal.timeout(8000)).then(
      () => 'connected',
      (error: unknown) => dialTroubleOf(error, false).kind,
    )
  expect(await kindAt(shut)).toBe('port-closed')
  expect(await kindAt(web)).toBe('other-program')
  expect(await kindAt(await listen(createServer((socket) => socket.end())))).toBe('dropped')
  expect(await kindAt('/dns4/nowhere.invalid/tcp/1')).toBe('name-unknown')
  expect(await kindAt()).toBe('no-address')
  // What is nearest to the hospital says most.
  expect(await kindAt(shut, web, '/dns4/nowhere.invalid/tcp/1')).toBe('other-program')
})

test('where another key answers, it is said, and nothing else is asked', async () => {
  const [ana, ben] = [await open(1), await open(2)]
  expect(await troubleAt(ana, ben.net().addresses())).toEqual({ kind: 'other-key' })
})

test('where our own key answers, since an address leads to us or a network is numbered like ours, nobody is suspected', async () => {
  const ana = await open(1)
  expect(await troubleAt(ana, ana.net().addresses())).toEqual({ kind: 'no-address' })
  expect(await troubleAt(ana, [...ana.net().addresses(), '/ip4/127.0.0.1/tcp/1'])).toEqual({
    kind: 'port-closed',
  })
})

test('a loopback address is announced only where there is no other', () => {
  const at = (...texts: string[]) => placesForOthers(texts.map((one) => multiaddr(one))).map(String)
  const [loopback, outside] = ['/ip4/127.0.0.1/tcp/4101', '/ip4/10.1.2.3/tcp/4101']
  expect(at(loopback, outside, '/ip6/::1/tcp/4101')).toEqual([outside])
  expect(at(loopback)).toEqual([loopback])
})

test('a machine that is told to use a proxy blames the proxy for what ends there, not for what the other says', async () => {
  const [ana, ben] = [await open(1, true), await open(2)]
  const web = await listen(createHttp((_, reply) => reply.end('hello')))
  expect(await troubleAt(ana, [web])).toEqual({ kind: 'proxy' })
  expect(await troubleAt(ana, ['/ip4/127.0.0.1/tcp/1'])).toEqual({ kind: 'port-closed' })
  expect(await troubleAt(ana, ben.net().addresses())).toEqual({ kind: 'other-key' })
})

test('who has not confirmed us is said to let us not in, and the reason goes once it has', async () => {
  const [ana, ben] = [await open(1), await open(2)]
  ana.known.set(ben.id, ben.peer())
  await until('a reason', () => ana.net().peer(ben.id)?.trouble?.kind === 'not-let-in')
  introduce(ana, ben)
  await until('connected', () => ana.net().connected().includes(ben.id))
  expect(ana.net().peer(ben.id)?.trouble).toBeNull()
})

/** A hospital whose software says another version in its hello, with fields that ours does not know. */
async function otherVersion(number: number, protocol: number) {
  const { identity } = createHospital(number)
  const gate = createGate({ known: () => true })
  const node = await createNode({ seed: identity.seed, listen: ['/ip4/127.0.0.1/tcp/0'], gate })
  stops.push(node.stop)
  const hello = { protocol, shape: 'of the future' }
  const heard: unknown[] = []
  await node.handle(HELLO, async (stream) => {
    const frames = createFrames(stream, 8192)
    heard.push(JSON.parse(Buffer.from((await frames.read({ within: 3000 })) ?? []).toString()))
    await frames.write(toJson(hello), 3000)
    await stream.close()
  })
  return { node, hello, heard }
}

test('another protocol version is named on both sides, whoever dials', async () => {
  const ana = await open(1)
  const { node, hello, heard } = await otherVersion(91, PROTOCOL_VERSION + 5)
  const expected: LinkTrouble = { kind: 'other-version', theirs: PROTOCOL_VERSION + 5 }
  expect(await troubleAt(ana, node.addresses(), node.id)).toEqual(expected)
  expect(heard[0]).toMatchObject({ protocol: PROTOCOL_VERSION })

  const peer = { id: node.id, name: 'Future', addresses: ['/ip4/127.0.0.1/tcp/1'], confirmedAt: 1 }
  ana.known.set(node.id, peer)
  await until('known', () => ana.net().peer(node.id) !== null)
  await node.dial(ana.id, ana.net().addresses(), AbortSignal.timeout(5000))
  const frames = createFrames(await node.open(ana.id, HELLO, AbortSignal.timeout(5000)), 8192)
  await frames.write(toJson(hello), 3000)
  const answer = JSON.parse(Buffer.from((await frames.read({ within: 3000 })) ?? []).toString()) as object
  expect(answer).toMatchObject({ protocol: PROTOCOL_VERSION })
  await until('named', () => ana.net().peer(node.id)?.trouble?.kind === 'other-version')
  expect(ana.net().connected()).toEqual([])
  const findings = await ana.net().selfTest()
  expect(findings.find((one) => one.name === 'member')).toMatchObject({
    sentence: 'link-other-version',
    facts: { member: 'Future', theirs: PROTOCOL_VERSION + 5, ours: PROTOCOL_VERSION },
  })
})
