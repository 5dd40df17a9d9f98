import type { ConnectionGater, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { InstitutionId } from '#domain/values.ts'

export interface GatePorts {
  /** True for institutions that ours has confirmed. Asked for every connection anew. */
  readonly known: (id: InstitutionId) => boolean
  /** True for the one institution that pairing is under way with. It reaches the pairing protocol and nothing else. */
  readonly guest?: (id: InstitutionId) => boolean
}

/**
 * Lets confirmed institutions in and out, and nobody else but a guest for pairing. All twelve hooks are there and fail
 * closed: a hook that throws denies. Who a caller is, is known once its connection is encrypted; before that only
 * numbers are limited. Relaying is for confirmed institutions alone, at each of its three ends.
 */
export function createGate({ known, guest = () => false }: GatePorts): Required<ConnectionGater> {
  const outsider = (peer: PeerId) => denied(() => known(peer.toString()))
  const stranger = (peer: PeerId) => denied(() => known(peer.toString()) || guest(peer.toString()))
  return {
    denyDialPeer: stranger,
    denyDialMultiaddr: (address) => denied(() => mayDial(address)),
    denyInboundConnection: () => false,
    denyOutboundConnection: stranger,
    denyInboundEncryptedConnection: stranger,
    denyOutboundEncryptedConnection: stranger,
    denyInboundUpgradedConnection: stranger,
    denyOutboundUpgradedConnection: stranger,
    denyInboundRelayReservation: outsider,
    denyOutboundRelayedConnection: (from, to) => outsider(from) || outsider(to),
    denyInboundRelayedConnection: (relay, from) => outsider(relay) || outsider(from),
    filterMultiaddrForPeer: (peer) => !stranger(peer),
  }

  /** Whom an address leads to in the end must be known, and every relay on the way. An address that names nobody leads to ''. */
  function mayDial(address: Multiaddr): boolean {
    const named = address.getComponents().flatMap((part) => (part.name === 'p2p' ? [part.value ?? ''] : []))
    const last = named.at(-1) ?? ''
    return named.slice(0, -1).every(known) && (known(last) || guest(last))
  }
}

function denied(allowed: () => boolean): boolean {
  try {
    return !allowed()
  } catch {
    return true
  }
}
