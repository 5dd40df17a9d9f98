import type { Hash } from '#domain/values.ts'
import { consentFileOf } from './consent-files.ts'
import type { Ports } from './ports.ts'

/** No timer is set for longer: a machine may sleep, and its clock be set. */
const LOOK_MS = 60 * 60_000

/** Announces that approvals and studies have ended by themselves, at the moment they end. */
export function createExpiry({ library, clock, announce }: Pick<Ports, 'library' | 'clock' | 'announce'>) {
  let seen = clock.now()
  let cancel = clock.after(0, look)

  /** The moments at which something of a study ends. */
  function endsOf(id: Hash): number[] {
    const study = library.study(id)
    if (!study) return []
    const { consents } = consentFileOf(library, study)
    return [study.body.expiresAt, ...consents.map(({ body }) => body.expiresAt)]
  }

  function look(): void {
    cancel()
    const now = clock.now()
    let next = now + LOOK_MS
    for (const study of library.studies()) {
      const ends = endsOf(study)
      next = Math.min(next, ...ends.filter((at) => at > now))
      if (ends.some((at) => at > seen && at <= now)) tell(study)
    }
    seen = now
    cancel = clock.after(next - now, look)
  }

  function tell(study: Hash): void {
    announce({ event: 'consents.changed', study })
    announce({ event: 'studies.changed', study })
  }

  return {
    /** Looks again: there may be an approval that ends sooner. */
    look,
    stop: () => cancel(),
  }
}
