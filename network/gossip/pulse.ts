import type { Clock } from '../ports.ts'
import type { Asker } from '../protocols/documents.ts'

const BEAT_MS = 3000
/** Over so many beats without an answer to an open question a peer is gone, whatever its connection says. */
const GONE_AFTER = 6
/** When nothing was asked for so many beats, something small is asked. */
const QUIET_BEATS = 5

export interface PulsePorts {
  readonly clock: Clock
  readonly asker: Asker
  /** The peer does not answer any more. Called once. */
  readonly gone: () => void
}

/**
 * Finds out when a peer is gone without a word, as one that sleeps or whose cable is cut. What is asked of it anyway tells;
 * beats are counted, not seconds, so that a machine that was itself stopped blames nobody for it. Returns what ends it.
 */
export function createPulse({ clock, asker, gone }: PulsePorts): () => void {
  let cancel = clock.after(BEAT_MS, beat)
  let answered = 0
  let still = 0

  function beat(): void {
    const count = asker.count()
    still = count.answered === answered ? still + 1 : 0
    answered = count.answered
    const open = count.asked > count.answered
    if (open && still >= GONE_AFTER) return gone()
    if (!open && still >= QUIET_BEATS) {
      still = 0
      // What becomes of it shows in the count.
      asker.ask({ ask: 'roots', roots: [] }).catch(() => {})
    }
    cancel = clock.after(BEAT_MS, beat)
  }
  return () => cancel()
}
