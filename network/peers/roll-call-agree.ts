import { AppError } from '#domain/errors.ts'
import type { InstitutionId } from '#domain/values.ts'
import { wordsOf } from '../identity/words.ts'
import type { Conversation } from '../protocols/pairing.ts'
import { Differ, type Entry, type LeftOut, Opened, Promised } from '../protocols/roll-call.ts'
import { ANSWER_MS, type createCallState } from './roll-call-state.ts'
import { createVoice, promiseOf, type Self, type VoicePorts } from './roll-call-voice.ts'

/** One that came to our roll call. */
export interface Attendee extends Self {
  readonly talk: Conversation
}

export interface AgreePorts {
  /** Those who came; who is left out is taken out. */
  readonly attendees: Map<InstitutionId, Attendee>
  readonly voices: VoicePorts
  readonly state: ReturnType<typeof createCallState>
}

/**
 * Collects everybody's promise, then everybody's number, and tells all. Who does not answer in time or breaks its promise is
 * left out, and the others begin anew with fresh numbers: so nobody can choose, by keeping silent, which numbers count.
 */
export async function agree({ attendees, voices, state }: AgreePorts): Promise<void> {
  const without: LeftOut[] = []
  const leaveOut = (id: InstitutionId, why: LeftOut['why']) => {
    const one = attendees.get(id)
    if (!one) return
    attendees.delete(id)
    one.talk.drop('It was left out')
    without.push({ name: one.name, why })
    state.change({ without: [...without] })
  }

  async function attempt(): Promise<boolean> {
    const voice = createVoice(voices)
    state.change({ stage: 'agreeing' })
    const promises = await askAll(attendees, { say: 'promise' }, async ({ talk }) => {
      return (await talk.hear(Promised, ANSWER_MS)).commit
    })
    const late = [...attendees.keys()].filter((id) => !promises.has(id))
    for (const id of late) leaveOut(id, 'silent')
    if (late.length > 0) return false
    const list = listOf({ ...voices.me, commit: voice.commit }, attendees, promises)
    const mine = voice.open(list)
    const opened = await askAll(attendees, { say: 'list', list }, async ({ talk }) => {
      return (await talk.hear(Opened, ANSWER_MS)).random
    })
    const broken = [...attendees.keys()].filter((id) => {
      const number = opened.get(id)
      if (number !== undefined && promiseOf(voices.invitation, id, number) === promises.get(id)) return false
      leaveOut(id, number === undefined ? 'silent' : 'promise-broken')
      return true
    })
    if (broken.length > 0) return false
    const numbers = list.map(({ id }) => opened.get(id) ?? mine)
    await askAll(attendees, { say: 'numbers', numbers, without }, () => Promise.resolve(''))
    state.change({ stage: 'comparing', list, words: wordsOf(voice.digest(numbers)) })
    return true
  }

  while (attendees.size > 0) if (await attempt()) return
  throw new AppError('call-ended', 'Nobody is left')
}

/** Says the same to all at once and collects what comes back; who fails is not in the answer. */
async function askAll(
  attendees: ReadonlyMap<InstitutionId, Attendee>,
  message: unknown,
  hear: (attendee: Attendee) => Promise<string>,
): Promise<Map<InstitutionId, string>> {
  const answers = new Map<InstitutionId, string>()
  await Promise.all(
    [...attendees.values()].map(async (one) => {
      try {
        await one.talk.say(message)
        answers.set(one.id, await hear(one))
      } catch {
        // It is left out by who asked.
      }
    }),
  )
  return answers
}

function listOf(
  own: Entry,
  attendees: ReadonlyMap<InstitutionId, Attendee>,
  promises: Map<InstitutionId, string>,
) {
  const others = [...attendees.values()].map(({ id, name, addresses }) => {
    return { id, name, addresses, commit: promises.get(id) ?? '' }
  })
  return [own, ...others].toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

export interface HearingPorts extends Pick<AgreePorts, 'attendees' | 'state'> {
  /** Milliseconds until the roll call is over. */
  readonly until: number
}

/** Listens whether the person of one sees other words, and passes it on to all the others. Never rejects. */
export async function hearDiffer(one: Attendee, { attendees, state, until }: HearingPorts): Promise<void> {
  try {
    await one.talk.hear(Differ, until)
    state.differs(one.id)
    for (const other of attendees.values())
      if (other !== one) other.talk.say({ say: 'differ', by: one.id }).catch(() => {})
  } catch {
    // It has left.
  }
}
