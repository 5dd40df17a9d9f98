import type { Schedule } from '#contract/settings.ts'
import type { Held } from '#contract/views.ts'
import type { Hash } from '#domain/values.ts'
import type { Clock } from '#network/ports.ts'
import type { Rounds } from '#network/rounds/runner.ts'

/** What this machine says of itself. */
export interface Machine {
  /** Free bytes where the database lies; null where that cannot be known. */
  readonly freeBytes: () => number | null
  /** The hour of this machine's own day, 0 to 23. */
  readonly hour: () => number
}

/** Below this the rounds wait, until there is clearly more again: a full disk in the middle of a round would void it. */
const LOW_BYTES = 500 * 1024 * 1024
const ENOUGH_BYTES = 600 * 1024 * 1024
const LOOK_EVERY_MS = 60_000
const NIGHT = { from: 20, to: 6 }

export interface HoldingPorts {
  readonly rounds: Rounds
  readonly clock: Pick<Clock, 'after'>
  readonly machine: Machine
  readonly schedule: () => Schedule
  /** Whether a person paused a study. */
  readonly isPaused: (study: Hash) => boolean
  readonly studies: () => readonly Hash[]
  /** Called after the rounds were held for another reason, or for none. */
  readonly changed: (held: Held | null) => void
}

/**
 * Rounds that wait by themselves: outside the nights, on battery, or while the disk is nearly full. A hold is no pause: what
 * a person paused stays so after it, and a round under way goes on elsewhere as after any absence.
 */
export function createHolding(ports: HoldingPorts) {
  const { rounds, clock, machine, isPaused } = ports
  let onBattery = false
  let held: Held | null = null
  let next = clock.after(0, look)

  function reason(): Held | null {
    const free = machine.freeBytes()
    const least = held === 'disk' ? ENOUGH_BYTES : LOW_BYTES
    if (free !== null && free < least) return 'disk'
    const { nightsOnly, pauseOnBattery } = ports.schedule()
    if (pauseOnBattery && onBattery) return 'battery'
    const hour = machine.hour()
    return nightsOnly && hour >= NIGHT.to && hour < NIGHT.from ? 'day' : null
  }

  /** Looks at the clock, the disk and the power now, and again in a minute. */
  function look(): void {
    next()
    next = clock.after(LOOK_EVERY_MS, look)
    const now = reason()
    if (now === held) return
    held = now
    for (const study of ports.studies()) settle(study)
    ports.changed(held)
  }

  function settle(study: Hash): void {
    if (held !== null || isPaused(study)) rounds.pause(study)
    else rounds.resume(study)
  }

  return {
    /** The same rounds, held while there is a reason. */
    rounds: {
      ...rounds,
      watch(study: Hash) {
        rounds.watch(study)
        settle(study)
      },
      resume: (study: Hash) => (held === null ? rounds.resume(study) : undefined),
      stop() {
        next()
        return rounds.stop()
      },
    } satisfies Rounds,
    /** Why rounds wait now; null when they do not. */
    held: () => held,
    look,
    power(battery: boolean) {
      onBattery = battery
      look()
    },
  }
}

export type Holding = ReturnType<typeof createHolding>
