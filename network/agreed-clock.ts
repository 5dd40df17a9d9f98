import type { Clock } from './ports.ts'

/** A clock that is further from most of the others decides no expiry, in milliseconds. */
const FAR_OFF_MS = 10 * 60_000

/**
 * The clock by which approvals, studies and invitations end: the latest of our own, the middle of all that are connected
 * where ours is more than ten minutes behind it, and the `mark`, before which it never goes back. So no clock of others, and
 * no setting of ours, brings back what has ended; a wrong clock can only end it early. `skews` are the others' clocks minus
 * ours. Timers and ticks stay our own.
 */
export function createAgreedClock(own: Clock, skews: () => readonly number[], mark = () => 0): Clock {
  return { ...own, now: () => Math.max(own.now() + Math.max(0, correctionBy(skews())), mark()) }
}

/** What to add to our clock: nothing while the middle of all clocks, ours included, is near it. One liar never is the middle of three. */
export function correctionBy(skews: readonly number[]): number {
  const sorted = [0, ...skews].toSorted((a, b) => a - b)
  const middles = [
    sorted[Math.floor((sorted.length - 1) / 2)] ?? 0,
    sorted[Math.floor(sorted.length / 2)] ?? 0,
  ]
  // Of two in the middle, the one nearer to our own.
  const middle = middles.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0] ?? 0
  return Math.abs(middle) > FAR_OFF_MS ? middle : 0
}
