import type { InvitationView, PeerView } from '#contract/views.ts'
import { AppError } from '#domain/errors.ts'
import type { Invitation, Peer } from '#domain/invitation.ts'
import type { InstitutionId } from '#domain/values.ts'
import { readInvitation } from '#network/identity/invitation.ts'
import type { LinkTrouble } from '#network/peers/link-trouble.ts'
import { PROTOCOL_VERSION } from '#network/protocols/hello.ts'
import { appendAudit } from '#store/audit.ts'
import { isRetired } from '#store/key-statements.ts'
import { getPeer, listPeers, putPeer, removePeer, type KnownPeer } from '#store/peers.ts'
import type { Ports } from './ports.ts'
import { acquaintanceOf } from './roll-call-view.ts'

export interface PeerPorts extends Pick<
  Ports,
  'db' | 'signer' | 'clock' | 'name' | 'announce' | 'connected' | 'library'
> {
  /** Lets an institution through the gate and keeps in touch with it. */
  readonly admit: (peer: Peer) => void
  /** Shuts the gate to an institution and drops its connections. */
  readonly dismiss: (id: InstitutionId) => void
  /** An institution's clock minus ours; null before its first hello. */
  readonly skew: (id: InstitutionId) => number | null
  /** Why an institution is not connected; null while it is, and before the first attempt. */
  readonly linkTrouble: (id: InstitutionId) => LinkTrouble | null
}

/** Other institutions that ours knows by their key. Nobody else gets through the gate. */
export function createPeers(ports: PeerPorts) {
  const { db, signer, clock, announce } = ports
  const view = createView(ports)

  function open(code: string): Invitation {
    const invitation = readInvitation(code, clock.now())
    if (invitation.author === signer.id) throw new AppError('same-key', 'This invitation is our own')
    return invitation
  }

  /** What an invitation says and what it is for; nothing is changed. */
  function read({ code }: { code: string }): InvitationView {
    const { author: id, body } = open(code)
    const { name, addresses, expiresAt } = body
    const known = acquaintanceOf({ id, name }, listPeers(db))
    return { id, name, addresses, expiresAt, known, purpose: body.for ?? 'pairing' }
  }

  /**
   * Knows the inviting institution from now on, or takes its newer name and addresses. Nothing is compared: only for a code
   * that a person was handed by one whom it knows.
   */
  function confirm({ code }: { code: string }): PeerView {
    const { author: id, body } = open(code)
    if (body.for) throw new AppError('invitation-bad', 'This code is for a roll call')
    const confirmedAt = getPeer(db, id)?.confirmedAt ?? clock.now()
    return know({ id, name: body.name, addresses: body.addresses, confirmedAt }, 'in-person')
  }

  /** Lets an institution in that a person has confirmed, in this way. */
  function know(peer: Peer, how: 'in-person' | 'words' | 'roll-call'): PeerView {
    const { id } = peer
    if (isRetired(db, id)) throw new AppError('key-retired', 'This key was replaced or revoked')
    db.together(() => {
      putPeer(db, peer)
      appendAudit(db, {
        time: clock.now(),
        actor: ports.name,
        action: 'peer-confirmed',
        object: id,
        outcome: how,
        detail: peer,
      })
    })
    ports.admit(peer)
    announce({ event: 'peers.changed' })
    return view({ ...peer, lastSeen: getPeer(db, id)?.lastSeen ?? null })
  }

  function remove({ id }: { id: InstitutionId }): null {
    db.together(() => {
      if (!removePeer(db, id)) throw new AppError('not-found', 'We do not know this institution')
      appendAudit(db, {
        time: clock.now(),
        actor: ports.name,
        action: 'peer-removed',
        object: id,
        outcome: 'done',
      })
    })
    ports.dismiss(id)
    announce({ event: 'peers.changed' })
    return null
  }

  return { list: () => listPeers(db).map(view), read, confirm, know, remove }
}

/** An institution as our screens show it now. */
function createView(ports: Pick<PeerPorts, 'connected' | 'skew' | 'linkTrouble'>) {
  return ({ id, name, addresses, confirmedAt, lastSeen }: KnownPeer): PeerView => {
    const skew = ports.skew(id)
    return {
      ...{ id, name, addresses, confirmedAt, connected: ports.connected().includes(id), lastSeen },
      skewMs: skew === null ? null : Math.round(skew),
      trouble: seen(ports.linkTrouble(id)),
    }
  }
}

function seen(trouble: LinkTrouble | null): PeerView['trouble'] {
  if (trouble?.kind !== 'other-version') return trouble && { kind: trouble.kind, theirs: null, ours: null }
  return { kind: trouble.kind, theirs: trouble.theirs, ours: PROTOCOL_VERSION }
}
