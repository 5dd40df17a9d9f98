import { expect, test } from 'vitest'
import { createQuiet } from '#network/gossip/quiet.ts'
import { createSimulatedTime } from '../simulation/clock.ts'

/** Stirs at these times and says when each study was found quiet, or restless for too long. */
function settledAt(stirs: readonly (readonly [number, string])[], stopAt = Infinity) {
  const { clock, step } = createSimulatedTime()
  const settled: [number, string][] = []
  const quiet = createQuiet(clock, (study) => void settled.push([clock.ticks(), study]))
  for (const [at, study] of stirs) clock.after(at, () => quiet.stir(study))
  if (stopAt < Infinity) clock.after(stopAt, quiet.stop)
  while (step(60_000)) {
    // Until nothing is left to happen.
  }
  return settled
}

test('what has stopped coming for a moment is quiet, each study by itself, and once', () => {
  expect(
    settledAt([
      [0, 'a'],
      [700, 'a'],
      [800, 'b'],
      [1600, 'a'],
    ]),
  ).toEqual([
    [3300, 'b'],
    [4100, 'a'],
  ])
})

test('what never stops coming is looked at all the same, again and again', () => {
  const stirs = Array.from({ length: 250 }, (_, i) => [i * 100, 'a'] as const)
  const times = settledAt(stirs).map(([at]) => at)
  expect(times).toEqual([20_000, 27_400])
})

test('after the end nothing is looked at any more', () => {
  expect(settledAt([[0, 'a']], 100)).toEqual([])
})
