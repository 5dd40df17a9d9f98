import { expect, test } from 'vitest'
import { createFederation } from '../../simulation/federation.ts'
import type { Weather } from '../../simulation/world.ts'
import { judge } from '../../simulation/referee.ts'

const calm: Weather = { delayMs: [1, 10], loss: 0, duplication: 0 }

test('in calm weather every round is one exact sum and everyone ends with the same model', async () => {
  const federation = createFederation({ seed: 1, members: 4, trainings: 3, weather: calm })
  const ended = await federation.run(
    () => federation.hospitals.every((one) => one.decided.length === 5),
    60_000,
  )

  expect(ended).toBe(true)
  expect(judge(federation)).toEqual([])
  expect(federation.hospitals.flatMap((one) => one.failures)).toEqual([])
  const kinds = federation.hospitals[0]?.decided.map((one) => one.kind)
  expect(kinds).toEqual(['statistics', 'training', 'training', 'training', 'evaluation'])
  expect(federation.hospitals[0]?.decided.every((one) => one.outcome.result === 'sum')).toBe(true)
  expect(federation.hospitals[0]?.decided.every((one) => one.members.length === 4)).toBe(true)
})
