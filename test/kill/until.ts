import { setTimeout } from 'node:timers/promises'

const POLL_MS = 150

/** Waits until something holds, and returns how long that took (ms). Rejects after the limit, naming what was awaited. */
export async function until(what: string, holds: () => Promise<boolean>, limitMs: number): Promise<number> {
  const started = performance.now()
  for (;;) {
    if (await holds()) return performance.now() - started
    if (performance.now() - started > limitMs) throw new Error(`Not within ${limitMs} ms: ${what}`)
    await setTimeout(POLL_MS)
  }
}
