import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { runProcess } from '../../bench/processes.ts'
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

describe('with a member that opens sums alone and leaves another out, or one that knows few of the others', () => {
  const seeds = Array.from({ length: 8 }, (_, i) => i + 1)
  test.each(seeds.flatMap((seed) => [[seed, 'liar'] as const, [seed, 'strangers'] as const]))(
    'seed %i, %s: nobody is singled out, and the study ends',
    async (seed, trouble) => {
      const { faults, hung } = await runStorm({ seed, members: 4 + (seed % 4), trouble })
      expect(faults).toEqual([])
      expect(hung).toBe(false)
    },
  )

  test.each([
    ['training-unguarded', 'liar'],
    ['omitted-ready-accepted', 'liar'],
    ['unconfirmed-counted', 'strangers'],
  ])('the fault %s is found', async (fault, trouble) => {
    const file = path.join(import.meta.dirname, '..', '..', 'simulation', 'hunt-process.ts')
    expect(await runProcess(file, [fault, 100, trouble], () => {})).toBe(0)
  })
})
