import type { Absence } from '#domain/documents.ts'
import { createFederation } from './federation.ts'
import type { Hospital } from './hospital.ts'
import { judge } from './referee.ts'
import type { Weather, World } from './world.ts'

/**
 * A study that gives so many milliseconds to compute. Of seven hospitals one needs up to nine tenths of them, and one many times
 * as many; the others are a quorum without them. What is wrong: the first is to be in the sum of the first attempt, the second
 * named as not ready.
 */
export async function slowHospital(compute: number): Promise<string[]> {
  // A computation takes between half and one and a half of what is said here.
  const habits = (member: number) => ({
    computeMs: member === 2 ? compute * 0.6 : member === 3 ? compute * 20 : 200,
  })
  const weather: Weather = { delayMs: [1, 10], loss: 0, duplication: 0 }
  const federation = createFederation({
    seed: 2,
    members: 7,
    trainings: 1,
    weather,
    habits,
    pace: { compute },
  })
  const { hospitals, world } = federation
  const [first, , slow, slowest] = hospitals as [Hospital, Hospital, Hospital, Hospital]
  await federation.run(() => first.decided.length >= 2, compute * 10)
  const training = first.decided[1]
  const isIn = training?.attempt === 0 && training.members.includes(slow.id)
  const absent = absentIn(world, training?.outcome.roster)
  const isNamed = absent.length === 1 && absent[0]?.id === slowest.id && absent[0].reason === 'not-ready'
  return [
    ...(isIn ? [] : ['the slow one was left behind']),
    ...(isNamed ? [] : ['the one that needs too long is not named alone']),
  ]
}

/** Whom the roster of a sum names as absent. */
function absentIn({ seen }: World, id = ''): readonly Absence[] {
  const roster = seen.get(id)?.body
  return roster?.kind === 'roster' && roster.action.do === 'sum' ? roster.action.absent : []
}

/** A network on which an attempt takes nearly three times what the study gives it. What is wrong: the study is to end all the same. */
export async function slowNetwork(): Promise<string[]> {
  // From a roster to its certificate documents cross the network five times: four seconds, and the study gives one and a half.
  const weather: Weather = { delayMs: [700, 900], loss: 0, duplication: 0 }
  const federation = createFederation({ seed: 1, members: 4, trainings: 1, weather })
  const sums = ({ decided }: Hospital) => decided.filter((one) => one.outcome.result === 'sum').length
  const ended = await federation.run(() => federation.hospitals.every((one) => sums(one) === 3), 120_000)
  return [...judge(federation), ...(ended ? [] : ['the study did not end'])]
}

/** More void rounds than that teach nobody anything. */
const FEW_VOIDS = 3

/**
 * One of four hospitals is so far from the others that its mask is opened just when their time is over: what some opened and
 * others did not is void, and the next round would go the same way. What is wrong: the study is to end after few void rounds.
 */
export async function farHospital(delayMs: number): Promise<string[]> {
  const way = [delayMs, delayMs + 50] as const
  const far = new Map(['0-1', '0-2', '0-3'].map((pair) => [pair, way]))
  const weather: Weather = { delayMs: [1, 10], far, loss: 0, duplication: 0 }
  const federation = createFederation({ seed: 1, members: 4, trainings: 4, weather })
  const [first] = federation.hospitals as [Hospital]
  const count = (result: string) => first.decided.filter((one) => one.outcome.result === result).length
  const ended = await federation.run(() => count('sum') === 6, 240_000)
  return [
    ...judge(federation),
    ...(ended ? [] : ['the study did not end']),
    ...(count('void') > FEW_VOIDS ? ['void rounds are repeated as they were'] : []),
  ]
}
