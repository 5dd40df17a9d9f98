import type { ComputeView, ComputeWish } from '#contract/settings.ts'
import type { Trainer as TrainerClient } from '#trainer/direct.ts'
import type { EngineReport } from '#trainer/jobs.ts'
import type { Announce, Log } from './ports.ts'

export interface ComputingPorts {
  readonly client: Pick<TrainerClient, 'call' | 'renew'>
  readonly wish: () => ComputeWish
  readonly announce: Announce
  readonly log: Log
}

/** How the trainer computes: what a person wishes, and what it says of itself. */
export function createComputing({ client, wish, announce, log }: ComputingPorts) {
  let found: ComputeView | null = null
  let isAsked = false
  let key: string | null = null

  /** Asks the trainer, of the table it was given last, and tells when it says something new. */
  async function look(): Promise<void> {
    isAsked = true
    try {
      const said = viewOf(
        await client.call('describe', { compute: wish(), ...(key === null ? {} : { key }) }),
      )
      if (JSON.stringify(said) === JSON.stringify(found)) return
      found = said
      announce({ event: 'settings.changed' })
    } catch (error) {
      log('warn', 'trainer-not-described', { error })
    }
  }

  return {
    wish,
    /** What it said last; null until it has answered for the first time. */
    view(): ComputeView | null {
      if (!isAsked) void look()
      return found
    },
    /** A table was loaded or computed with: another engine may have been chosen for it, or have failed. Asking costs the trainer time: only where somebody looks. */
    used(table: string): void {
      key = table
      if (isAsked) void look()
    },
    /** A person wishes something else: the trainer's process is started anew once it is idle, and says what it makes of it. */
    changed(): void {
      key = null
      client.renew()
      if (isAsked) void look()
    },
  }
}
export type Computing = ReturnType<typeof createComputing>

function viewOf({ backend, reason, threads, ...report }: EngineReport): ComputeView {
  const { available, missing = [], card = null, measured = [], notices = [] } = report
  return {
    backend,
    reason,
    threads,
    available: [...available],
    missing: [...missing],
    card: card && { ...card },
    measured: measured.map((one) => ({ ...one })),
    notices: [...notices],
  }
}
