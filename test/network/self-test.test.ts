import { afterEach, expect, test } from 'vitest'
import { realClock, until } from '#kit/real-clock.ts'
import type { Finding } from '#network/self-test.ts'
import { createHospital, type Hospital, type HospitalOptions, introduce } from './hospitals.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

/** All started and known to the first; those that can be are connected with it. */
async function around(...options: HospitalOptions[]): Promise<Hospital[]> {
  const hospitals = options.map((one, i) => createHospital(i, one))
  stops.push(...hospitals.map((one) => one.stop))
  for (const one of hospitals) await one.start()
  const [first, ...others] = hospitals as [Hospital, ...Hospital[]]
  for (const one of others) introduce(first, one)
  await until('connected', () => others.every((one) => one.net().connected().includes(first.id)), 20_000)
  await until('connected', () => first.net().connected().length === others.length, 20_000)
  return hospitals
}

const sentences = (findings: readonly Finding[]) =>
  Object.fromEntries(findings.map(({ name, ok, sentence }) => [name, ok ? sentence : `! ${sentence}`]))

test('where everything is in order it says so', async () => {
  const [ana] = await around({}, {}, {})
  expect(sentences(await ana!.net().selfTest())).toEqual({
    ...{ listening: 'listening', members: 'members-all-connected', reachable: 'reachable-by-all' },
    ...{ relay: 'relay-not-needed', clock: 'clock-agrees', proxy: 'proxy-none' },
  })
})

test('one whose port nobody reaches hears it from the others, and that they pass on', async () => {
  const [ana] = await around({ advertise: ['/ip4/127.0.0.1/tcp/1'], listen: [] }, {}, {})
  const findings = await ana!.net().selfTest()
  expect(sentences(findings)).toMatchObject({
    ...{ listening: '! not-listening', reachable: '! reachable-by-nobody', relay: 'relay-available' },
  })
  expect(findings.find((one) => one.name === 'reachable')?.facts).toMatchObject({ asked: 2, reached: 0 })
  expect(findings.find((one) => one.name === 'relay')?.facts).toMatchObject({ relays: 2 })
})

test('a clock that is wrong, a member that is missing and a proxy in use are named', async () => {
  const late = { ...realClock, now: () => Date.now() - 120_000 }
  const [ana] = await around({ proxy: true }, { clock: late })
  const gone = createHospital(9)
  ana!.known.set(gone.id, { ...gone.peer(), addresses: ['/ip4/127.0.0.1/tcp/4107'] })
  const findings = await ana!.net().selfTest()
  expect(sentences(findings)).toMatchObject({
    ...{ members: '! members-some-missing', clock: '! clock-differs', proxy: 'proxy-not-needed' },
  })
  expect(findings.find((one) => one.name === 'members')?.facts.missing).toBe('Hospital 9')
  expect(findings.find((one) => one.name === 'clock')?.facts.differ).toBe('Hospital 1')
})

test('alone behind a proxy it is said that this is not supported, with the ports to ask for', async () => {
  const [ana] = await around({ proxy: true, listen: [] })
  const gone = createHospital(9)
  ana!.known.set(gone.id, { ...gone.peer(), addresses: ['/ip4/127.0.0.1/tcp/4107'] })
  const findings = await ana!.net().selfTest()
  expect(sentences(findings)).toMatchObject({
    ...{ reachable: '! reachable-unknown', relay: '! relay-missing', clock: '! clock-unknown' },
    proxy: '! proxy-only',
  })
  expect(findings.find((one) => one.name === 'proxy')?.facts.ports).toBe('4107')
})
