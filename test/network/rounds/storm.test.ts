import { describe, expect, test } from 'vitest'
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
