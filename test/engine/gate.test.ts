import { afterEach, expect, test } from 'vitest'
import { boundOf } from '#domain/plan.ts'
import { closeAll, until } from './hospital.ts'
import { finish, openTogether, plan } from './together.ts'

afterEach(closeAll)

test('a poisoned update is voted worse by the others, rolled back with the reason, and training goes on from the best model', async () => {
  const { hospitals, taps, begin } = await openTogether(['Aue', 'Buch', 'Calw', 'Daun'])
  const [a, , , liar] = hospitals
  // The second sum is poisoned: the liar sends the opposite of its update, as large as the bound allows.
  const asked = plan({ rounds: 4, gate: 'votes' }, { learningRate: 0.5 })
  taps[3]!.change = (values, job) =>
    job === 1
      ? values.map((value, i) => (i < values.length - 1 ? -Math.sign(value) * boundOf(asked) * 80 : value))
      : values
  // So many held-out patients that chance decides no vote.
  const study = await begin({ plan: asked }, 2000)
  await finish(hospitals, study)

  const rounds = await a!.call('rounds.list', { study, from: 1, limit: 100 })
  const trained = rounds.filter((one) => one.kind === 'training')
  expect(trained.map((one) => one.rolledBack)).toEqual([false, true, false, false, false])
  const worse = trained[1]!.votes!.filter((one) => one.vote === 'worse')
  expect(worse.length).toBeGreaterThanOrEqual(3)

  const models = await a!.call('models.list', { study })
  expect(models.map((one) => one.rolledBack)).toEqual([false, true, false, false, false])
  expect(models.map((one) => one.trained)).toEqual([1, 2, 2, 3, 4])
  const results = await until(
    () => a!.call('results.get', { study }),
    (one) => one.shared !== null,
  )
  expect(results.modelHash).toBe(models[4]!.hash)
  expect(results.rolledBack).toEqual([3])
  const log = await a!.call('audit.list', { from: 1, limit: 1000 })
  expect(log.find((one) => one.action === 'model-rolled-back')?.object).toBe(`${study}/3`)

  // Whoever starts again derives the same from the signed documents.
  await liar!.restart()
  const again = await liar!.call('models.list', { study })
  expect(again.map((one) => one.rolledBack)).toEqual([false, true, false, false, false])
}, 120_000)

test('training ends early once no round was an improvement for as long as the plan has patience, and the best model is judged', async () => {
  const { hospitals, begin } = await openTogether(['Aue', 'Buch', 'Calw'])
  // Steps too small to be seen: after the first round nothing is better.
  const study = await begin({
    plan: plan(
      { rounds: 8, intercept: 'shared', stopping: { kind: 'votes', patience: 2 } },
      { learningRate: 1e-6 },
    ),
  })
  await finish(hospitals, study)
  const [a] = hospitals
  const rounds = await a!.call('rounds.list', { study, from: 1, limit: 100 })
  expect(rounds.map((one) => one.kind)).toEqual([
    'statistics',
    'training',
    'training',
    'training',
    'evaluation',
  ])
  const models = await a!.call('models.list', { study })
  expect((await a!.call('studies.get', { id: study })).modelHash).toBe(models[0]!.hash)
}, 120_000)

test('a study of the default kind ends when it has converged: all derive it from the certified losses, and the latest model is judged', async () => {
  const { hospitals, begin } = await openTogether(['Aue', 'Buch', 'Calw'])
  // More than the mean loss of a few minibatches differs by chance.
  const stopping = { kind: 'converged', patience: 2, tolerance: 0.1 } as const
  const study = await begin({
    plan: plan({ rounds: 8, intercept: 'shared', stopping }, { learningRate: 1e-6 }),
  })
  await finish(hospitals, study)
  const models = await Promise.all(hospitals.map((one) => one.call('models.list', { study })))
  for (const list of models) expect(list.map((one) => one.hash)).toEqual(models[0]!.map((one) => one.hash))
  expect(models[0]).toHaveLength(3)
  const view = await hospitals[0]!.call('studies.get', { id: study })
  // Nothing was voted down, and nothing is set aside: the rounds that were trained are those in the model.
  expect(view).toMatchObject({ modelHash: models[0]![2]!.hash, trained: 3, rolledBack: 0, setAside: 0 })
  const rounds = await hospitals[0]!.call('rounds.list', { study, from: 1, limit: 100 })
  const sums = rounds.filter((one) => one.kind === 'training')
  const certified = sums.map(({ outcome }) => outcome?.result === 'sum' && outcome.loss)
  expect(certified).toEqual(sums.map((one) => one.sharedLoss))
}, 120_000)
