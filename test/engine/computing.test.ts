import { afterEach, expect, test, vi } from 'vitest'
import type { Settings } from '#contract/settings.ts'
import { finished } from './finished.ts'
import { closeAll, type Hospital, openHospital, until } from './hospital.ts'

afterEach(closeAll)

// A trainer that looks at its machine opens every library it has.
vi.setConfig({ testTimeout: 90_000 })

const force = (hospital: Hospital, compute: Partial<Settings['compute']>) =>
  hospital.call('settings.change', { compute })

test('Settings says what computes here and why, and a person forces something else', async () => {
  const a = await openHospital('Aue')
  const backend = async () => (await a.call('institution.get', null)).backend
  const first = (await until(backend, (one) => one !== null, 60_000))!
  expect(first).toMatchObject({ backend: 'simd', notices: [] })
  expect(first.available).toEqual(expect.arrayContaining(['simd', 'fused', 'wasm', 'cpu']))
  expect(first.available.length + first.missing.length).toBe(6)
  expect(first.threads).toBeGreaterThan(0)
  await force(a, { engine: 'wasm', threads: 1 })
  const forced = (await until(backend, (one) => one!.backend === 'wasm', 60_000))!
  expect(forced.reason).toBe('It was asked for.')
  await a.restart()
  expect((await until(backend, (one) => one !== null, 60_000))!.backend).toBe('wasm')
  await force(a, { engine: null, threads: null })
  await until(backend, (one) => one!.backend === 'simd', 60_000)
  const entries = await a.call('audit.list', { from: 1, limit: 100 })
  expect(entries.filter(({ action }) => action === 'settings-changed')).toHaveLength(2)
})

test('rounds are computed by the engine that a person forced, and their record says so', async () => {
  const { hospitals, study } = await finished(200, {}, (one) => force(one, { engine: 'cpu' }))
  const [a, b] = hospitals
  const trained = async (one: Hospital) =>
    (await one.call('rounds.list', { study, from: 1, limit: 10 })).find(
      ({ kind, phase }) => kind === 'training' && phase === 'decided',
    )
  for (const [hospital, engine] of [
    [a!, 'cpu'],
    [b!, 'simd'],
  ] as const)
    expect((await until(() => trained(hospital), Boolean, 60_000))!.engine).toBe(engine)
})
