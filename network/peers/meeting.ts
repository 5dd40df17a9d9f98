import { AppError } from '#domain/errors.ts'
import type { Peer } from '#domain/invitation.ts'
import type { Clock } from '../ports.ts'
import { type Conversation, Verdict } from '../protocols/pairing.ts'

/** People compare words on the phone for so long at most. */
const COMPARE_MS = 5 * 60_000

/** Two institutions look at each other's words. */
export interface Meeting {
  /** Who it is, by the key that the connection proves, and what it says of itself. */
  readonly peer: Omit<Peer, 'confirmedAt'>
  /** Six words that are the same on both screens, unless somebody is in between. */
  readonly words: readonly string[]
  /**
   * Our person saw the same words. Resolves with what to pin once the other side's person did, too; rejects with
   * 'invitation-bad' when that one saw others, 'timed-out' when no answer comes.
   */
  readonly confirm: () => Promise<Peer>
  /** Our person saw others: nothing is pinned on either side. */
  readonly refuse: () => Promise<void>
}

export interface MeetingPorts {
  readonly talk: Conversation
  readonly peer: Omit<Peer, 'confirmedAt'>
  readonly words: readonly string[]
  readonly clock: Clock
  /** Called once, when it is over one way or the other. */
  readonly ended: () => void
}

/** Waits for both people's verdicts. */
export function createMeeting({ talk, peer, words, clock, ended }: MeetingPorts): Meeting {
  const verdict = talk.hear(Verdict, COMPARE_MS)
  verdict.catch(() => {})

  async function theirs(): Promise<Verdict['say']> {
    try {
      return (await verdict).say
    } catch (cause) {
      throw new AppError('timed-out', 'The other side did not confirm', { cause })
    }
  }

  return {
    peer,
    words,
    async confirm() {
      try {
        await talk.say({ say: 'yes' })
        if ((await theirs()) === 'no') throw new AppError('invitation-bad', 'The other side saw other words')
        return { ...peer, confirmedAt: clock.now() }
      } finally {
        ended()
      }
    },
    async refuse() {
      await talk.say({ say: 'no' }).catch(() => {})
      ended()
    },
  }
}
