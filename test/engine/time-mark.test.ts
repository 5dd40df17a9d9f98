import { afterEach, expect, test } from 'vitest'
import { createTimeMark } from '#engine/time-mark.ts'
import { createSimulatedTime } from '../simulation/clock.ts'
import { makeHome } from '../store/home.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const homes: ReturnType<typeof makeHome>[] = []
afterEach(() => homes.splice(0).forEach((home) => home.remove()))

/** A home on a machine whose clock the test sets. */
function aMachine() {
  const home = makeHome()
  homes.push(home)
  const db = home.open()
  const time = createSimulatedTime()
  let off = 0
  const clock = { ...time.clock, now: () => time.clock.now() + off }
  const pass = (ms: number) => {
    const until = time.clock.ticks() + ms
    while (time.step(until));
  }
  const logged: string[] = []
  const open = () => createTimeMark({ db, clock, log: (_level, event) => void logged.push(event) })
  return { open, pass, clock, logged, set: (ms: number) => (off = ms) }
}

test('a clock that is set back brings back no time that was seen, not even after a restart', () => {
  const { open, pass, clock, logged, set } = aMachine()
  const first = open()
  pass(30 * MINUTE)
  const seen = clock.now()
  expect(first.read()).toBe(seen)
  first.stop()
  set(-700 * DAY)
  const again = open()
  pass(60 * MINUTE)
  expect(again.read()).toBe(seen)
  expect(logged).toEqual(['clock-behind-mark'])
  again.stop()
})

test('a clock that was far ahead by mistake, and was set right soon, leaves nothing behind', () => {
  const { open, pass, clock, set } = aMachine()
  const mark = open()
  pass(20 * MINUTE)
  set(27_000 * DAY)
  pass(8 * MINUTE)
  set(0)
  pass(20 * MINUTE)
  expect(mark.read()).toBe(clock.now())
  mark.stop()
})
