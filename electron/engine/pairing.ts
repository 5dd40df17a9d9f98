import type { Output } from '#contract/calls.ts'
import type { PairingView } from '#contract/pairing.ts'
import { AppError } from '#domain/errors.ts'
import type { Peer } from '#domain/invitation.ts'
import type { Network } from '#network/network.ts'
import type { Meeting } from '#network/peers/meeting.ts'
import { listPeers } from '#store/peers.ts'
import type { Ports } from './ports.ts'
import { acquaintanceOf } from './roll-call-view.ts'

export interface PairingPorts extends Pick<Ports, 'announce' | 'log' | 'db'> {
  readonly network: () => Pick<Network, 'openWindow' | 'dialWith'> | null
  /** A signed code of ours. */
  readonly invite: () => Output<'institution.invite'>
  /** Knows an institution from now on. */
  readonly know: (peer: Peer, how: 'words') => void
}

interface Current {
  view: PairingView
  meeting: Meeting | null
  readonly close: () => void
}

const nothing = { code: null, expiresAt: null, peer: null, words: [], trouble: null }

/** The pairing that is on the screen. */
function createStage({ announce, log, db }: PairingPorts) {
  let current: Current | null = null

  /** Begins anew: what was under way is over. */
  function begin(view: PairingView, close: () => void): Current {
    end()
    current = { view, meeting: null, close }
    return current
  }

  function end(): void {
    const before = current
    current = null
    before?.close()
    if (before?.meeting && before.view.stage === 'comparing')
      before.meeting
        .refuse('stopped')
        .catch((error: unknown) => log('warn', 'pairing-refusal-lost', { error }))
  }

  /** A step of a pairing that is still the one on the screen. */
  function step(of: Current, changed: Partial<PairingView>): PairingView {
    of.view = { ...of.view, ...changed }
    if (of === current) announce({ event: 'pairing.changed' })
    return of.view
  }

  function meet(of: Current, meeting: Meeting): PairingView {
    of.meeting = meeting
    const { id, name } = meeting.peer
    const known = acquaintanceOf({ id, name }, listPeers(db))
    return step(of, { stage: 'comparing', peer: { id, name, known }, words: [...meeting.words] })
  }

  const failed = (of: Current) => (error: unknown) => {
    const trouble = error instanceof AppError ? error.code : 'internal'
    step(of, { stage: 'failed', trouble })
  }

  return { get: () => current, begin, end, step, meet, failed }
}

/** Brings two people together who compare six words on the telephone; one pairing at a time. */
export function createPairing(ports: PairingPorts) {
  const { announce, invite, know } = ports
  const { get, begin, end, step, meet, failed } = createStage(ports)

  function network() {
    const found = ports.network()
    if (!found) throw new AppError('not-available', 'The network is not up yet')
    return found
  }

  return {
    get: () => get()?.view ?? null,

    invite(): PairingView {
      const { code, expiresAt } = invite()
      const window = network().openWindow(code)
      const until = Math.min(expiresAt, window.until)
      const mine = begin({ ...nothing, role: 'host', stage: 'waiting', code, expiresAt: until }, window.close)
      window.guest.then((meeting) => meet(mine, meeting), failed(mine))
      return mine.view
    },

    async join({ code }: { code: string }): Promise<PairingView> {
      const mine = begin({ ...nothing, role: 'guest', stage: 'waiting' }, () => undefined)
      try {
        return meet(mine, await network().dialWith(code))
      } catch (error) {
        failed(mine)(error)
        throw error
      }
    },

    confirm(): PairingView {
      const mine = get()
      if (!mine?.meeting || mine.view.stage !== 'comparing')
        throw new AppError('not-found', 'Nobody is there to be confirmed')
      mine.meeting.confirm().then((peer) => {
        know(peer, 'words')
        step(mine, { stage: 'done', code: null })
      }, failed(mine))
      return step(mine, { stage: 'confirming' })
    },

    differ(): PairingView {
      const mine = get()
      if (!mine?.meeting || mine.view.stage !== 'comparing')
        throw new AppError('not-found', 'There are no words to compare')
      const told = mine.meeting.refuse('no')
      told.catch((error: unknown) => ports.log('warn', 'pairing-refusal-lost', { error }))
      return step(mine, { stage: 'failed', trouble: 'words-differ', words: [] })
    },

    refuse(): null {
      end()
      announce({ event: 'pairing.changed' })
      return null
    },
  }
}
