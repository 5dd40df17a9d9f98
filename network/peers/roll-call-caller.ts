import { AppError } from '#domain/errors.ts'
import type { Invitation } from '#domain/invitation.ts'
import type { InstitutionId } from '#domain/values.ts'
import { readInvitation } from '../identity/invitation.ts'
import { agree, type Attendee, hearDiffer } from './roll-call-agree.ts'
import type { RollCallPorts } from './roll-call.ts'
import { CALL_MS, type CallSeat, type CallState, createCallState } from './roll-call-state.ts'

export interface CallOptions {
  /** Who may come; null for everybody who has the code. */
  readonly expected: ReadonlySet<InstitutionId> | null
  readonly listen: (state: CallState) => void
}

/** The seat of the one who calls the roll. */
export interface CallerSeat extends CallSeat {
  /** Everybody who is to come is here: nobody else gets in, and all agree on the words. Throws 'not-found' when nobody came. */
  readonly begin: () => void
}

/** A roll call that others may come to. */
export interface Open {
  readonly invitation: Invitation
  readonly expected: CallOptions['expected']
  readonly attendees: Map<InstitutionId, Attendee>
  readonly changed: () => void
}

/** The one roll call that others may come to now. */
interface Stage {
  readonly get: () => Open | null
  readonly set: (open: Open | null) => void
}

/** The side of a roll call that made the code. */
export function createCaller(ports: RollCallPorts, stage: Stage) {
  const { node, clock, guests } = ports

  /** Opens a roll call with this code of ours. Throws 'invitation-bad' or 'invitation-expired'. */
  return function openCall(code: string, { expected, listen }: CallOptions): CallerSeat {
    const invitation = readInvitation(code, clock.now())
    if (invitation.author !== node.id || invitation.body.for !== 'roll-call')
      throw new AppError('invitation-bad', 'This is not a code of ours for a roll call')
    const me = ports.self()
    const state = createCallState(listen, [me.name])
    const attendees = new Map<InstitutionId, Attendee>()
    const until = clock.now() + CALL_MS
    const tell = (message: unknown) => {
      for (const { talk } of attendees.values()) talk.say(message).catch(() => {})
    }
    const call: Open = { invitation, expected, attendees, changed: tellWhoIsHere }
    stage.set(call)
    guests.offer()
    const cancel = clock.after(CALL_MS, leave)

    function tellWhoIsHere(): void {
      const here = [me.name, ...[...attendees.values()].map((one) => one.name)]
      state.change({ here })
      tell({ say: 'here', names: here })
    }

    function shut(): void {
      if (stage.get() === call) stage.set(null)
      guests.withdraw()
    }

    function leave(): void {
      cancel()
      shut()
      for (const { talk } of attendees.values()) talk.drop('The roll call is over')
      guests.clear()
    }

    async function run(): Promise<void> {
      await agree({ attendees, voices: { invitation, me, random: ports.random }, state })
      for (const one of attendees.values())
        void hearDiffer(one, { attendees, state, until: until - clock.now() })
    }

    return {
      until,
      begin() {
        if (stage.get() !== call) throw new AppError('already-decided', 'The list is closed already')
        if (attendees.size === 0) throw new AppError('not-found', 'Nobody has come yet')
        shut()
        run().catch(() => state.fail('call-ended'))
      },
      differ() {
        state.differs(node.id)
        tell({ say: 'differ', by: node.id })
      },
      leave,
    }
  }
}
