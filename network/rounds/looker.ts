import type { Clock } from '../ports.ts'

/** How often a waiting member looks at its round again when nothing arrives, in milliseconds. */
const LOOK_AGAIN_MS = 250

export interface Looker {
  /** Looks soon: several pokes in one turn of the event loop are one look. */
  poke(): void
  /** Resolves when the look in progress is over; none begins afterwards. */
  stop(): Promise<void>
}

/**
 * Calls `look` again and again, never twice at the same time. It answers when to look next: 0 at once, a tick of the clock
 * (Infinity for no deadline) after at most a quarter of a second, or null only when poked.
 */
export function createLooker(clock: Clock, look: () => Promise<number | null>): Looker {
  let stopped = false
  let poked = false
  let running: Promise<void> | null = null
  let cancel: (() => void) | null = null

  async function run() {
    for (;;) {
      if (stopped || !poked) return
      poked = false
      const next = await look()
      if (next === 0) poked = true
      else if (next !== null && !poked) schedule(next)
    }
  }

  function schedule(tick: number) {
    if (!stopped) cancel = clock.after(Math.min(LOOK_AGAIN_MS, Math.max(1, tick - clock.ticks())), poke)
  }

  function poke() {
    poked = true
    cancel?.()
    cancel = null
    if (stopped || running) return
    running = Promise.resolve()
      .then(run)
      .finally(() => {
        running = null
        if (poked) poke()
      })
  }

  return {
    poke,
    async stop() {
      stopped = true
      cancel?.()
      await running
    },
  }
}
