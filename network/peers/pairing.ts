import type { Stream } from '@libp2p/interface'
import { AppError } from '#domain/errors.ts'
import type { Invitation } from '#domain/invitation.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { readInvitation } from '../identity/invitation.ts'
import type { Node } from '../node.ts'
import type { Clock } from '../ports.ts'
import { Commit, converse, PAIRING } from '../protocols/pairing.ts'
import type { Meeting } from './meeting.ts'
import { createGuest } from './pairing-guest.ts'
import { createHostMeeting } from './pairing-host.ts'
import { codeOf, proves } from './pairing-proof.ts'
import type { createSeat } from './seat.ts'

/** A window stays open so long at most: both sides sit at their screens. */
const WINDOW_MS = 10 * 60_000

export interface PairingPorts {
  readonly node: Node
  readonly name: string
  readonly addresses: () => readonly string[]
  readonly clock: Clock
  readonly random: (bytes: number) => Uint8Array
  /** Marks a code as used, durably if it can. False when it was used before. */
  readonly spend: (code: Hash) => boolean
  readonly seat: ReturnType<typeof createSeat>
}

/** An open window: one institution that was not known may come and show the code. */
export interface PairingWindow {
  /** Whoever came with the code. Rejects with 'nobody-came' when nobody did or the window was closed, 'promise-broken' or 'not-confirmed' when it went wrong. */
  readonly guest: Promise<Meeting>
  /** Wall time at which it closes by itself. */
  readonly until: number
  readonly close: () => void
}

interface Open {
  readonly invitation: Invitation
  readonly arrived: (meeting: Meeting) => void
  readonly failed: (error: unknown) => void
}

/**
 * Two institutions get to know each other by a one-time code and six words that both screens show. The one with the code
 * commits itself to a random number before it sees the other's, so nobody in between can search for keys or numbers that
 * give the same words (commit and reveal, as in RFC 6189, section 4.4.1).
 */
export async function createPairing(ports: PairingPorts) {
  const { node, clock, seat, spend } = ports
  const meet = createHostMeeting(ports)
  let open: Open | null = null

  /** The inviting side: the code first, and once only; then numbers; then people. */
  async function receive(stream: Stream, from: InstitutionId): Promise<void> {
    const talk = converse(stream)
    const hello = await talk.hear(Commit)
    const window = open
    if (!window || !proves(window.invitation, from, hello) || !spend(codeOf(window.invitation))) {
      await talk.say({ say: 'refused', why: 'code-not-open' }).catch(() => {})
      return seat.free(from)
    }
    open = null
    seat.keep(from)
    // The stream stays: the guest is still to read why it was refused.
    await meet({ talk, invitation: window.invitation, from, hello }).then(window.arrived, window.failed)
  }

  /** Opens a window for the one who was given this code of ours. Throws 'invitation-bad' or 'invitation-expired'. */
  function openWindow(code: string): PairingWindow {
    const invitation = readInvitation(code, clock.now())
    if (invitation.author !== node.id || invitation.body.for)
      throw new AppError('invitation-bad', 'This code is not our own for a meeting')
    const { promise: guest, resolve: arrived, reject } = Promise.withResolvers<Meeting>()
    guest.catch(() => {})
    const mine: Open = { invitation, arrived, failed: reject }
    open = mine
    seat.offer()
    const close = () => {
      cancel()
      if (open !== mine) return
      open = null
      seat.withdraw()
      reject(new AppError('nobody-came', 'Nobody came with this code'))
    }
    const openMs = Math.min(WINDOW_MS, invitation.body.expiresAt - clock.now())
    const cancel = clock.after(openMs, close)
    return { guest, until: clock.now() + openMs, close }
  }

  await node.handle(PAIRING, receive)
  return { openWindow, dialWith: createGuest(ports) }
}
