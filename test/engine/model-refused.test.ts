import { afterEach, expect, test } from 'vitest'
import { layoutOf } from '#trainer/models/layout.ts'
import { readTrained, writeTrained } from '#trainer/training/artefact.ts'
import type { Jobs } from '#trainer/jobs.ts'
import { aStudy } from './a-study.ts'
import { closeAll, until } from './hospital.ts'
import { finish, openTogether, plan } from './together.ts'

afterEach(closeAll)

test('a hospital that refuses the shared model sends nothing, is away to the others, and takes part again only by a person', async () => {
  const { hospitals, taps, begin } = await openTogether(['Aue', 'Buch', 'Calw', 'Daun'])
  const [a, , , victim] = hospitals
  const tap = taps[3]!
  tap.base = (input) => (input.base ? trapOf(tap.loads.get(input.key)!, input) : input)
  const model = {
    kind: 'mlp' as const,
    layers: [{ units: 32, activation: 'relu' as const }],
    dropout: 0,
    normalisation: 'none' as const,
  }
  const pace = { answer: 600_000, compute: 6000, exchange: 6000 }
  const study = await begin({ plan: plan({ model, rounds: 4 }), rules: { ...aStudy().rules, pace } })
  const held = await until(
    () => victim!.call('studies.get', { id: study }),
    (one) => one.modelRefused === true,
    60_000,
  )
  expect(held.state).toBe('paused')
  const log = await victim!.call('audit.list', { from: 1, limit: 1000 })
  expect(log.filter((one) => one.action === 'model-refused').map((one) => one.object)).toEqual([study])

  // It does not come about again by itself: not in that round, and not in the next,
  const asked = tap.train.length
  await until(
    () => a!.call('rounds.list', { study, from: 4, limit: 1 }),
    ([next]) => Boolean(next?.outcome),
    60_000,
  )
  expect(tap.train.length).toBe(asked)

  // and a restart decides nothing.
  await victim!.restart()
  expect((await victim!.call('studies.get', { id: study })).modelRefused).toBe(true)
  await finish([a!], study, 90_000)
  expect(tap.train.length).toBe(asked)
  const rounds = await a!.call('rounds.list', { study, from: 1, limit: 100 })
  const { id } = await victim!.call('institution.get', null)
  const reasons = rounds.slice(2).map((one) => one.members.find((member) => member.id === id)?.reason)
  expect(reasons.length).toBeGreaterThan(0)
  // Nothing that is signed says why: not ready, as one whose line is down.
  for (const reason of reasons) expect(['not-ready', 'unreachable', null]).toContain(reason)
}, 180_000)

/** The model of a training job with its units turned to thresholds in a row. */
function trapOf({ task }: Jobs['load']['input'], input: Jobs['train']['input']): Jobs['train']['input'] {
  const trained = readTrained(task, input.base!)
  const params = trained.params.slice()
  const { layers, inputs } = layoutOf(task)
  const { weights, bias, units } = layers[0]!
  for (let unit = 0; unit < units; unit++) {
    for (let i = 0; i < inputs; i++) params[weights.offset + i * units + unit] = 1 / (i + 2)
    params[bias.offset + unit] = 0.4 - (0.8 * unit) / units
  }
  const origin = { statistics: input.statistics, previous: input.statistics, weight: 1 }
  return { ...input, base: writeTrained({ ...trained, params, loss: 1 }, origin) }
}
