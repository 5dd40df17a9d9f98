import { AppError } from '#domain/errors.ts'
import type { InstitutionId } from '#domain/values.ts'
import { readInvitation } from '../identity/invitation.ts'
import { wordsOf } from '../identity/words.ts'
import { type Conversation, converse } from '../protocols/pairing.ts'
import { type CallerSays, CallerSays as Said, MAX_CALL_BYTES, ROLL_CALL } from '../protocols/roll-call.ts'
import { MAX_MEMBERS } from '#domain/study.ts'
import { persist, reachHost } from './reach-host.ts'
import type { RollCallPorts } from './roll-call.ts'
import { ANSWER_MS, CALL_MS, type CallSeat, type CallState, createCallState } from './roll-call-state.ts'
import { createVoice, ticketOf, type Voice, type VoicePorts } from './roll-call-voice.ts'

/** The side of a roll call that was given a code. */
export function createCallGuest(ports: RollCallPorts) {
  const { node, clock, guests } = ports

  /**
   * Goes to the institution that calls the roll with this code, and follows until the words are there. Rejects with
   * 'invitation-bad', 'invitation-expired', 'peer-unreachable', 'code-not-open', 'not-on-list' or 'names-alike'.
   */
  return async function joinCall(code: string, listen: (state: CallState) => void): Promise<CallSeat> {
    const invitation = readInvitation(code, clock.now())
    const caller = invitation.author
    if (invitation.body.for !== 'roll-call')
      throw new AppError('invitation-bad', 'This code is for a meeting of two')
    if (caller === node.id) throw new AppError('same-key', 'This code is our own')
    guests.keep(caller)
    try {
      const { id, name, addresses } = ports.self()
      const proof = ticketOf(invitation, { id, name, addresses })
      const begin = async () => {
        const host = { id: caller, addresses: invitation.body.addresses }
        const talk = converse(await reachHost(node, host, ROLL_CALL), MAX_CALL_BYTES)
        await talk.say({ say: 'join', proof, name, addresses })
        return { talk, first: await talk.hear(Said, ANSWER_MS) }
      }
      const { talk, first } = await persist(begin, () => node.hangUp(caller))
      if (first.say === 'refused')
        throw new AppError(first.why, 'The institution that calls the roll says so')
      const me = { id, name, addresses }
      const voices = { invitation, me, random: ports.random }
      return createFollower({ talk, first, voices, clock, listen, ended: () => guests.free(caller) })
    } catch (cause) {
      guests.free(caller)
      if (cause instanceof AppError) throw cause
      throw new AppError('code-not-open', 'Nobody calls the roll with this code', { cause })
    }
  }
}

interface FollowerPorts extends Pick<RollCallPorts, 'clock'> {
  readonly talk: Conversation
  readonly first: CallerSays
  readonly voices: VoicePorts
  readonly listen: (state: CallState) => void
  readonly ended: () => void
}

/** Does what the caller asks for, in the one order that is safe, and trusts nothing else that it says. */
function createFollower({ talk, first, voices, clock, listen, ended }: FollowerPorts): CallSeat {
  const state = createCallState(listen, [voices.me.name])
  const until = clock.now() + CALL_MS
  let voice: Voice | null = null
  let attempts = 0
  const leaving = new AbortController()

  async function answer(said: CallerSays): Promise<void> {
    if (said.say === 'here') return state.change({ here: said.names })
    if (said.say === 'refused') throw new AppError(said.why, 'We were sent away')
    if (said.say === 'differ') return state.differs(known(said.by))
    if (state.get().stage === 'comparing') throw new AppError('promise-broken', 'The words are there already')
    if (said.say === 'promise') {
      // Each attempt leaves out one at least, so there are no more of them than members.
      if (++attempts > MAX_MEMBERS)
        throw new AppError('promise-broken', 'There were more attempts than members')
      voice = createVoice(voices)
      state.change({ stage: 'agreeing' })
      return talk.say({ say: 'promise', commit: voice.commit })
    }
    if (!voice) throw new AppError('promise-broken', 'Nothing was promised yet')
    if (said.say === 'list') {
      const random = voice.open(said.list)
      state.change({ list: said.list })
      return talk.say({ say: 'open', random })
    }
    const words = wordsOf(voice.digest(said.numbers))
    state.change({ stage: 'comparing', words, without: said.without })
  }

  function known(id: InstitutionId): InstitutionId {
    if (state.get().list.some((one) => one.id === id)) return id
    throw new AppError('promise-broken', 'Somebody who is not in the list was named')
  }

  async function follow(): Promise<void> {
    try {
      await answer(first)
      while (!leaving.signal.aborted) await answer(await talk.hear(Said, Math.max(1, until - clock.now())))
    } catch (error) {
      // Once the words are there, people need nothing of the caller any more.
      const isNoMore =
        leaving.signal.aborted || (state.get().stage === 'comparing' && !(error instanceof AppError))
      if (!isNoMore) state.fail(error instanceof AppError ? error.code : 'call-ended')
    } finally {
      end()
    }
  }

  function end(): void {
    if (leaving.signal.aborted) return
    leaving.abort()
    talk.drop('We have left')
    ended()
  }

  void follow()
  return {
    until,
    differ: () => {
      state.differs(voices.me.id)
      talk.say({ say: 'differ' }).catch(() => {})
    },
    leave: end,
  }
}
