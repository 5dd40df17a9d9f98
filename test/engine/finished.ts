import type { Mapping } from '#domain/dataset.ts'
import { aStudy } from './a-study.ts'
import { aDraft, decide, takePart } from './chest-pain.ts'
import { openHospital, pair, until, type Hospital } from './hospital.ts'

/** Three hospitals with so many rows each finish a study of one training round, with sex as their subgroup. The first is prepared before. */
export async function finished(
  rows: number,
  changes: Partial<Mapping> = {},
  prepare: (hospital: Hospital) => Promise<unknown> = () => Promise.resolve(),
): Promise<{ hospitals: Hospital[]; study: string }> {
  const hospitals = await Promise.all(['Aue', 'Buch', 'Calw'].map((name) => openHospital(name)))
  const [a, b, c] = hospitals as [Hospital, Hospital, Hospital]
  await prepare(a)
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
      await takePart(one, study, 30 + i, rows, { subgroups: ['sex'], ...changes })
      await decide(one, study, 'approve')
    }),
  )
  return { hospitals, study }
}
