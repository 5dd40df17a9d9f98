import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { until } from '#kit/real-clock.ts'
import { createTcpProxy } from '#kit/tcp-proxy.ts'
import { createGatekeeper } from '#network/limiter.ts'
import { BLOBS } from '#network/protocols/blobs.ts'
import { createFrames, toJson } from '#network/protocols/frames.ts'
import { createHospital, type Hospital, introduce, startAll, studyBy } from './hospitals.ts'
import { createRawNode } from './raw.ts'

const stops: (() => Promise<void>)[] = []
function open(count: number, mayLeave: () => string | null = () => null): Hospital[] {
  const hospitals = Array.from({ length: count }, (_, i) => createHospital(i, { mayLeave }))
  stops.push(...hospitals.map((one) => one.stop))
  return hospitals
}
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

const MiB = 1024 * 1024
const soon = (ms = 10_000) => AbortSignal.timeout(ms)
const unreachable = { code: 'peer-unreachable' }
const withheld = { code: 'bytes-withheld' }

async function openStudy(hospitals: readonly Hospital[], pairs?: readonly [number, number][]) {
  await startAll(hospitals, pairs)
  const study = studyBy(hospitals)
  await until('all hold the study', () => hospitals.every((one) => one.library.study(study.id) !== null))
  return study.id
}

test('bytes come from whoever has them, whole and checked', async () => {
  const hospitals = open(4)
  const [ana, ben, , dora] = hospitals as [Hospital, Hospital, Hospital, Hospital]
  const study = await openStudy(hospitals)
  for (const size of [0, 1, 256 * 1024, 3 * MiB + 5]) {
    const bytes = randomBytes(size)
    const hash = dora.shelf.put(bytes, 'always', study)
    const got = await ana.net().fetch(study, hash, size, soon())
    expect(Buffer.compare(got, bytes)).toBe(0)
  }
  expect(dora.sent()).toBe(3 * MiB + 5 + 256 * 1024 + 1)
  expect(ben.sent()).toBe(0)
})

test('bytes reach a member that their owner is not connected to, by way of another', async () => {
  const hospitals = open(3)
  const [ana, ben, cleo] = hospitals as [Hospital, Hospital, Hospital]
  const study = await openStudy(hospitals, [
    [0, 1],
    [1, 2],
  ])
  const bytes = randomBytes(1000)
  const hash = ana.shelf.put(bytes, 'round', study)
  const waiting = cleo.net().fetch(study, hash, 1000, soon())
  ben.shelf.put(await ben.net().fetch(study, hash, 1000, soon()), 'round', study)
  expect(Buffer.compare(await waiting, bytes)).toBe(0)
})

test('what the door refuses does not leave: the wire shows nothing of it', async () => {
  let reason: string | null = 'no consent'
  const hospitals = open(3, () => reason)
  const [ana, ben] = hospitals as [Hospital, Hospital, Hospital]
  await Promise.all(hospitals.map((one) => one.start()))
  const proxy = await createTcpProxy(Number(/tcp\/(\d+)/.exec(ana.net().addresses()[0]!)?.[1]))
  stops.push(proxy.close)
  // Ben reaches Ana by the proxy only, and she does not know where he is.
  ben.known.set(ana.id, { ...ana.peer(), addresses: [`/ip4/127.0.0.1/tcp/${proxy.port}`] })
  ana.known.set(ben.id, { ...ben.peer(), addresses: [] })
  await until(
    'connected',
    () => ben.net().connected().includes(ana.id) && ana.net().connected().includes(ben.id),
  )
  const study = studyBy(hospitals)
  await until('the study is there', () => ben.library.study(study.id) !== null)
  const bytes = randomBytes(2 * MiB)
  const hash = ana.shelf.put(bytes, 'round', study.id)

  const before = proxy.bytes.toClient
  await expect(ben.net().fetch(study.id, hash, bytes.length, soon(1500))).rejects.toMatchObject(withheld)
  expect(ana.sent()).toBe(0)
  expect(proxy.bytes.toClient - before).toBeLessThan(64 * 1024)
  expect(ana.seen.failures).toContain('door: RangeError: no consent')

  reason = null
  await ben.net().fetch(study.id, hash, bytes.length, soon())
  expect(proxy.bytes.toClient - before).toBeGreaterThan(2 * MiB)
})

test('a door that shuts in the middle stops the bytes there', async () => {
  let asked = 0
  const hospitals = open(3, () => (++asked > 3 ? 'withdrawn' : null))
  const [ana, ben] = hospitals as [Hospital, Hospital, Hospital]
  const study = await openStudy(hospitals)
  const hash = ana.shelf.put(randomBytes(8 * MiB), 'round', study)
  await expect(ben.net().fetch(study, hash, 8 * MiB, soon(1500))).rejects.toMatchObject(withheld)
  expect(ana.sent()).toBeGreaterThan(0)
  expect(ana.sent()).toBeLessThan(MiB)
})

test('an institution outside the study gets nothing, and more than asked for is not sent', async () => {
  const hospitals = open(4)
  await startAll(hospitals)
  const [ana, ben, cleo, stranger] = hospitals as [Hospital, Hospital, Hospital, Hospital]
  const study = studyBy([ana, ben, cleo])
  await until('all hold the study', () => ben.library.study(study.id) !== null)
  stranger.library.add(study)
  const hash = ana.shelf.put(randomBytes(5000), 'round', study.id)
  await expect(stranger.net().fetch(study.id, hash, 5000, soon(800))).rejects.toMatchObject(withheld)
  const told: unknown[] = []
  const ask = ben.net().fetch(study.id, hash, 4999, soon(2000), (why) => told.push(why))
  await expect(ask).rejects.toMatchObject({ code: 'bytes-too-large' })
  // While it goes on asking, whoever waits is told.
  expect(told[0]).toMatchObject({ code: 'bytes-too-large' })
  expect(ana.sent()).toBe(0)
})

test('a member that lies about bytes, or sends none, is passed over', async () => {
  const [ana, ben, cleo] = open(3) as [Hospital, Hospital, Hospital]
  const study = await openStudy([ana, ben, cleo])
  await cleo.stop()
  const bytes = randomBytes(2000)
  const hash = ben.shelf.put(bytes, 'round', study)
  const lies: Uint8Array[][] = [
    [toJson({ length: 2000 }), randomBytes(2000)],
    [toJson({ length: 512 * MiB })],
    [toJson({ length: 2000 }), randomBytes(1000)],
    [toJson({ length: -1 })],
    [randomBytes(50)],
    [],
  ]
  let served = 0
  const liar = await createRawNode(cleo.identity, ['/ip4/127.0.0.1/tcp/0'])
  stops.push(liar.stop)
  await liar.handle(BLOBS, async (stream) => {
    const frames = createFrames(stream, 65_536)
    await frames.read({ within: 1000 })
    for (const one of lies[served++ % lies.length]!) await frames.write(one, 1000)
    await stream.close()
  })
  const peer = { id: cleo.id, name: 'Liar', addresses: liar.addresses(), confirmedAt: 1 }
  ana.known.set(cleo.id, peer)
  ana.net().connectTo(peer)
  await until('connected to the liar', () => ana.net().connected().includes(cleo.id))
  // Only the liar is there at first: each of its lies is tried, and none is believed.
  ana.known.delete(ben.id)
  await ana.net().disconnect(ben.id)
  const waiting = ana.net().fetch(study, hash, 2000, soon(20_000))
  await until('all lies were told', () => served >= lies.length)
  introduce(ana, ben)
  expect(Buffer.compare(await waiting, bytes)).toBe(0)
  expect(ana.seen.failures.join()).toContain('536870912 bytes are more than we asked for')
})

test('a fetch ends with its signal, also while nobody is there', async () => {
  const [ana] = open(1) as [Hospital]
  await ana.start()
  const start = performance.now()
  await expect(ana.net().fetch('a'.repeat(64), 'b'.repeat(64), 10, soon(300))).rejects.toMatchObject(
    unreachable,
  )
  expect(performance.now() - start).toBeLessThan(2000)
})

test('a gatekeeper lets in only so many, over all and for each', async () => {
  const run = createGatekeeper(3, 2)
  let [now, most, mostOfA] = [0, 0, 0]
  let ofA = 0
  const task = (key: string) =>
    run(key, async () => {
      most = Math.max(most, ++now)
      if (key === 'a') mostOfA = Math.max(mostOfA, ++ofA)
      await new Promise((resolve) => {
        setTimeout(resolve, 5)
      })
      now--
      if (key === 'a') ofA--
      if (key === 'fails') throw new Error('This one fails')
    })
  const tasks = ['a', 'a', 'a', 'a', 'b', 'fails', 'b', 'a'].map(task)
  const results = await Promise.allSettled(tasks)
  expect(results.filter((one) => one.status === 'rejected')).toHaveLength(1)
  expect([most, mostOfA]).toEqual([3, 2])
})
