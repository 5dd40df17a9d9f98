import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { until } from '#kit/real-clock.ts'
import { createAnteroom } from '#network/anteroom.ts'
import type { AnteroomLimits } from '#network/turns.ts'
import { createHospital, type Hospital } from './hospitals.ts'
import { dialAs } from './raw.ts'

const stops: (() => unknown)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

const portOf = (one: Hospital) => Number(/tcp\/(\d+)/.exec(one.net().addresses()[0] ?? '')?.[1])

/** Sockets of a stranger who opens each again when it is closed, and says something first where `word` is given. */
function hold(count: number, port: number, { from = '127.0.0.1', word = '' } = {}) {
  const sockets = new Set<Socket>()
  let on = true
  function open() {
    if (!on) return
    const socket = connect({ port, host: '127.0.0.1', localAddress: from })
    sockets.add(socket)
    if (word !== '') socket.on('connect', () => socket.write(word))
    socket
      .on('error', () => undefined)
      .on('close', () => {
        sockets.delete(socket)
        setTimeout(open, 20)
      })
  }
  for (let i = 0; i < count; i++) open()
  stops.push(() => {
    on = false
    for (const one of sockets) one.destroy()
  })
  return sockets
}

async function aHospital(): Promise<Hospital> {
  const hospital = createHospital(0)
  stops.push(hospital.stop)
  await hospital.start(['/ip4/127.0.0.1/tcp/0'])
  return hospital
}

/** Milliseconds that a member takes to get in. */
async function timeToGetIn(to: Hospital, member: Hospital): Promise<number> {
  const began = performance.now()
  const raw = await dialAs(member.identity, to)
  const took = performance.now() - began
  await raw.stop()
  return took
}

test('hundreds of sockets that say nothing keep no member out, not even one at the same address', async () => {
  const [hospital, member] = [await aHospital(), createHospital(1)]
  hospital.known.set(member.id, { ...member.peer(), addresses: [] })
  const sockets = hold(300, portOf(hospital))
  await until('all are there', () => [...sockets].filter((one) => !one.connecting).length === 300)
  for (let i = 0; i < 3; i++) expect(await timeToGetIn(hospital, member)).toBeLessThan(2500)
}, 20_000)

test('handshakes that a stranger begins and leaves keep no member out who comes from another address', async () => {
  const [hospital, member] = [await aHospital(), createHospital(1)]
  hospital.known.set(member.id, { ...member.peer(), addresses: ['/ip4/127.0.0.1/tcp/9'] })
  const word = '\u0013/multistream/1.0.0\n'
  const sockets = hold(200, portOf(hospital), { from: '127.0.0.2', word })
  await until('all are there', () => [...sockets].filter((one) => !one.connecting).length > 150)
  await sleep(500)
  for (let i = 0; i < 3; i++) expect(await timeToGetIn(hospital, member)).toBeLessThan(2500)
}, 20_000)

/** A server with an anteroom, and how many it let through, by address. */
async function aDoor(limits: Partial<AnteroomLimits>, familiar: (host: string) => boolean = () => false) {
  const anteroom = createAnteroom({ familiar, ticks: () => performance.now(), limits })
  const admitted: string[] = []
  const server = createServer((socket) =>
    anteroom.arrived(socket, () => void admitted.push(socket.remoteAddress ?? '')),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => server.close())
  const { port } = server.address() as AddressInfo // it listens on TCP
  return { anteroom, admitted, port }
}

test('who says nothing is sent away, and of too many the oldest of the address with most', async () => {
  const { anteroom, port } = await aDoor({ silent: 20, patience: 600 })
  const one = hold(1, port, { from: '127.0.0.3' })
  await until('it stands there', () => anteroom.sizes().silent === 1)
  const closed = new Promise((resolve) => [...one][0]?.once('close', resolve))
  const many = connectOnce(60, port)
  await until('all came', () => many.every((socket) => !socket.connecting))
  await until('too many are sent away', () => many.filter((socket) => socket.closed).length >= 41)
  expect(anteroom.sizes().silent).toBe(20)
  expect(await Promise.race([closed.then(() => 'closed'), sleep(100, 'there')])).toBe('there')
  await until('patience ends', () => many.every((socket) => socket.closed), 5000)
  await closed
})

test('handshakes begin in turns: one address has half of the places, and members’ addresses their own', async () => {
  const limits = { strangers: 6, familiars: 2, handshake: 60_000 }
  const { admitted, anteroom, port } = await aDoor(limits, (host) => host === '127.0.0.9')
  connectOnce(10, port, '127.0.0.2', 'hello')
  await until('half of the places', () => anteroom.sizes().ready === 7)
  connectOnce(5, port, '127.0.0.3', 'hello')
  connectOnce(5, port, '127.0.0.9', 'hello')
  await until('all have spoken', () => anteroom.sizes().ready === 12)
  const counts = ['127.0.0.2', '127.0.0.3', '127.0.0.9'].map(
    (host) => admitted.filter((one) => one === host).length,
  )
  expect(counts).toEqual([3, 3, 2])
})

test('a handshake that takes its time is ended where others wait, and goes on where nobody does', async () => {
  const { admitted, port } = await aDoor({ strangers: 2, handshake: 300 })
  const [alone] = connectOnce(1, port, '127.0.0.2', 'hello')
  await until('it is let in', () => admitted.length === 1)
  await sleep(600)
  expect(alone?.closed).toBe(false)
  connectOnce(1, port, '127.0.0.2', 'hello')
  await until('the next has its turn', () => admitted.length === 2)
  await until('the slow one is gone', () => alone?.closed === true)
})

test('no more handshakes begin in a second than may: the rest waits', async () => {
  const { admitted, anteroom, port } = await aDoor({ strangers: 1000, burst: 5, perSecond: 10 })
  const began = performance.now()
  connectOnce(25, port, '127.0.0.2', 'hello')
  await until('some were let in', () => admitted.length >= 15)
  expect(performance.now() - began).toBeGreaterThan(900)
  expect(anteroom.sizes().greeted).toBeLessThan(5 + 10 * ((performance.now() - began) / 1000) + 2)
})

function connectOnce(count: number, port: number, from = '127.0.0.1', word = ''): Socket[] {
  const sockets = Array.from({ length: count }, () =>
    connect({ port, host: '127.0.0.1', localAddress: from }, function (this: Socket) {
      if (word !== '') this.write(word)
    }).on('error', () => undefined),
  )
  for (const one of sockets) one.resume()
  stops.push(() => sockets.forEach((one) => one.destroy()))
  return sockets
}
