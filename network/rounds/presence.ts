import type { InstitutionId } from '#domain/values.ts'
import type { RoundsPorts } from './runner.ts'

/** A member that was connected until so recently is still waited for, in milliseconds. */
const LOST_GRACE_MS = 3000

/** Who is likely to answer: connected, or lost only just now, or never seen directly but in the latest sum, so reached through others. */
export function createPresence({ clock, gossip, signer }: Pick<RoundsPorts, 'clock' | 'gossip' | 'signer'>) {
  const lastSeen = new Map<InstitutionId, number>()
  /** Notes who is connected. At every look once there was a sum: who is lost before anybody asks was seen all the same. */
  function look(): void {
    for (const one of gossip.connected()) lastSeen.set(one, clock.ticks())
  }
  return {
    look,
    expects(id: InstitutionId, lastRoster: readonly InstitutionId[] | null): boolean {
      look()
      if (id === signer.id) return true
      const seen = lastSeen.get(id)
      return seen === undefined ? (lastRoster ?? [id]).includes(id) : clock.ticks() - seen < LOST_GRACE_MS
    },
  }
}
