import type { Clock } from '#network/ports.ts'

interface Timer {
  readonly at: number
  readonly order: number
  readonly call: () => void
  cancelled: boolean
}

/** Time that stands still until the next event: the same seed gives the same run. */
export function createSimulatedTime(start = 1_700_000_000_000) {
  let now = 0
  let order = 0
  const timers: Timer[] = []

  function after(ms: number, call: () => void): () => void {
    const timer: Timer = { at: now + Math.max(0, ms), order: order++, call, cancelled: false }
    let low = 0
    let high = timers.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = timers[middle] as Timer
      if (other.at < timer.at || (other.at === timer.at && other.order < timer.order)) low = middle + 1
      else high = middle
    }
    timers.splice(low, 0, timer)
    return () => {
      timer.cancelled = true
    }
  }

  /** Runs the next event. False when there is none before `until` (ticks). */
  function step(until: number): boolean {
    const next = timers[0]
    if (!next || next.at > until) return false
    timers.shift()
    if (next.cancelled) return true
    now = next.at
    next.call()
    return true
  }

  const clock: Clock = { now: () => start + Math.floor(now), ticks: () => now, after }
  return { clock, step }
}

/** Small deterministic generator (mulberry32) for schedules. Never for keys. */
export function createDice(seed: number) {
  let state = seed >>> 0
  function unit(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    unit,
    below: (n: number) => Math.floor(unit() * n),
    chance: (p: number) => unit() < p,
    bytes: (n: number) => Uint8Array.from({ length: n }, () => Math.floor(unit() * 256)),
    pick: <T>(list: readonly T[]): T => list[Math.floor(unit() * list.length)] as T,
  }
}

export type Dice = ReturnType<typeof createDice>
