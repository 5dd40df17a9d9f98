import type { Clock } from '../ports.ts'

/** No wait grows to more than so many times what it is where nothing is late. */
const MOST_TIMES = 10

/**
 * Calls back after a short while, and after a longer one where this process's timers are late: one that has more to do than it can
 * does more at a time.
 */
export function createBreath(clock: Clock, ms: number) {
  let wait = ms
  return (call: () => void): (() => void) => {
    const due = clock.ticks() + wait
    return clock.after(wait, () => {
      const late = Math.max(0, clock.ticks() - due)
      wait = Math.min(MOST_TIMES * ms, ms + 2 * late)
      call()
    })
  }
}
