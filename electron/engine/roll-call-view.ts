import type { CalledMember, RollCallView } from '#contract/roll-call.ts'
import { AppError } from '#domain/errors.ts'
import type { Peer } from '#domain/invitation.ts'
import type { Member } from '#domain/study.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import type { CallSeat, CallState } from '#network/peers/roll-call-state.ts'
import { fold } from '#network/peers/roll-call-voice.ts'
import { listPeers } from '#store/peers.ts'
import type { Ports } from './ports.ts'

/** The roll call that is on the screen. */
export interface Current {
  readonly role: RollCallView['role']
  readonly code: string | null
  readonly study: Hash | null
  seat: (CallSeat & { readonly begin?: () => void }) | null
  state: CallState
  confirmed: ReadonlySet<InstitutionId>
  isDone: boolean
}

type ViewPorts = Pick<Ports, 'db' | 'signer' | 'library'>

/** The members whom a roll call is for; null where it is for whoever has the code. Throws 'not-found'. */
export function membersOf({ library }: Pick<ViewPorts, 'library'>, study: Hash | null): Member[] | null {
  if (study === null) return null
  const document = library.study(study)
  if (!document) throw new AppError('not-found', 'There is no such study')
  return document.body.members
}

/** A roll call as our screens show it. */
export function createView(ports: ViewPorts) {
  const { db, signer } = ports

  function absentOf({ study, state }: Current): string[] {
    const names = new Set(state.here.map(fold))
    const ids = new Set(state.list.map(({ id }) => id))
    const isAway = ({ id, name }: Member) => id !== signer.id && !ids.has(id) && !names.has(fold(name))
    return (membersOf(ports, study) ?? [])
      .filter(isAway)
      .map(({ name }) => name)
      .toSorted()
  }

  function troubleOf({ state }: Current): RollCallView['trouble'] {
    return state.trouble ?? (state.differ.includes(signer.id) ? 'words-differ' : null)
  }

  return function viewOf(of: Current): RollCallView {
    const { role, code, study, state, confirmed } = of
    const known = listPeers(db)
    const { stage, here, without, list, words } = state
    return {
      ...{ role, study, code: stage === 'gathering' ? code : null, stage: of.isDone ? 'done' : stage },
      ...{ until: of.seat?.until ?? null, here: [...here], absent: absentOf(of) },
      without: [...without],
      members: list
        .filter(({ id }) => id !== signer.id)
        .map(({ id, name }) => ({
          ...{ id, name, confirmed: confirmed.has(id), differs: state.differ.includes(id) },
          known: acquaintanceOf({ id, name }, known),
        })),
      words: [...words],
      trouble: troubleOf(of),
    }
  }
}

/** Whether we know this institution, or one of its name that has another key. */
export function acquaintanceOf(
  { id, name }: Pick<Peer, 'id' | 'name'>,
  known: readonly Pick<Peer, 'id' | 'name'>[],
): CalledMember['known'] {
  if (known.some((one) => one.id === id)) return 'yes'
  return known.some((one) => fold(one.name) === fold(name)) ? 'by-another-key' : 'no'
}
