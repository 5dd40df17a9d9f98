import { networkInterfaces } from 'node:os'
import type { Clock } from '../ports.ts'

/** A machine whose wall clock ran on for longer than this between two looks, a second apart, was asleep. */
const SLEPT_MS = 10_000

/** This machine's own addresses as one text: another text is another network, or a cable that was pulled or plugged in. */
export function ownPlace(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return all
    .filter((one) => !one.internal)
    .map((one) => one.address)
    .toSorted()
    .join(' ')
}

/** Notices, when asked again and again, that this machine was asleep or came into another network since it was last asked. */
export function createWaking(clock: Clock, place: () => string): () => boolean {
  let last = clock.now()
  let known = place()
  return () => {
    const now = clock.now()
    const here = place()
    const woke = now - last > SLEPT_MS || here !== known
    last = now
    known = here
    return woke
  }
}
