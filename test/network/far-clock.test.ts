import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from 'vitest'
import type { Peer } from '#domain/invitation.ts'
import { until } from '#kit/real-clock.ts'
import { createHospital } from './hospitals.ts'

const HOUR = 3_600_000
const stops: (() => unknown)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

test.each([
  ['ahead', 2 * HOUR],
  ['behind', -2 * HOUR],
  ['a year ahead', 365 * 24 * HOUR],
])('a hospital whose whole machine is %s connects, and it is said by how much', async (_, off) => {
  const near = createHospital(1)
  stops.push(near.stop)
  await near.start()
  const program = path.join(import.meta.dirname, 'far-clock-process.ts')
  const args = [program, String(off), near.id, near.net().addresses()[0] ?? '']
  const far = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  stops.push(async () => {
    far.stdin.end()
    if (far.exitCode === null) await once(far, 'exit')
  })
  const [line] = (await once(createInterface(far.stdout), 'line')) as [string]
  const peer = JSON.parse(line) as Peer
  near.known.set(peer.id, peer)
  await until('connected', () => near.net().connected().includes(peer.id), 30_000)
  expect(Math.abs((near.net().skew(peer.id) ?? 0) - off)).toBeLessThan(60_000)
  const findings = await near.net().selfTest()
  expect(findings.find((one) => one.name === 'clock')).toMatchObject({
    sentence: 'clock-differs',
    facts: { differ: 'Hospital 70', minutes: Math.abs(off) / 60_000 },
  })
})
