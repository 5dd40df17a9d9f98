import { afterEach, expect, test } from 'vitest'
import { finished } from './finished.ts'
import { closeAll, until } from './hospital.ts'

afterEach(closeAll)

test('a finished study tells how sure its figures are, and for whom, and still does after a restart', async () => {
  const { hospitals, study } = await finished(600)
  const [a] = hospitals
  const look = () => a!.call('results.get', { study })
  const seen = await until(look, (one) => one.intervals !== undefined, 60_000)
  expect(seen.intervals!.shared.auc!.value).toBeCloseTo(seen.shared!.auc!, 6)
  expect(seen.intervals!.alone.brier!.value).toBeCloseTo(seen.alone!.brier!, 6)
  expect(seen.intervals!.overall.auc!.value).toBeCloseTo(seen.overall!.auc!, 9)
  for (const set of Object.values(seen.intervals!)) {
    for (const figure of Object.values(set)) {
      expect(figure!.low).toBeLessThan(figure!.value)
      expect(figure!.high).toBeGreaterThan(figure!.value)
    }
  }
  const width = (one: { low: number; high: number }) => one.high - one.low
  expect(width(seen.intervals!.overall.auc!)).toBeLessThan(width(seen.intervals!.shared.auc!))
  expect(seen.difference!.value).toBeCloseTo(seen.shared!.auc! - seen.alone!.auc!, 6)
  expect(seen.roc!.shared.at(-1)).toEqual({ fpr: 1, tpr: 1 })
  expect(seen.calibration!.alone.reduce((sum, one) => sum + one.rows, 0)).toBe(seen.alone!.rows)
  expect(seen.subgroups!.map((one) => one.label).toSorted()).toEqual(['0', '1'])
  expect(seen.subgroups!.reduce((sum, one) => sum + one.rows, 0)).toBe(seen.shared!.rows)
  expect(seen.tuned!.figures.rows).toBe(seen.shared!.rows)
  if (seen.tuned!.passes === 0) expect(seen.tuned!.figures.auc!).toBeCloseTo(seen.shared!.auc!, 6)
  await a!.restart()
  expect(await look()).toEqual(seen)

  const rounds = await a!.call('rounds.list', { study, from: 1, limit: 10 })
  const training = rounds.find((one) => one.kind === 'training')
  expect(training).toMatchObject({ clipped: 0, engine: 'simd' })
  // The model of the only round was judged on the same held-out patients when it was made.
  expect(training!.heldOut).toEqual(seen.shared)

  const { parts } = await a!.call('consents.page', { study })
  const benefit = parts.find((one) => one.title === 'Benefit and risk')!.lines.join('\n')
  const [two, alone] = [seen.shared!, seen.alone!].map((one) => one.auc!.toFixed(2))
  expect(benefit).toContain(`the shared model's AUC was ${two} after round 2.`)
  expect(benefit).toContain(`the shared model's AUC was ${two}, that of our own model alone ${alone}.`)

  const [model, ...others] = await a!.call('models.list', { study })
  expect(others).toEqual([])
  expect(model).toMatchObject({ hash: seen.modelHash, round: 2, roundKind: 'training', trained: 1 })
  expect(model!.certifiedBy).toHaveLength(3)
  const { hash } = model!

  const file = await a!.call('models.export', { study, hash, format: 'json' })
  const read = JSON.parse(new TextDecoder().decode(file.bytes))
  expect(read.inputs.map((one: { name: string }) => one.name)).toContain('age')
  expect(read.parameters[0].values).toHaveLength(read.inputs.length)
  expect(read.lineage.at(-1)).toMatchObject({ hash })

  const risk = async (values: Record<string, number | string | null>) =>
    a!.call('models.predict', { study, hash, values })
  const young = await risk({ age: 32, pain: 'typical', male: 0 })
  const old = await risk({ age: 78, pain: 'none', male: 1 })
  expect(young.risk!).toBeLessThan(old.risk!)
  expect(old.clipped).toEqual([])
  // By hand from the file, but for the hospital's own intercept: two patients' odds differ as the weights say.
  const score = (values: Record<string, number>) =>
    read.inputs.reduce(
      (sum: number, { name, mean, sd }: { name: string; mean: number; sd: number | null }, i: number) =>
        sum + (sd === null ? 0 : ((values[name] ?? 0) - mean) / sd) * read.parameters[0].values[i],
      0,
    )
  const logit = (p: number) => Math.log(p / (1 - p))
  const byHand = score({ age: 78, male: 1 }) - score({ age: 32, 'pain = typical': 1 })
  expect(logit(old.risk!) - logit(young.risk!)).toBeCloseTo(byHand, 3)
  await expect(risk({ age: 130, pain: 'none', male: 1 })).resolves.toMatchObject({ clipped: ['age'] })
  await expect(risk({ age: 50, weight: 80 })).rejects.toMatchObject({ code: 'bad-request' })
  await expect(risk({ age: 50, male: 7 })).rejects.toMatchObject({ code: 'bad-request' })
  await expect(a!.call('models.predict', { study, hash: study, values: {} })).rejects.toMatchObject({
    code: 'not-found',
  })
}, 120_000)

test('a group smaller than the study allows is not shown', async () => {
  const { hospitals, study } = await finished(80, {
    holdout: { kind: 'rows', rows: Array.from({ length: 12 }, (_, row) => row) },
  })
  const seen = await until(
    () => hospitals[0]!.call('results.get', { study }),
    (one) => one.subgroups !== undefined,
    60_000,
  )
  // Fewer than the 20 that the study asks for, in any group.
  expect(seen.shared!.rows).toBeLessThan(20)
  expect(seen.subgroups).toEqual([])
}, 120_000)
