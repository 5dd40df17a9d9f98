import { base64urlnopad } from '@scure/base'
import { AppError } from '#domain/errors.ts'
import { readInvitation } from '../identity/invitation.ts'
import { wordsOf } from '../identity/words.ts'
import { converse, PAIRING, RevealOrNot } from '../protocols/pairing.ts'
import { createMeeting, type Meeting } from './meeting.ts'
import type { PairingPorts } from './pairing.ts'
import { commitmentOf, digestOf, proofOf } from './pairing-proof.ts'
import { persist, reachHost } from './reach-host.ts'

/** The side of pairing that was given a code. */
export function createGuest(ports: PairingPorts) {
  const { node, clock, random, seat } = ports

  /** Goes to the institution that made this code, and nowhere else. Rejects with 'peer-unreachable', 'code-not-open', 'invitation-bad' or 'invitation-expired'. */
  return async function dialWith(code: string): Promise<Meeting> {
    const invitation = readInvitation(code, clock.now())
    const { author: id, body } = invitation
    if (body.for) throw new AppError('invitation-bad', 'This code is for a roll call')
    if (id === node.id) throw new AppError('same-key', 'This invitation is our own')
    seat.expect(id)
    try {
      const mine = random(32)
      const commit = commitmentOf(mine, node.id, id)
      const self = { commit, name: ports.name, addresses: ports.addresses().slice(0, 16) }
      const proof = proofOf(invitation, node.id, self)
      const begin = async () => {
        const talk = converse(await reachHost(node, { id, addresses: body.addresses }, PAIRING))
        await talk.say({ say: 'commit', ...self, proof })
        return { talk, answer: await talk.hear(RevealOrNot) }
      }
      const { talk, answer } = await persist(begin, () => node.hangUp(id))
      if (answer.say === 'refused') throw new AppError(answer.why, 'The inviting side says so')
      const theirs = base64urlnopad.decode(answer.random)
      await talk.say({ say: 'reveal', random: base64urlnopad.encode(mine) })
      const words = wordsOf(digestOf(invitation, { guest: node.id, hostRandom: theirs, guestRandom: mine }))
      const peer = { id, name: body.name, addresses: body.addresses }
      return createMeeting({ talk, peer, words, clock, ended: () => seat.free(id) })
    } catch (cause) {
      seat.free(id)
      if (cause instanceof AppError) throw cause
      throw new AppError('code-not-open', 'The other side opened no window for this code', { cause })
    }
  }
}
