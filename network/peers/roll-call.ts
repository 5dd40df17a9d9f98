import type { Stream } from '@libp2p/interface'
import type { InstitutionId } from '#domain/values.ts'
import type { Node } from '../node.ts'
import type { Clock } from '../ports.ts'
import { converse } from '../protocols/pairing.ts'
import { type Join, Join as Joining, MAX_CALL_BYTES, ROLL_CALL } from '../protocols/roll-call.ts'
import type { Guests } from './guests.ts'
import type { Attendee } from './roll-call-agree.ts'
import { type CallerSeat, type CallOptions, createCaller, type Open } from './roll-call-caller.ts'
import { createCallGuest } from './roll-call-guest.ts'
import { ANSWER_MS } from './roll-call-state.ts'
import { alike, hasTicket, type Self } from './roll-call-voice.ts'

export interface RollCallPorts {
  readonly node: Node
  readonly clock: Clock
  readonly random: (bytes: number) => Uint8Array
  readonly guests: Guests
  /** What we say of ourselves: at most four addresses. */
  readonly self: () => Self
}

/**
 * A roll call: institutions that need not know each other come to one of them with a code, agree on a list of all keys and
 * names, and everybody's screen shows the same six words for the whole list. Who calls the roll passes messages on and
 * is trusted with nothing: if it, or anybody in between, gives two of them different keys, their words differ.
 */
export async function createRollCall(ports: RollCallPorts) {
  const { node, guests } = ports
  let open: Open | null = null

  async function receive(stream: Stream, from: InstitutionId): Promise<void> {
    const talk = converse(stream, MAX_CALL_BYTES)
    const said = await talk.hear(Joining, ANSWER_MS)
    const call = open
    const why = refusalOf(call, from, said, ports.self().name)
    if (!call || why) {
      await talk.say({ say: 'refused', why: why ?? 'code-not-open' }).catch(() => {})
      return guests.free(from)
    }
    guests.keep(from)
    call.attendees.get(from)?.talk.drop('It came again')
    const attendee: Attendee = { id: from, name: said.name, addresses: said.addresses, talk }
    call.attendees.set(from, attendee)
    stream.addEventListener('close', () => {
      if (open !== call || call.attendees.get(from) !== attendee) return
      call.attendees.delete(from)
      call.changed()
    })
    call.changed()
  }

  await node.handle(ROLL_CALL, receive)
  const caller = createCaller(ports, { get: () => open, set: (next) => void (open = next) })
  let seat: CallerSeat | null = null
  return {
    openCall: (code: string, options: CallOptions): CallerSeat => (seat = caller(code, options)),
    joinCall: createCallGuest(ports),
    stop: () => seat?.leave(),
  }
}

/** Why somebody may not come in; null where it may. */
function refusalOf(call: Open | null, from: InstitutionId, said: Join, ours: string) {
  if (!call || !hasTicket(call.invitation, from, said)) return 'code-not-open'
  if (call.expected && !call.expected.has(from)) return 'not-on-list'
  const others = [...call.attendees.values()].filter((one) => one.id !== from).map((one) => one.name)
  return alike([ours, ...others, said.name]) ? 'names-alike' : null
}
