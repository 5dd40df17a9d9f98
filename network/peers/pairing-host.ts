import { base64urlnopad } from '@scure/base'
import { AppError } from '#domain/errors.ts'
import type { Invitation } from '#domain/invitation.ts'
import type { InstitutionId } from '#domain/values.ts'
import { wordsOf } from '../identity/words.ts'
import { type Commit, type Conversation, Reveal } from '../protocols/pairing.ts'
import { createMeeting, type Meeting } from './meeting.ts'
import type { PairingPorts } from './pairing.ts'
import { commitmentOf, digestOf } from './pairing-proof.ts'

interface Guest {
  readonly talk: Conversation
  readonly invitation: Invitation
  readonly from: InstitutionId
  readonly hello: Commit
}

/** The inviting side, once a guest has shown the code. */
export function createHostMeeting({ node, clock, random, seat }: PairingPorts) {
  async function exchange({ talk, invitation, from, hello }: Guest): Promise<Meeting> {
    const mine = random(32)
    await talk.say({ say: 'reveal', random: base64urlnopad.encode(mine) })
    const theirs = base64urlnopad.decode((await talk.hear(Reveal)).random)
    if (commitmentOf(theirs, from, node.id) !== hello.commit) {
      await talk.say({ say: 'refused', why: 'promise-broken' }).catch(() => {})
      throw new AppError('promise-broken', 'This is not the number that was promised')
    }
    const words = wordsOf(digestOf(invitation, { guest: from, hostRandom: mine, guestRandom: theirs }))
    const peer = { id: from, name: hello.name, addresses: hello.addresses }
    return createMeeting({ talk, peer, words, clock, ended: () => seat.free(from) })
  }

  /** Numbers, then words. Rejects with 'promise-broken' where the guest opens another number, 'not-confirmed' where it breaks off. */
  return async function meet(guest: Guest): Promise<Meeting> {
    try {
      return await exchange(guest)
    } catch (cause) {
      seat.free(guest.from)
      if (cause instanceof AppError) throw cause
      throw new AppError('not-confirmed', 'The other side broke off', { cause })
    }
  }
}
