import { expect, test } from 'vitest'
import { createComparing } from '#network/gossip/comparing.ts'
import { createSimulatedTime } from '../simulation/clock.ts'

/** Comparisons with one peer, each of which takes 100 ms: when they began, and how many ran at once at most. */
function comparingWith(answers: (nth: number) => boolean = () => true) {
  const { clock, step } = createSimulatedTime()
  const began: number[] = []
  const failures: unknown[] = []
  let [running, most] = [0, 0]
  const comparing = createComparing({
    ...{ clock, every: () => 5000, failed: (error) => void failures.push(error) },
    reconcile: () =>
      new Promise((resolve, reject) => {
        most = Math.max(most, ++running)
        const nth = began.push(clock.ticks())
        clock.after(100, () => {
          running -= 1
          if (answers(nth)) resolve()
          else reject(new Error('No answer'))
        })
      }),
  })
  async function until(ticks: number): Promise<void> {
    clock.after(ticks - clock.ticks(), () => {})
    while (clock.ticks() < ticks && step(ticks)) await new Promise((resolve) => setImmediate(resolve))
  }
  return { comparing, until, began, failures, most: () => most }
}

test('sets are compared when asked, and by themselves now and then until the end', async () => {
  const { comparing, until, began } = comparingWith()
  comparing.compare()
  await until(11_000)
  expect(began).toEqual([0, 5100, 10_200])
  comparing.stop()
  await until(30_000)
  expect(began).toHaveLength(3)
})

test('asked again meanwhile, they are compared once more afterwards, and never twice at a time', async () => {
  const { comparing, until, began, most } = comparingWith()
  for (let i = 0; i < 3; i++) comparing.compare()
  await until(1000)
  expect(began).toEqual([0, 100])
  expect(most()).toBe(1)
})

test('after a failure, and after news that did not reach the peer, they are compared soon', async () => {
  const { comparing, until, began, failures } = comparingWith((nth) => nth > 1)
  comparing.compare()
  await until(2000)
  expect(began).toEqual([0, 1100])
  expect(failures).toHaveLength(1)
  comparing.mend()
  await until(4000)
  expect(began).toEqual([0, 1100, 3000])
})
