import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Connection, ConnectionGater, Libp2p, Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { peerIdFromString } from '@libp2p/peer-id'
import { yamux } from '@libp2p/yamux'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { AppError } from '#domain/errors.ts'
import type { InstitutionId } from '#domain/values.ts'
import { elsewhere, placesForOthers, readAddress } from './addresses.ts'
import { guarded, type Registrar, shutStrangersOut } from './admission.ts'
import { createAnteroom } from './anteroom.ts'
import { createEntrance } from './entrance.ts'
import { CIRCUIT, createRelaying, isDirect } from './relaying.ts'

const MAX_CONNECTIONS = 64
/** Streams of one connection to a peer itself, and those that it carries for others when one of the two relays. */
const MAX_STREAMS = 16
const MAX_RELAYED = 64
const MAX_STREAMS_PER_PROTOCOL = 4
const DIAL_TIMEOUT_MS = 8000
const CLOSE_TIMEOUT_MS = 1000

export interface NodeOptions {
  /** 32 bytes of Ed25519 seed. */
  readonly seed: Uint8Array
  /** Multiaddrs to listen on; none to dial only. */
  readonly listen: readonly string[]
  readonly gate: Required<ConnectionGater>
  /** Whether an IP address is one that a member was reached at: callers from there have places of their own. */
  readonly familiar?: (host: string) => boolean
  /** Whether a peer whose connection the gate let in may use a protocol; without it, every one. */
  readonly admits?: (id: InstitutionId, protocol: string) => boolean
}

/**
 * A libp2p node over TCP: Noise, then yamux. Relays for those whom its gate lets (circuit relay v2,
 * without limits of its own) and is reached through others. No discovery, no routing.
 */
export interface Node {
  readonly id: InstitutionId
  /** Multiaddrs where others reach us directly, with our id. */
  readonly addresses: () => string[]
  /** Answers a protocol. A handler that fails loses its stream, nothing else. */
  readonly handle: (
    protocol: string,
    handler: (stream: Stream, from: InstitutionId, connection: Connection) => Promise<void>,
  ) => Promise<void>
  /** Rejects when no address answers in time or the gate is shut. */
  readonly dial: (id: InstitutionId, addresses: readonly string[], signal: AbortSignal) => Promise<Connection>
  /** True when a fresh connection to one of these addresses can be made in so many milliseconds; it is closed again. Never rejects. */
  readonly canDial: (id: InstitutionId, addresses: readonly string[], ms: number) => Promise<boolean>
  /** Opens a stream on a connection that is there; never dials. Rejects with 'peer-unreachable' when there is none. */
  readonly open: (id: InstitutionId, protocol: string, signal: AbortSignal) => Promise<Stream>
  /** Open connections to an institution, direct ones first. */
  readonly connections: (id: InstitutionId) => Connection[]
  /** Dials an institution through those that we are connected with directly. Rejects when none can pass us on. */
  readonly dialThroughOthers: (id: InstitutionId, signal: AbortSignal) => Promise<Connection>
  /** Asks some that we are connected with directly to pass on to us whoever can't reach us. Never rejects. */
  readonly askToRelay: () => Promise<void>
  /** Institutions that pass others on to us now. */
  readonly relays: () => InstitutionId[]
  readonly on: (event: 'connection:open' | 'connection:close', call: (connection: Connection) => void) => void
  /** Closes all connections to an institution. */
  readonly hangUp: (id: InstitutionId) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts a node. Throws 'port-taken' when another process listens there already. */
export async function createNode(options: NodeOptions): Promise<Node> {
  const { libp2p, listen } = await start(options)
  const connections = (id: InstitutionId) =>
    libp2p
      .getConnections(peerIdFromString(id))
      .filter((one) => one.status === 'open')
      .toSorted((a, b) => Number(!isDirect(a)) - Number(!isDirect(b)))
  const own = () => libp2p.getMultiaddrs().filter((one) => !String(one).includes(CIRCUIT))
  return {
    id: libp2p.peerId.toString(),
    addresses: () => placesForOthers(own()).map(String),
    connections,
    ...createRelaying(libp2p, listen),
    handle: (protocol, handler) =>
      libp2p.handle(protocol, guarded(protocol, handler, options.admits), {
        maxInboundStreams: MAX_STREAMS_PER_PROTOCOL,
        maxOutboundStreams: MAX_STREAMS_PER_PROTOCOL,
        runOnLimitedConnection: true,
      }),
    dial: async (id, addresses, signal) =>
      libp2p.dial(addressesOf(id, addresses, own()), { signal: within(signal, DIAL_TIMEOUT_MS) }),
    async canDial(id, addresses, ms) {
      try {
        const signal = AbortSignal.timeout(ms)
        const fresh = await libp2p.dial(addressesOf(id, addresses, own()), { signal, force: true })
        return await fresh.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) }).then(() => true)
      } catch {
        return false
      }
    },
    async open(id, protocol, signal) {
      const [connection] = connections(id)
      if (!connection) throw new AppError('peer-unreachable', 'There is no connection to this institution')
      return connection.newStream(protocol, {
        signal,
        maxOutboundStreams: MAX_STREAMS_PER_PROTOCOL,
        runOnLimitedConnection: true,
      })
    },
    on: (event, call) => libp2p.addEventListener(event, ({ detail }) => call(detail)),
    hangUp: (id) =>
      libp2p.hangUp(peerIdFromString(id), { signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) }).catch(() => {
        for (const one of connections(id)) one.abort(new Error('Closed'))
      }),
    stop: async () => libp2p.stop(),
  }
}

/** What is needed of the inside of libp2p. */
interface Inner {
  readonly transportManager: { listen: (addresses: Multiaddr[]) => Promise<void> }
  readonly registrar: Registrar
}
type Listen = Inner['transportManager']['listen']

async function start({
  seed,
  listen,
  gate,
  familiar = () => false,
  admits,
}: NodeOptions): Promise<{ libp2p: Libp2p; listen: Listen }> {
  const privateKey = await generateKeyPairFromSeed('Ed25519', Uint8Array.from(seed))
  let inner: Inner | null = null
  const anteroom = createAnteroom({ familiar, ticks: () => performance.now() })
  try {
    // createLibp2p writes into its options: they are made here and shared with nobody.
    const libp2p: Libp2p = await createLibp2p({
      privateKey,
      nodeInfo: { name: 'murmuration', version: '1', userAgent: 'murmuration' },
      addresses: { listen: [...listen] },
      transports: [createEntrance(anteroom), circuitRelayTransport()],
      // Not TLS: its certificates are not valid yet where a clock is an hour behind. Noise looks at no clock.
      connectionEncrypters: [noise()],
      streamMuxers: [
        yamux({
          maxInboundStreams: MAX_STREAMS + MAX_RELAYED,
          maxOutboundStreams: MAX_STREAMS + MAX_RELAYED,
        }),
      ],
      connectionGater: gate,
      connectionManager: {
        maxConnections: MAX_CONNECTIONS,
        maxIncomingPendingConnections: MAX_CONNECTIONS,
        // The anteroom sees to it that none of many who come at once, from one address or from many, keeps others out.
        inboundConnectionThreshold: Number.MAX_SAFE_INTEGER,
        dialTimeout: DIAL_TIMEOUT_MS,
        reconnectRetries: 0,
      },
      // It opens streams to all every ten seconds and cuts off who is busy: gossip feels their pulse instead.
      connectionMonitor: { enabled: false },
      services: {
        identify: identify({ maxInboundStreams: 2, maxOutboundStreams: 2, runOnLimitedConnection: true }),
        relay: circuitRelayServer({
          maxInboundHopStreams: MAX_RELAYED,
          maxOutboundStopStreams: MAX_RELAYED,
          reservations: { maxReservations: MAX_CONNECTIONS, applyDefaultLimit: false },
        }),
        /** A service of our own that only keeps hold of the inside. */
        inside: (components: Inner) => {
          inner = components
          return {}
        },
      },
    })
    if (admits && inner) await shutStrangersOut((inner as Inner).registrar, admits)
    libp2p.addEventListener('connection:open', ({ detail: { remoteAddr } }) => anteroom.welcomed(remoteAddr))
    return { libp2p, listen: (addresses) => listenOn(inner, addresses) }
  } catch (cause) {
    if (String(cause).includes('EADDRINUSE')) {
      throw new AppError('port-taken', 'Another process listens on this port', { cause })
    }
    throw cause
  }
}

/** Both the caller's signal and a limit in time. */
export function within(signal: AbortSignal, ms: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(ms)])
}

function addressesOf(id: InstitutionId, addresses: readonly string[], own: readonly Multiaddr[]) {
  const readable = addresses.flatMap(
    (one) => readAddress(`${one.replace(/\/p2p\/[^/]+$/, '')}/p2p/${id}`) ?? [],
  )
  const usable = elsewhere(own, readable)
  if (usable.length === 0)
    throw new AppError('peer-unreachable', 'No address of this institution can be dialled')
  return usable
}

function listenOn(inner: Inner | null, addresses: Multiaddr[]): Promise<void> {
  return inner ? inner.transportManager.listen(addresses) : Promise.reject(new Error('Not started'))
}
