import type { InstitutionId } from '#domain/values.ts'
import { appendAudit, type Happening } from '#store/audit.ts'
import type { Ports } from './ports.ts'

/** So many entries of one kind may one institution cause in an hour; more are counted, and the count is one entry. */
const MOST = 20
const HOUR_MS = 3_600_000

interface Count {
  written: number
  held: number
}

/** Entries of our log that others cause by what they send us: they carry whose they are, and cannot fill the log. */
export function createPeerNotes({ db, clock, announce }: Pick<Ports, 'db' | 'clock' | 'announce'>) {
  const counts = new Map<string, Count>()
  let cancel: (() => void) | null = null

  function write(happening: Omit<Happening, 'time'>): void {
    appendAudit(db, { time: clock.now(), ...happening })
    announce({ event: 'audit.changed' })
  }

  /** Writes down how many more there were. */
  function settle(): void {
    cancel?.()
    cancel = null
    for (const [key, { held }] of counts) {
      const [by = '', action = ''] = key.split(' ')
      if (held > 0) write({ actor: by, action, object: '', outcome: `${held} more`, by })
    }
    counts.clear()
  }

  return {
    /** Notes what an institution caused, or counts it where it has caused many of the same kind in this hour. */
    note(by: InstitutionId, happening: Omit<Happening, 'time' | 'by' | 'actor'>): void {
      const key = `${by} ${happening.action}`
      const count = counts.get(key) ?? { written: 0, held: 0 }
      counts.set(key, count)
      cancel ??= clock.after(HOUR_MS, settle)
      if (count.written < MOST) {
        count.written += 1
        write({ actor: by, ...happening, by })
      } else count.held += 1
    },
    settle,
  }
}

export type PeerNotes = ReturnType<typeof createPeerNotes>
