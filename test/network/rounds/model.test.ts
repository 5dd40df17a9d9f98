import { describe, expect, test } from 'vitest'
import { search, wander } from '../../model/search.ts'

// Members A, B, C, D; in round 2 the turns are C, D, A, B.
describe('whatever four members learn in whatever order', () => {
  test('one attempt of honest members isolates nobody and certifies one outcome', async () => {
    const report = await search({
      ...{ kind: 'training', liar: null, crashes: false, lastAttempt: 0, mostStates: 20_000 },
    })
    expect(report.faults).toEqual([])
    expect(report.complete).toBe(true)
    expect(report.states).toBeGreaterThan(1000)
  })

  test.each([0, 2])('nor does one with crashes and a liar in place %i', async (liar) => {
    const report = await search({
      ...{ kind: 'training', liar, crashes: true, lastAttempt: 0, mostStates: 2500 },
    })
    expect(report.faults).toEqual([])
    expect(report.states).toBeGreaterThan(2000)
  })

  test.each([0, 3])('nor do attempts that follow, with a liar in place %i', async (liar) => {
    const report = await wander({
      ...{ kind: 'training', liar, crashes: true, lastAttempt: 1, walks: 25, seed: 1 },
    })
    expect(report.faults).toEqual([])
    expect(report.states).toBeGreaterThan(100)
  })
})
