import type { Peer } from '#domain/invitation.ts'
import type { Hash, InstitutionId } from '#domain/values.ts'
import { createGate } from './gate.ts'
import { createGossip, type GossipListeners } from './gossip/gossip.ts'
import { createFamiliarity } from './familiarity.ts'
import { createNode, type Node } from './node.ts'
import type { PeerState } from './peers/book.ts'
import { createGuests } from './peers/guests.ts'
import { createPairing } from './peers/pairing.ts'
import { createPeers } from './peers/peers.ts'
import { createRollCall } from './peers/roll-call.ts'
import { createSeat } from './peers/seat.ts'
import type { Clock, Library, Shelf } from './ports.ts'
import { PAIRING } from './protocols/pairing.ts'
import { ROLL_CALL } from './protocols/roll-call.ts'
import { isDirect } from './relaying.ts'
import { createSelfTest } from './self-test.ts'

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
  /** What this machine's network is; without it, its own addresses. When it changes, everybody is tried again at once. */
  readonly place?: () => string
  /** Whether this machine is set up to reach the internet through an HTTP proxy. */
  readonly proxy?: () => boolean
  /** Marks a pairing code (by hash) as used. False when it was used before. Without it, codes are remembered until we stop. */
  readonly spend?: (code: Hash) => boolean
}

/** Starts everything between institutions: node, gate, peers, gossip. Throws 'port-taken'. */
export async function createNetwork(ports: NetworkPorts) {
  const { seed, listen, known } = ports
  const isKnown = (id: InstitutionId) => known().some((one) => one.id === id)
  const dismiss = (id: InstitutionId) => void (isKnown(id) || node.hangUp(id))
  const seat = createSeat({ clock: ports.clock, dismiss })
  const guests = createGuests({ clock: ports.clock, dismiss })
  const gate = createGate({ known: isKnown, guest: (id) => guests.admits(id) || seat.admits(id) })
  const admits = (id: InstitutionId, protocol: string) =>
    isKnown(id) || (protocol === PAIRING && seat.admits(id)) || (protocol === ROLL_CALL && guests.admits(id))
  const familiar = createFamiliarity(known, ports.clock)
  const node: Node = await createNode({ seed, listen, gate, familiar, admits })
  const connected = () => peers.connected()
  const gossip = await createGossip({ ...ports, node, connected })
  const onPeer = (state: PeerState) => {
    gossip.peerChanged(state.id, state.connected)
    ports.onPeer(state)
  }
  const peers = await createPeers({ ...ports, node, onPeer })
  const addresses = () => ports.advertise ?? node.addresses()
  const spend = ports.spend ?? createSpending()
  const pairing = await createPairing({ ...ports, node, addresses, seat, spend })
  const self = () => ({ id: node.id, name: ports.name, addresses: addresses().slice(0, 4) })
  const rollCall = await createRollCall({ ...ports, node, guests, self })
  const { state: peer } = peers
  const proxy = ports.proxy ?? (() => false)
  const selfTest = await createSelfTest({ ...ports, node, connected, peer, proxy })

  return {
    id: node.id,
    /** Looks whether others can reach us, how, and what to ask for where they can't. */
    selfTest,
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
    /** Pairing by a one-time code and six words on both screens. */
    openWindow: pairing.openWindow,
    dialWith: pairing.dialWith,
    /** A roll call of many by one code and six words for the whole list. */
    openCall: rollCall.openCall,
    joinCall: rollCall.joinCall,
    async stop(): Promise<void> {
      rollCall.stop()
      seat.stop()
      guests.stop()
      gossip.stop()
      peers.stop()
      await node.stop()
    },
  }
}

/** Codes used since we started. */
function createSpending(): (code: Hash) => boolean {
  const spent = new Set<Hash>()
  return (code) => {
    if (spent.has(code)) return false
    spent.add(code)
    return true
  }
}

export type Network = Awaited<ReturnType<typeof createNetwork>>
