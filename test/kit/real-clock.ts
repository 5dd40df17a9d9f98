import type { Clock } from '#network/ports.ts'

/** The machine's own clock. */
export const realClock: Clock = {
  now: Date.now,
  ticks: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

/** Waits until something holds. Throws after the limit (milliseconds), naming what was awaited. */
export async function until(what: string, holds: () => boolean, limit = 15_000): Promise<void> {
  const end = performance.now() + limit
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Not so after ${limit} ms: ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 2)
    })
  }
}
