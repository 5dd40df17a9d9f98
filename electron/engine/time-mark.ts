import type { Clock } from '#network/ports.ts'
import type { Database } from '#store/database.ts'
import { getSetting, putSetting } from '#store/institution.ts'
import type { Log } from './ports.ts'

const KEY = 'time-mark'
const MINUTE_MS = 60_000
/** A clock that was set ahead by mistake leaves no mark if it is set right within so many minutes. */
const STEADY_MINUTES = 10

/**
 * The latest time that our own clock has steadily shown, kept in the database: what has ended stays ended when the clock
 * is set back, or the home is opened on a machine whose clock is wrong.
 */
export function createTimeMark({ db, clock, log }: { db: Database; clock: Clock; log: Log }) {
  const kept = getSetting(db, KEY)
  let mark = typeof kept === 'number' ? kept : 0
  let offset = clock.now() - clock.ticks()
  let steady = 0
  let cancel = clock.after(MINUTE_MS, look)
  if (clock.now() < mark) log('warn', 'clock-behind-mark', { byMs: mark - clock.now() })

  function look(): void {
    cancel = clock.after(MINUTE_MS, look)
    const now = clock.now()
    const isSteady = Math.abs(now - clock.ticks() - offset) < MINUTE_MS
    offset = now - clock.ticks()
    steady = isSteady ? steady + 1 : 0
    if (steady < STEADY_MINUTES || now <= mark) return
    mark = now
    try {
      db.loosely(() => putSetting(db, KEY, mark))
    } catch (error) {
      // It is kept in the next minute, when there may be room on the disk.
      log('warn', 'time-mark-not-kept', { error })
    }
  }

  return { read: () => mark, stop: () => cancel() }
}
