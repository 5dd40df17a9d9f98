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
   * 'words-differ' when that one saw others, 'promise-broken' when its machine was shown another number, 'not-confirmed'
   * when it stopped or no answer comes.
   */
  readonly confirm: () => Promise<Peer>
  /** Our person saw others, or just stops: nothing is pinned on either side. */
  readonly refuse: (why: 'no' | 'stopped') => Promise<void>
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

  async function theirs(): Promise<void> {
    const heard = await verdict.catch((cause: unknown) => {
      throw new AppError('not-confirmed', 'The other side did not confirm', { cause })
    })
    if (heard.say === 'refused') throw new AppError(heard.why, 'The other machine refused')
    if (heard.say === 'no') throw new AppError('words-differ', 'The other side saw other words')
    if (heard.say === 'stopped') throw new AppError('not-confirmed', 'The other side stopped')
  }

  return {
    peer,
    words,
    async confirm() {
      try {
        await talk.say({ say: 'yes' })
        await theirs()
        return { ...peer, confirmedAt: clock.now() }
      } finally {
        ended()
      }
    },
    async refuse(why) {
      await talk.say({ say: why }).catch(() => {})
      ended()
    },
  }
}
