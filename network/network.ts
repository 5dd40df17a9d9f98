import type { Peer } from '#domain/invitation.ts'
import type { InstitutionId } from '#domain/values.ts'
import { createGate } from './gate.ts'
import { createGossip, type GossipListeners } from './gossip/gossip.ts'
import { createNode } from './node.ts'
import type { PeerState } from './peers/book.ts'
import { createPeers } from './peers/peers.ts'
import type { Clock, Library, Shelf } from './ports.ts'
import { isDirect } from './relaying.ts'

export interface NetworkPorts extends GossipListeners {
  /** 32 bytes of Ed25519 seed: our identity. */
  readonly seed: Uint8Array
  /** Our name, as others see it. */
  readonly name: string
  /** Multiaddrs to listen on, for example /ip4/0.0.0.0/tcp/4001. */
  readonly listen: readonly string[]
  /** The institutions that ours has confirmed: nobody else gets in. Asked again and again. */
  readonly known: () => readonly Peer[]
  readonly library: Library
  readonly shelf: Shelf
  readonly clock: Clock
  /** A known institution came, went, or told us its name, addresses or time. */
  readonly onPeer: (state: PeerState) => void
  /** Cryptographically secure random bytes. */
  readonly random: (bytes: number) => Uint8Array
  /** Multiaddrs to announce before those listened on, where others reach us by another way. */
  readonly advertise?: readonly string[] | null
  /** Another institution runs with this id's key at the same time: our own, or a known one's. */
  readonly onSameKey?: (id: InstitutionId) => void
}

/** Starts everything between institutions: node, gate, peers, gossip. Throws 'port-taken'. */
export async function createNetwork(ports: NetworkPorts) {
  const { seed, listen, known } = ports
  const gate = createGate({ known: (id) => known().some((one) => one.id === id) })
  const node = await createNode({ seed, listen, gate })
  const connected = () => peers.connected()
  const gossip = await createGossip({ ...ports, node, connected })
  const onPeer = (state: PeerState) => {
    gossip.peerChanged(state.id, state.connected)
    ports.onPeer(state)
  }
  const peers = await createPeers({ ...ports, node, onPeer })

  return {
    id: node.id,
    /** Multiaddrs where others reach us. */
    addresses: node.addresses,
    publish: gossip.publish,
    fetch: gossip.fetch,
    reconcile: gossip.reconcile,
    /** Institutions that answered our hello and are still there. */
    connected,
    /** How an institution stands to us; null when it is not known. */
    peer: peers.state,
    /** Wall time of an institution's last sign of life since we started, or null. */
    lastSeen: (id: InstitutionId) => peers.state(id)?.lastSeen ?? null,
    /** An institution's clock minus ours in milliseconds; null before its first hello. */
    skew: (id: InstitutionId) => peers.state(id)?.skewMs ?? null,
    /** Institutions through which others reach us who can't do so directly. */
    relays: node.relays,
    /** True where the connection to an institution goes through another one. */
    isRelayed: (id: InstitutionId) => {
      const [first] = node.connections(id)
      return first !== undefined && !isDirect(first)
    },
    connectTo: peers.connectTo,
    disconnect: peers.disconnect,
    async stop(): Promise<void> {
      gossip.stop()
      peers.stop()
      await node.stop()
    },
  }
}

export type Network = Awaited<ReturnType<typeof createNetwork>>
