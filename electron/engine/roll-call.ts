import type { RollCallView } from '#contract/roll-call.ts'
import { AppError } from '#domain/errors.ts'
import type { Invitation, Peer } from '#domain/invitation.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { readInvitation } from '#network/identity/invitation.ts'
import type { Network } from '#network/network.ts'
import { type CallState, firstState } from '#network/peers/roll-call-state.ts'
import type { Ports } from './ports.ts'
import { createView, type Current, membersOf } from './roll-call-view.ts'

export interface RollCallPorts extends Pick<
  Ports,
  'db' | 'signer' | 'clock' | 'library' | 'announce' | 'name'
> {
  readonly network: () => Pick<Network, 'openCall' | 'joinCall'> | null
  /** A signed code of ours. */
  readonly invite: (purpose: Invitation['body']['for']) => { readonly code: string }
  /** Knows an institution from now on. */
  readonly know: (peer: Peer, how: 'roll-call') => void
}

/** The one roll call that is on the screen. */
function createStage({ announce, name }: Pick<RollCallPorts, 'announce' | 'name'>) {
  let current: Current | null = null
  const changed = () => announce({ event: 'roll-call.changed' })

  return {
    changed,
    get: () => current,
    begin(role: Current['role'], code: string | null, study: Hash | null): Current {
      current?.seat?.leave()
      current = {
        role,
        code,
        study,
        seat: null,
        state: firstState([name]),
        confirmed: new Set(),
        isDone: false,
      }
      return current
    },
    follow: (of: Current) => (state: CallState) => {
      of.state = state
      if (of === current) changed()
    },
    /** Whatever this one is, it is over. */
    end(of: Current | null): void {
      of?.seat?.leave()
      if (of === current) current = null
      changed()
    },
    /** The roll call and how it stands, while its words are being compared. */
    comparing(): [Current, CallState] {
      if (current?.state.stage !== 'comparing' || current.isDone)
        throw new AppError('not-found', 'There are no words to compare')
      return [current, current.state]
    },
  }
}

/** Many institutions confirm each other at once, by one set of words; one roll call at a time. */
export function createRollCall(ports: RollCallPorts) {
  const { signer, clock } = ports
  const stage = createStage(ports)
  const viewOf = createView(ports)

  const show = (of: Current): RollCallView => {
    stage.changed()
    return viewOf(of)
  }
  return {
    get: () => {
      const now = stage.get()
      return now && viewOf(now)
    },

    open({ study }: { study: Hash | null }): RollCallView {
      const members = membersOf(ports, study)
      const { code } = ports.invite('roll-call')
      const mine = stage.begin('caller', code, study)
      const expected = members && new Set(members.map(({ id }) => id))
      mine.seat = networkOf(ports).openCall(code, { expected, listen: stage.follow(mine) })
      return show(mine)
    },

    async join({ code }: { code: string }): Promise<RollCallView> {
      readInvitation(code, clock.now())
      const mine = stage.begin('guest', null, null)
      try {
        mine.seat = await networkOf(ports).joinCall(code, stage.follow(mine))
        if (mine !== stage.get()) mine.seat.leave()
        return viewOf(mine)
      } catch (error) {
        if (mine === stage.get()) stage.end(mine)
        throw error
      }
    },

    begin(): RollCallView {
      const mine = stage.get()
      if (!mine?.seat?.begin) throw new AppError('not-found', 'We call no roll')
      mine.seat.begin()
      return show(mine)
    },

    confirm({ ids }: { ids: readonly InstitutionId[] }): RollCallView {
      const [mine, state] = stage.comparing()
      for (const { id, name, addresses } of heardOf(state, ids, signer.id))
        ports.know({ id, name, addresses, confirmedAt: clock.now() }, 'roll-call')
      mine.confirmed = new Set(ids)
      mine.isDone = true
      return show(mine)
    },

    differ(): RollCallView {
      const [mine] = stage.comparing()
      mine.seat?.differ()
      return show(mine)
    },

    leave(): null {
      stage.end(stage.get())
      return null
    },
  }
}

/** Those of the list whom our person heard. Throws 'words-differ' where one of them, or we, saw other words. */
function heardOf({ list, differ }: CallState, ids: readonly InstitutionId[], us: InstitutionId) {
  const heard = list.filter(({ id }) => id !== us && ids.includes(id))
  if (heard.length === 0 || heard.length !== new Set(ids).size)
    throw new AppError('bad-request', 'Name those of the list that were heard')
  if (differ.includes(us) || heard.some(({ id }) => differ.includes(id)))
    throw new AppError('words-differ', 'Other words were seen')
  return heard
}

function networkOf({ network }: Pick<RollCallPorts, 'network'>) {
  const found = network()
  if (!found) throw new AppError('not-available', 'The network is not up yet')
  return found
}
