import type { InstitutionId } from '#domain/values.ts'
import type { Clock } from '../ports.ts'

/** So many bad documents of one peer are looked at closely, and then so many in each second. */
const BURST = 64
const PER_SECOND = 4

/** Keeps a peer that sends what is no document, or was never signed, from using up our time: checking a signature is work. */
export function createPatience(clock: Clock) {
  const tried = new Map<InstitutionId, { left: number; at: number }>()

  function leftOf(from: InstitutionId): { left: number; at: number } {
    const now = clock.ticks()
    const { left, at } = tried.get(from) ?? { left: BURST, at: now }
    const fresh = { left: Math.min(BURST, left + ((now - at) / 1000) * PER_SECOND), at: now }
    tried.set(from, fresh)
    return fresh
  }

  return {
    has: (from: InstitutionId): boolean => leftOf(from).left >= 1,
    /** A document of this peer was bad. */
    lose: (from: InstitutionId): void => void (leftOf(from).left -= 1),
  }
}
