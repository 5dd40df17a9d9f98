import type { Hash } from '#domain/values.ts'
import type { Clock } from '../ports.ts'

/** Nothing new for so long: whatever is still missing somewhere went astray. */
const QUIET_MS = 2500
/** Where it never gets quiet, sets are compared all the same so long after the first news. */
const RESTLESS_MS = 20_000

interface Stirred {
  readonly first: number
  last: number
  cancel: () => void
}

/** Calls once a study's documents have stopped coming for a while, or have not stopped for long. */
export function createQuiet(clock: Clock, settled: (study: Hash) => void) {
  const stirred = new Map<Hash, Stirred>()

  function look(study: Hash, at: Stirred): void {
    const left = Math.min(at.last + QUIET_MS, at.first + RESTLESS_MS) - clock.ticks()
    if (left > 0) return wait(study, at, left)
    stirred.delete(study)
    settled(study)
  }

  function wait(study: Hash, at: Stirred, ms: number): void {
    at.cancel = clock.after(ms, () => look(study, at))
  }

  return {
    /** A document of this study came or was written. */
    stir(study: Hash): void {
      const now = clock.ticks()
      const known = stirred.get(study)
      if (known) return void (known.last = now)
      const at = { first: now, last: now, cancel: () => {} }
      stirred.set(study, at)
      wait(study, at, QUIET_MS)
    },
    /** True until it was quiet for a while, or restless for long. */
    isStirred: (study: Hash) => stirred.has(study),
    stop: (): void => {
      for (const one of stirred.values()) one.cancel()
      stirred.clear()
    },
  }
}
