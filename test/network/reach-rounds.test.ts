import { afterEach, expect, test } from 'vitest'
import { until } from '#kit/real-clock.ts'
import type { HospitalOptions } from './hospitals.ts'
import { agreeOnStudy, connectPairs, createRounding, pairsOf, type Rounding } from './rounding.ts'

const small = { length: 2000, trainings: 3 }

const stops: (() => Promise<void>)[] = []
async function open(options: readonly HospitalOptions[]): Promise<Rounding[]> {
  const members = options.map((one, i) => createRounding(i, small, one))
  stops.push(...members.map((one) => one.stop))
  await Promise.all(members.map((one) => one.start()))
  return members
}
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

/** Statistics, three trainings and the evaluation: all sums of all members, the same bytes everywhere. */
async function finish(members: readonly Rounding[]) {
  const study = agreeOnStudy(members, small)
  for (const one of members) one.takePart(study)
  const sums = (one: Rounding) => one.decided.filter(({ outcome }) => outcome.result === 'sum')
  await until('all have five sums', () => members.every((one) => sums(one).length === 5), 50_000)
  const [first] = members
  for (const one of members) {
    expect(one.decided.map(({ outcome }) => outcome)).toEqual(first!.decided.map(({ outcome }) => outcome))
    expect(sums(one).every((round) => round.members.length === members.length)).toBe(true)
  }
}

test('of five members two pairs can not reach each other at all, and every round is the sum of all five', async () => {
  const members = await open([{}, {}, {}, {}, {}])
  const cut = [
    [0, 1],
    [2, 3],
  ] as const
  await connectPairs(members, pairsOf(5, cut))
  await finish(members)
  for (const [i, j] of cut) expect(members[i]!.net().connected()).not.toContain(members[j]!.id)
})

test('two members behind firewalls and one that can be reached finish their rounds, over a connection through the third', async () => {
  const members = await open([{ listen: [] }, { listen: [] }, {}])
  await connectPairs(members, [
    [0, 2],
    [1, 2],
    [0, 1],
  ])
  expect(members[0]!.net().isRelayed(members[1]!.id)).toBe(true)
  await finish(members)
})
