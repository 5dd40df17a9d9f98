import { afterEach, expect, test } from 'vitest'
import { closeAll } from './hospital.ts'
import { finish, openTogether, plan } from './together.ts'

afterEach(closeAll)

test('a hospital at which as many are men as have the outcome takes part: its columns are equal, and none stands in the way of its own sum', async () => {
  const { hospitals, begin } = await openTogether(['Aue', 'Buch', 'Calw'])
  const equal = (table: string, place: number) =>
    place === 1 ? table.replaceAll(/^(\d+),\d,(\d),(\d)$/gm, (_, age, cp, num) => rowOf(age, cp, num)) : table
  const study = await begin({ plan: plan({ rounds: 1 }) }, 120, equal)
  await finish(hospitals, study)
  const rounds = await hospitals[1]!.call('rounds.list', { study, from: 1, limit: 100 })
  expect(rounds.map(({ kind, outcome }) => `${kind} ${outcome?.result}`)).toEqual([
    'statistics sum',
    'training sum',
    'evaluation sum',
  ])
}, 120_000)

const rowOf = (age: string, cp: string, num: string) => [age, num === '0' ? 0 : 1, cp, num].join(',')
