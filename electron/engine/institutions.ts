import type { Output } from '#contract/calls.ts'
import type { InstitutionView } from '#contract/views.ts'
import { makeInvitation, readInvitation } from '#network/identity/invitation.ts'
import { appendAudit } from '#store/audit.ts'
import type { Ports } from './ports.ts'

/** What this service needs to know of the network and the trainer. */
export interface InstitutionPorts extends Pick<
  Ports,
  'db' | 'signer' | 'clock' | 'random' | 'name' | 'build' | 'rehearsal' | 'announce'
> {
  /** Multiaddrs under which others reach us. */
  readonly addresses: () => readonly string[]
  readonly backend: () => InstitutionView['backend']
}

/** This institution itself: how it looks to its own people, and how others get to know it. */
export function createInstitutions(ports: InstitutionPorts) {
  const { db, signer, clock, random, name, build, rehearsal, announce } = ports

  function get(): InstitutionView {
    return {
      id: signer.id,
      name,
      build,
      rehearsal,
      addresses: [...ports.addresses()],
      backend: ports.backend(),
    }
  }

  /** A signed code by which another institution gets to know ours, or all of a roll call do. */
  function invite(purpose?: 'roll-call'): Output<'institution.invite'> {
    const now = clock.now()
    const parts = { name, addresses: ports.addresses(), now, random }
    const code = makeInvitation(signer, purpose ? { ...parts, for: purpose } : parts)
    const { expiresAt } = readInvitation(code, now).body
    appendAudit(db, { time: now, actor: name, action: 'invitation-made', object: signer.id, outcome: 'done' })
    announce({ event: 'audit.changed' })
    return { code, expiresAt }
  }

  return { get, invite }
}
