import { expect, test } from 'vitest'
import type { Document } from '#domain/documents.ts'
import { createTaking, type Parcel } from '#network/gossip/taking.ts'
import { createSimulatedTime } from '../simulation/clock.ts'

/** Takes parcels in simulated time, and notes what was dealt with together, and when. */
function createDesk(deal: (parcels: readonly Parcel[]) => Document[][] = dealt) {
  const { clock, step } = createSimulatedTime()
  const together: { at: number; inputs: unknown[] }[] = []
  const take = createTaking(clock, (parcels) => {
    together.push({ at: clock.ticks(), inputs: parcels.flatMap((one) => [...one.inputs]) })
    return deal(parcels)
  })
  const run = () => {
    while (step(60_000)) {
      // Until nothing is left to happen.
    }
  }
  return { clock, take, run, together }
}

// Safe: a desk passes on what it is given, whatever it is.
const dealt = (parcels: readonly Parcel[]) => parcels.map(({ inputs }) => [...inputs] as Document[])

test('the first is dealt with at once, and what several bring soon after it together, each told of its own', async () => {
  const { clock, take, run, together } = createDesk()
  const first = take('ana', ['a1'])
  expect(together).toEqual([{ at: 0, inputs: ['a1'] }])
  const others = [take('ben', ['b1', 'b2']), take('cleo', ['c1']), take('ben', ['b3'])]
  clock.after(500, () => others.push(take('ana', ['a2'])))
  run()
  expect(together.slice(1)).toEqual([
    { at: 20, inputs: ['b1', 'b2', 'b3', 'c1'] },
    { at: 500, inputs: ['a2'] },
  ])
  expect(await first).toEqual(['a1'])
  expect(await Promise.all(others)).toEqual([['b1', 'b2'], ['c1'], ['b3'], ['a2']])
})

test('what is much is dealt with in parts, in its order, and others are not behind all of it', async () => {
  const { take, run, together } = createDesk()
  const many = Array.from({ length: 100 }, (_, i) => i)
  const all = take('ana', many)
  const [one, nothing] = [take('ben', ['b']), take('cleo', [])]
  run()
  expect(together.map(({ inputs }) => inputs.length)).toEqual([32, 32, 32, 5])
  expect(together[1]?.inputs).toContain('b')
  expect(await all).toEqual(many)
  expect(await one).toEqual(['b'])
  expect(await nothing).toEqual([])
})

test('a transaction that failed is told to those who had a part in it, and to nobody else', async () => {
  let full = true
  const { clock, take, run } = createDesk((parcels) => {
    if (full) throw new Error('disk full')
    return dealt(parcels)
  })
  const refused = take('ana', ['a'])
  await expect(refused).rejects.toThrow('disk full')
  const later = take('ben', ['b'])
  full = false
  clock.after(0, () => {})
  run()
  expect(await later).toEqual(['b'])
})

test('of what failed in part nothing more is dealt with: whoever sent it compares sets', async () => {
  let deals = 0
  const { take, run, together } = createDesk((parcels) => {
    deals += 1
    if (deals === 1) throw new Error('disk full')
    return dealt(parcels)
  })
  const refused = take(
    'ana',
    Array.from({ length: 40 }, (_, i) => i),
  )
  await expect(refused).rejects.toThrow('disk full')
  run()
  expect(together).toHaveLength(1)
})
