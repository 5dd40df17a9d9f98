import { expect, test } from 'vitest'
import { createPulse } from '#network/gossip/pulse.ts'
import type { Clock } from '#network/ports.ts'
import { createAsker } from '#network/protocols/documents.ts'

/** A clock of which the test rings the bell. */
function createBell() {
  let call = () => {}
  const clock: Clock = {
    now: () => 0,
    ticks: () => 0,
    after: (_ms, next) => {
      call = next
      return () => {
        call = () => {}
      }
    },
  }
  return {
    clock,
    async ring(times: number) {
      for (let i = 0; i < times; i++) {
        const ringing = call
        call = () => {}
        ringing()
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}

test('one that leaves a question unanswered is gone, and is told of once', async () => {
  const { clock, ring } = createBell()
  const asker = createAsker(() => new Promise(() => {}))
  let gone = 0
  createPulse({ clock, asker, gone: () => void gone++ })
  // Nobody asks anything: after a while the pulse does, and waits for the answer.
  await ring(5)
  expect(asker.count()).toEqual({ asked: 1, answered: 0 })
  await ring(5)
  expect(gone).toBe(0)
  await ring(3)
  expect(gone).toBe(1)
})

test('one that answers, or whose connection failed, is not called gone', async () => {
  const { clock, ring } = createBell()
  const asker = createAsker(() => Promise.reject(new Error('No connection')))
  let gone = 0
  const end = createPulse({ clock, asker, gone: () => void gone++ })
  await ring(40)
  expect(asker.count().asked).toBeGreaterThan(4)
  expect(asker.count().answered).toBe(asker.count().asked)
  expect(gone).toBe(0)
  end()
  const { asked } = asker.count()
  await ring(20)
  expect(asker.count().asked).toBe(asked)
})
