import { describe, expect, test } from 'vitest'
import { sizeOfSeed } from '../../simulation/sizes.ts'
import { runStorm } from '../../simulation/storm.ts'

describe('in a storm of crashes, sleep, cut links, loss and repetition', () => {
  test.each(Array.from({ length: 40 }, (_, i) => i + 1))(
    'seed %i ends exact, repeated or void',
    async (seed) => {
      const { faults, hung } = await runStorm({ seed })
      expect(faults).toEqual([])
      expect(hung).toBe(false)
    },
  )
})

test('members that follow two proposals of one round, with different votes, agree on whose', async () => {
  const seed = 1380
  const { faults, hung } = await runStorm({ seed, ...sizeOfSeed(seed) })
  expect(faults).toEqual([])
  expect(hung).toBe(false)
})

// In these, votes come so late that some are ready to judge the model and others to train another: neither are enough.
test.each([62, 254])(
  'members that are ready for different models do not wait for each other: seed %i',
  async (seed) => {
    const { faults, hung } = await runStorm({ seed, ...sizeOfSeed(seed) })
    expect(faults).toEqual([])
    expect(hung).toBe(false)
  },
)
