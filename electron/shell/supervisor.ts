import type { Child } from './children.ts'

/** How a supervised process stands; shown in the window. */
export interface Standing {
  readonly state: 'starting' | 'running' | 'restarting' | 'failed'
  /** How often it died by itself since the app started. */
  readonly restarts: number
}

export interface SupervisorPorts {
  readonly start: () => Child
  readonly after: (ms: number, call: () => void) => () => void
  readonly now: () => number
  /** A fresh process is there, before anything was said to it. */
  readonly onStart: (child: Child) => void
  readonly onStanding: (standing: Standing) => void
}

const PAUSES_MS = [300, 1000, 3000, 10_000]
/** So many deaths within this time are no accident: a person has to look. */
const MAX_DEATHS = 5
const WINDOW_MS = 120_000

/** Keeps a process running: one that dies is started again, after longer pauses, until it dies too often. */
export function createSupervisor({ start, after, now, onStart, onStanding }: SupervisorPorts) {
  let child: Child | null = null
  let standing: Standing = { state: 'starting', restarts: 0 }
  let deaths: number[] = []
  let closing: { gone: () => void } | null = null
  let cancel = () => {}

  function stand(state: Standing['state'], restarts = standing.restarts): void {
    standing = { state, restarts }
    onStanding(standing)
  }

  function launch(): void {
    const started = start()
    child = started
    started.onExit(() => {
      if (child !== started) return
      child = null
      if (closing) closing.gone()
      else died()
    })
    onStart(started)
  }

  function died(): void {
    deaths = [...deaths.filter((at) => now() - at < WINDOW_MS), now()]
    const failed = deaths.length >= MAX_DEATHS
    stand(failed ? 'failed' : 'restarting', standing.restarts + 1)
    if (!failed) cancel = after(PAUSES_MS[Math.min(deaths.length, PAUSES_MS.length) - 1] ?? 0, launch)
  }

  return {
    launch,
    child: () => child,
    standing: () => standing,
    /** The process said that it is ready. */
    ready: () => stand('running'),
    /** A person asks for another try after 'failed'. */
    retry(): void {
      if (standing.state !== 'failed') return
      deaths = []
      stand('restarting')
      launch()
    },
    /** Asks the process to end in its own time and waits; one that does not is ended after the limit. */
    async close(ask: (child: Child) => void, limitMs: number): Promise<void> {
      cancel()
      const ending = child
      if (!ending) return
      await new Promise<void>((resolve) => {
        const stop = after(limitMs, () => {
          ending.kill()
          resolve()
        })
        closing = {
          gone: () => {
            stop()
            resolve()
          },
        }
        ask(ending)
      })
    },
  }
}
