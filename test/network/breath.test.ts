import { expect, test } from 'vitest'
import { createBreath } from '#network/gossip/breath.ts'
import type { Clock } from '#network/ports.ts'

test('the wait grows with how late the last one ended, to ten times at most, and shrinks again', () => {
  let now = 0
  const waits: number[] = []
  let ring = () => {}
  const clock: Clock = {
    now: () => now,
    ticks: () => now,
    after(ms, call) {
      waits.push(ms)
      ring = call
      return () => {}
    },
  }
  const breathe = createBreath(clock, 40)
  for (const late of [0, 30, 5000, 0, 0]) {
    let called = 0
    breathe(() => void called++)
    now += (waits.at(-1) ?? 0) + late
    ring()
    expect(called).toBe(1)
  }
  expect(waits).toEqual([40, 40, 100, 400, 40])
})
