import { createHash } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { until } from '#kit/real-clock.ts'
import { createGate } from '#network/gate.ts'
import { createNode } from '#network/node.ts'
import { createHospital } from './hospitals.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

test('who has not confirmed us yet is left alone, and comes by itself once it has', async () => {
  const [ana, ben] = [createHospital(0), createHospital(1)]
  stops.push(ana.stop, ben.stop)
  await ana.start()
  let asked = 0
  const gate = {
    ...createGate({ known: () => false }),
    denyInboundEncryptedConnection: () => ++asked > 0,
  }
  const listen = ['/ip4/127.0.0.1/tcp/0']
  const host = await createNode({ seed: createHash('sha256').update('host').digest(), listen, gate })
  stops.push(host.stop)
  ana.known.set(host.id, { id: host.id, name: 'Host', addresses: host.addresses(), confirmedAt: 1 })
  await ben.start()
  ana.known.set(ben.id, ben.peer())
  await new Promise((resolve) => {
    setTimeout(resolve, 3500)
  })
  expect(asked).toBe(1)
  // Others who come do not make it more often, either.
  ben.known.set(ana.id, ana.peer())
  const start = performance.now()
  await until(
    'connected',
    () => ana.net().connected().includes(ben.id) && ben.net().connected().includes(ana.id),
  )
  expect(performance.now() - start).toBeLessThan(4000)
  expect(asked).toBeLessThanOrEqual(2)
})
