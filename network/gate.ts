import type { ConnectionGater, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { InstitutionId } from '#domain/values.ts'

export interface GatePorts {
  /** True for institutions that ours has confirmed. Asked for every connection anew. */
  readonly known: (id: InstitutionId) => boolean
}

/**
 * Lets confirmed institutions in and out, and nobody else. All twelve hooks are there and fail closed: a hook that
 * throws denies. Who a caller is, is known once its connection is encrypted; before that only numbers are limited.
 */
export function createGate({ known }: GatePorts): Required<ConnectionGater> {
  const stranger = (peer: PeerId) => denied(() => known(peer.toString()))
  return {
    denyDialPeer: stranger,
    denyDialMultiaddr: (address) => denied(() => known(lastPeerOf(address))),
    denyInboundConnection: () => false,
    denyOutboundConnection: stranger,
    denyInboundEncryptedConnection: stranger,
    denyOutboundEncryptedConnection: stranger,
    denyInboundUpgradedConnection: stranger,
    denyOutboundUpgradedConnection: stranger,
    denyInboundRelayReservation: () => true,
    denyOutboundRelayedConnection: () => true,
    denyInboundRelayedConnection: () => true,
    filterMultiaddrForPeer: (peer) => !stranger(peer),
  }
}

/** Whom an address leads to in the end; empty, so nobody we know, when it does not say. */
function lastPeerOf(address: Multiaddr): string {
  return address.getComponents().findLast((part) => part.name === 'p2p')?.value ?? ''
}

function denied(allowed: () => boolean): boolean {
  try {
    return !allowed()
  } catch {
    return true
  }
}
