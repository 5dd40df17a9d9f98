import { afterEach, expect, test } from 'vitest'
import { aStudy } from './a-study.ts'
import { aDraft, decide, takePart } from './chest-pain.ts'
import { closeAll, openHospital, pair, until, type Hospital } from './hospital.ts'

afterEach(closeAll)

/** Three hospitals with so many rows each finish a study of one training round, with sex as their subgroup. */
async function finished(rows: number): Promise<{ hospitals: Hospital[]; study: string }> {
  const hospitals = await Promise.all(['Aue', 'Buch', 'Calw'].map((name) => openHospital(name)))
  const [a, b, c] = hospitals as [Hospital, Hospital, Hospital]
  await Promise.all([pair(a, b), pair(a, c), pair(b, c)])
  const members = await Promise.all(
    hospitals.map(async (one) => {
      const { id, name } = await one.call('institution.get', null)
      return { id, name }
    }),
  )
  const { id: study } = await a.call(
    'studies.propose',
    aDraft(members, { plan: { ...aStudy().plan, rounds: 1 } }),
  )
  await Promise.all(
    hospitals.map(async (one, i) => {
      await until(
        () => one.call('studies.list', null),
        (list) => list.some(({ id }) => id === study),
      )
      await takePart(one, study, 30 + i, rows, { subgroups: ['sex'] })
      await decide(one, study, 'approve')
    }),
  )
  return { hospitals, study }
}

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
  await a!.restart()
  expect(await look()).toEqual(seen)
}, 120_000)

test('a group smaller than the study allows is not shown', async () => {
  const { hospitals, study } = await finished(60)
  const seen = await until(
    () => hospitals[0]!.call('results.get', { study }),
    (one) => one.subgroups !== undefined,
    60_000,
  )
  // About 15 are held out: fewer than 20 in any group.
  expect(seen.shared!.rows).toBeLessThan(30)
  expect(seen.subgroups).toEqual([])
}, 120_000)
