import type { InstitutionId } from '#domain/values.ts'
import type { Clock } from '../ports.ts'

/** So many bad documents of one peer are looked at closely, and then so many in each second: the others are not looked at. */
const BAD = { burst: 64, perSecond: 4 }
/** So many that are too much are refused at once; after them each answer waits. An honest peer may not know that they are. */
const EXCESS = { burst: 512, perSecond: 32 }
const WAIT_MS = 1000

/** Keeps a peer that sends what is no document, or far too much, from using up our time: to check a signature is work. */
export function createPatience(clock: Clock) {
  const bad = createTokens(clock, BAD)
  const excess = createTokens(clock, EXCESS)
  return {
    has: (from: InstitutionId): boolean => bad.left(from) >= 1,
    /** A document of this peer was bad. */
    lose: bad.spend,
    /** A document of this peer was too much. */
    tire: excess.spend,
    /** Resolves at once, or a little later for a peer that has sent far too much: so it sends less. */
    async rest(from: InstitutionId): Promise<void> {
      if (excess.left(from) < 1) await new Promise<void>((resolve) => void clock.after(WAIT_MS, resolve))
    },
  }
}

export type Patience = ReturnType<typeof createPatience>

/** So many for each peer at once, and then so many in each second. */
function createTokens(clock: Clock, { burst, perSecond }: typeof BAD) {
  const all = new Map<InstitutionId, { left: number; at: number }>()

  function of(from: InstitutionId): { left: number; at: number } {
    const now = clock.ticks()
    const { left, at } = all.get(from) ?? { left: burst, at: now }
    const fresh = { left: Math.min(burst, left + ((now - at) / 1000) * perSecond), at: now }
    all.set(from, fresh)
    return fresh
  }
  return {
    left: (from: InstitutionId): number => of(from).left,
    spend: (from: InstitutionId): void => {
      const one = of(from)
      one.left = Math.max(0, one.left - 1)
    },
  }
}
