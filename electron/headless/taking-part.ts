import type { Engine } from '#engine/engine.ts'
import type { Clock } from '#network/ports.ts'

const PAUSE_MS = 1000
const NEEDED = new Set(['waiting', 'running'])

/** Tells how many studies need this machine: at once, and whenever that may have changed. */
export function watchStudies(
  { handlers, on }: Pick<Engine, 'handlers' | 'on'>,
  { after }: Pick<Clock, 'after'>,
  tell: (studies: number) => void,
): void {
  let isDue = false

  async function look(): Promise<void> {
    isDue = false
    const studies = await handlers['studies.list'](null)
    tell(studies.filter(({ state }) => NEEDED.has(state)).length)
  }

  function lookSoon(): void {
    if (isDue) return
    isDue = true
    // An engine that closes meanwhile needs nothing any more.
    after(PAUSE_MS, () => void look().catch(() => tell(0)))
  }

  on(({ event }) => {
    if (event === 'studies.changed' || event === 'consents.changed') lookSoon()
  })
  lookSoon()
}
