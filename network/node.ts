import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Connection, ConnectionGater, Libp2p, Stream, StreamHandler } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { peerIdFromString } from '@libp2p/peer-id'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { AppError } from '#domain/errors.ts'
import type { InstitutionId } from '#domain/values.ts'

const MAX_CONNECTIONS = 64
const MAX_STREAMS = 16
const MAX_STREAMS_PER_PROTOCOL = 4
const DIAL_TIMEOUT_MS = 8000
const CLOSE_TIMEOUT_MS = 1000

export interface NodeOptions {
  /** 32 bytes of Ed25519 seed. */
  readonly seed: Uint8Array
  /** Multiaddrs to listen on; none to dial only. */
  readonly listen: readonly string[]
  readonly gate: Required<ConnectionGater>
}

/** A libp2p node over TCP: TLS 1.3 first, then Noise, both yamux. No discovery, no routing, no relay. */
export interface Node {
  readonly id: InstitutionId
  /** Multiaddrs where others reach us, with our id. */
  readonly addresses: () => string[]
  /** Answers a protocol. A handler that fails loses its stream, nothing else. */
  readonly handle: (
    protocol: string,
    handler: (stream: Stream, from: InstitutionId) => Promise<void>,
  ) => Promise<void>
  /** Rejects when no address answers in time or the gate is shut. */
  readonly dial: (id: InstitutionId, addresses: readonly string[], signal: AbortSignal) => Promise<Connection>
  /** Opens a stream on a connection that is there; never dials. Rejects with 'peer-unreachable' when there is none. */
  readonly open: (id: InstitutionId, protocol: string, signal: AbortSignal) => Promise<Stream>
  readonly connections: (id: InstitutionId) => Connection[]
  readonly on: (event: 'connection:open' | 'connection:close', call: (connection: Connection) => void) => void
  /** Closes all connections to an institution. */
  readonly hangUp: (id: InstitutionId) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts a node. Throws 'port-taken' when another process listens there already. */
export async function createNode(options: NodeOptions): Promise<Node> {
  const libp2p = await start(options)
  const connections = (id: InstitutionId) =>
    libp2p.getConnections(peerIdFromString(id)).filter((one) => one.status === 'open')
  return {
    id: libp2p.peerId.toString(),
    addresses: () => libp2p.getMultiaddrs().map(String),
    connections,
    handle: (protocol, handler) =>
      libp2p.handle(protocol, guarded(handler), {
        maxInboundStreams: MAX_STREAMS_PER_PROTOCOL,
        maxOutboundStreams: MAX_STREAMS_PER_PROTOCOL,
      }),
    dial: (id, addresses, signal) =>
      libp2p.dial(addressesOf(id, addresses), { signal: within(signal, DIAL_TIMEOUT_MS) }),
    async open(id, protocol, signal) {
      const [connection] = connections(id)
      if (!connection) throw new AppError('peer-unreachable', 'There is no connection to this institution')
      return connection.newStream(protocol, { signal, maxOutboundStreams: MAX_STREAMS_PER_PROTOCOL })
    },
    on: (event, call) => libp2p.addEventListener(event, ({ detail }) => call(detail)),
    hangUp: (id) =>
      libp2p.hangUp(peerIdFromString(id), { signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) }).catch(() => {
        for (const one of connections(id)) one.abort(new Error('Closed'))
      }),
    stop: async () => libp2p.stop(),
  }
}

async function start({ seed, listen, gate }: NodeOptions): Promise<Libp2p> {
  const privateKey = await generateKeyPairFromSeed('Ed25519', Uint8Array.from(seed))
  try {
    // createLibp2p writes into its options: they are made here and shared with nobody.
    return await createLibp2p({
      privateKey,
      nodeInfo: { name: 'murmuration', version: '1', userAgent: 'murmuration' },
      addresses: { listen: [...listen] },
      transports: [tcp({ maxConnections: 2 * MAX_CONNECTIONS })],
      connectionEncrypters: [tls(), noise()],
      streamMuxers: [yamux({ maxInboundStreams: MAX_STREAMS, maxOutboundStreams: MAX_STREAMS })],
      connectionGater: gate,
      connectionManager: {
        maxConnections: MAX_CONNECTIONS,
        maxIncomingPendingConnections: MAX_CONNECTIONS,
        // Several hospitals may come from one address, and all at once after a power cut.
        inboundConnectionThreshold: MAX_CONNECTIONS,
        dialTimeout: DIAL_TIMEOUT_MS,
        reconnectRetries: 0,
      },
      services: { identify: identify({ maxInboundStreams: 2, maxOutboundStreams: 2 }) },
    })
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

function addressesOf(id: InstitutionId, addresses: readonly string[]) {
  const usable = addresses.flatMap((one) => {
    try {
      const bare = one.replace(/\/p2p\/[^/]+$/, '')
      return [multiaddr(`${bare}/p2p/${id}`)]
    } catch {
      return []
    }
  })
  if (usable.length === 0)
    throw new AppError('peer-unreachable', 'No address of this institution can be dialled')
  return usable
}

function guarded(handler: (stream: Stream, from: InstitutionId) => Promise<void>): StreamHandler {
  return (stream, connection) => {
    // The sender is who the connection proves it is, whatever a message claims.
    handler(stream, connection.remotePeer.toString()).catch((error: unknown) => {
      stream.abort(error instanceof Error ? error : new Error('The handler failed'))
    })
  }
}
