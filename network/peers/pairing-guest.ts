import { base64urlnopad } from '@scure/base'
import { AppError } from '#domain/errors.ts'
import type { InstitutionId } from '#domain/values.ts'
import { readInvitation } from '../identity/invitation.ts'
import { wordsOf } from '../identity/words.ts'
import { within } from '../node.ts'
import { type Conversation, converse, PAIRING, Reveal } from '../protocols/pairing.ts'
import { createMeeting, type Meeting } from './meeting.ts'
import type { PairingPorts } from './pairing.ts'
import { commitmentOf, digestOf, proofOf } from './pairing-proof.ts'

const DIAL_MS = 20_000
/** A connection may be lost while it is being made. */
const TRIES = 3

/** The side of pairing that was given a code. */
export function createGuest(ports: PairingPorts) {
  const { node, clock, random, seat } = ports

  async function reach(id: InstitutionId, addresses: readonly string[]): Promise<Conversation> {
    const signal = within(new AbortController().signal, DIAL_MS)
    for (let left = TRIES; ; left -= 1) {
      try {
        await node.dial(id, addresses, signal)
      } catch (cause) {
        throw new AppError('peer-unreachable', 'The inviting institution can not be reached', { cause })
      }
      try {
        return converse(await node.open(id, PAIRING, signal))
      } catch (error) {
        // Cut before a word was said: the code is not used by it.
        if (left <= 1) throw error
        await node.hangUp(id)
      }
    }
  }

  /** Goes to the institution that made this code, and nowhere else. Rejects with 'peer-unreachable' or 'invitation-bad'. */
  return async function dialWith(code: string): Promise<Meeting> {
    const invitation = readInvitation(code, clock.now())
    const { author: id, body } = invitation
    if (id === node.id) throw new AppError('same-key', 'This invitation is our own')
    seat.expect(id)
    try {
      const talk = await reach(id, body.addresses)
      const mine = random(32)
      const commit = commitmentOf(mine, node.id, id)
      const self = { commit, name: ports.name, addresses: ports.addresses().slice(0, 16) }
      await talk.say({ say: 'commit', ...self, proof: proofOf(invitation, node.id, self) })
      const theirs = base64urlnopad.decode((await talk.hear(Reveal)).random)
      await talk.say({ say: 'reveal', random: base64urlnopad.encode(mine) })
      const words = wordsOf(digestOf(invitation, { guest: node.id, hostRandom: theirs, guestRandom: mine }))
      const peer = { id, name: body.name, addresses: body.addresses }
      return createMeeting({ talk, peer, words, clock, ended: () => seat.free(id) })
    } catch (cause) {
      seat.free(id)
      if (cause instanceof AppError) throw cause
      throw new AppError('invitation-bad', 'The other side opened no window for this code', { cause })
    }
  }
}
