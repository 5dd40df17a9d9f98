import type { Clock } from '../ports.ts'

const AFTER_FAILURE_MS = 1000

export interface ComparingPorts {
  readonly clock: Clock
  /** Makes the sets of both sides the same. Rejects when the peer does not answer. */
  readonly reconcile: () => Promise<void>
  /** How long after a comparison the next one follows by itself, in milliseconds. */
  readonly every: () => number
  readonly failed: (error: unknown) => void
}

/** Compares sets with one peer: when asked, soon after it failed, and by itself now and then. Never twice at the same time. */
export function createComparing({ clock, reconcile, every, failed }: ComparingPorts) {
  const end = new AbortController()
  let running = false
  let again = false
  let cancel = () => {}

  function compareIn(ms: number) {
    cancel()
    if (!end.signal.aborted) cancel = clock.after(ms, compare)
  }

  function compare(): void {
    again = true
    if (!running) void run()
  }

  async function run() {
    running = true
    cancel()
    try {
      while (again && !end.signal.aborted) {
        again = false
        await reconcile()
      }
      compareIn(every())
    } catch (error) {
      if (!end.signal.aborted) failed(error)
      compareIn(AFTER_FAILURE_MS)
    } finally {
      running = false
    }
  }

  return {
    compare,
    /** Something did not reach the peer: a comparison will bring it. */
    mend: () => compareIn(AFTER_FAILURE_MS),
    stop() {
      end.abort()
      cancel()
    },
  }
}
