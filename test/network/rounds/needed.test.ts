import { expect, test } from 'vitest'
import { createFederation } from '../../simulation/federation.ts'
import type { Hospital } from '../../simulation/hospital.ts'
import type { Weather, World } from '../../simulation/world.ts'

const calm: Weather = { delayMs: [1, 10], loss: 0, duplication: 0 }

/** Whether so many members have found one model worse. */
function isVotedDown({ seen }: World, voters: number): boolean {
  const worse = new Map<string, number>()
  for (const { body } of seen.values()) {
    if (body.kind === 'vote' && body.vote === 'worse')
      worse.set(body.artefact, (worse.get(body.artefact) ?? 0) + 1)
  }
  return [...worse.values()].some((count) => count >= voters)
}

test('a hospital that goes away when votes have taken the model back is named as needed, until it comes back or the study ends', async () => {
  const federation = createFederation({ seed: 5, members: 4, trainings: 40, weather: calm, votes: true })
  const { hospitals, world, study, run } = federation
  const [first, , , away] = hospitals as [Hospital, Hospital, Hospital, Hospital]
  const needs = () => first.rounds?.state(study.id)?.needs ?? null
  const seenNeeds: unknown[] = []
  await run(() => {
    seenNeeds.push(needs())
    return isVotedDown(world, 3)
  }, 120_000)
  expect(seenNeeds.every((one) => one === null)).toBe(true)

  away.crash()
  expect(await run(() => needs() !== null, 30_000)).toBe(true)
  expect(needs()?.ids).toEqual([away.id])

  const { length } = first.decided
  away.start(study.id)
  expect(await run(() => first.decided.length > length + 1, 60_000)).toBe(true)
  expect(needs()).toBeNull()
})
