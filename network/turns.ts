import type { Caller, Callers } from './callers.ts'

/** How strangers are held off. Times in milliseconds. */
export interface AnteroomLimits {
  /** Sockets that may stand here without a word; each costs a file handle. */
  readonly silent: number
  /** A caller says something within this time, and its turn comes within twice as long, or it is sent away. */
  readonly patience: number
  /** Handshakes under way for callers from members' addresses, and for those from others; of one other address half of these. */
  readonly familiars: number
  readonly strangers: number
  /** While others wait, a handshake that takes longer than this is ended. */
  readonly handshake: number
  /** Handshakes that may begin in a second, for either kind, after as many at once as `burst` says. */
  readonly perSecond: number
  readonly burst: number
}

/** Callers who wait for their turn, and those whose handshake is under way. */
interface Rooms {
  readonly ready: Callers
  readonly greeted: Callers
}

/** Begins the handshakes of those who wait and have a place; to be called whenever something has changed. */
export function createTurns(
  { ready, greeted }: Rooms,
  limits: AnteroomLimits,
  ticks: () => number,
): () => void {
  const begun = { familiar: createBucket(limits, ticks()), stranger: createBucket(limits, ticks()) }

  function hasPlace({ host, isFamiliar }: Caller): boolean {
    const now = greeted.count(isFamiliar)
    if (isFamiliar) return now < limits.familiars
    return now < limits.strangers && greeted.of(host) < limits.strangers / 2
  }
  /** True when one more has begun. */
  function beginOne(isFamiliar: boolean): boolean {
    const next = ready.next((one) => one.isFamiliar === isFamiliar && hasPlace(one), greeted.of)
    if (!next || !begun[isFamiliar ? 'familiar' : 'stranger'].take(ticks())) return false
    ready.remove(next)
    greeted.add({ ...next, since: ticks() })
    next.admit()
    return true
  }
  return () => {
    while (beginOne(true) || beginOne(false)) {
      // Until nobody has a place or nothing may begin.
    }
  }
}

/** So many at once, and so many in each second after them. */
function createBucket({ perSecond, burst }: AnteroomLimits, start: number) {
  let left = burst
  let last = start
  return {
    take(now: number): boolean {
      left = Math.min(burst, left + ((now - last) / 1000) * perSecond)
      last = now
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}
