import type { Connection, Libp2p } from '@libp2p/interface'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { AppError } from '#domain/errors.ts'
import type { InstitutionId } from '#domain/values.ts'

/** What the address of a way through another institution contains. */
export const CIRCUIT = '/p2p-circuit'

/** Ways through others tried in one dial, and how long. */
const MAX_WAYS = 8
const DIAL_MS = 10_000

/** Whether a connection goes to its institution itself, not through another. */
export function isDirect(connection: Connection): boolean {
  return !connection.remoteAddr.toString().includes(CIRCUIT)
}

/** Reaches and is reached through institutions that both sides are connected with: any of them can pass on, with or without an open port. */
export function createRelaying(libp2p: Libp2p, listen: (addresses: Multiaddr[]) => Promise<void>) {
  const relays = () => [
    ...new Set(
      libp2p.getMultiaddrs().flatMap((one) => {
        const [way, rest] = one.toString().split(CIRCUIT)
        return rest === undefined ? [] : [way?.split('/p2p/').at(-1) ?? '']
      }),
    ),
  ]

  /** One direct connection for each institution that we have one with. */
  function neighbours(): Map<InstitutionId, Connection> {
    const open = libp2p.getConnections().filter((one) => one.status === 'open' && isDirect(one))
    return new Map(open.map((one) => [one.remotePeer.toString(), one]))
  }

  const asking = new Set<InstitutionId>()

  async function reserve(id: InstitutionId, { remoteAddr }: Connection): Promise<void> {
    if (asking.has(id)) return
    asking.add(id)
    try {
      await listen([multiaddr(`${bare(remoteAddr)}/p2p/${id}${CIRCUIT}`)])
    } catch {
      // This one passes nobody on to us: others may.
    } finally {
      asking.delete(id)
    }
  }

  return {
    relays,
    async askToRelay(): Promise<void> {
      const have = new Set(relays())
      const lacking = [...neighbours()].filter(([id]) => !have.has(id))
      await Promise.all(lacking.map(([id, connection]) => reserve(id, connection)))
    },
    async dialThroughOthers(id: InstitutionId, signal: AbortSignal): Promise<Connection> {
      const ways = [...neighbours()]
        .filter(([relay]) => relay !== id)
        .map(([relay, { remoteAddr }]) => multiaddr(`${bare(remoteAddr)}/p2p/${relay}${CIRCUIT}/p2p/${id}`))
      for (let at = 0; at < ways.length; at += MAX_WAYS) {
        const within = AbortSignal.any([signal, AbortSignal.timeout(DIAL_MS)])
        const connection = await libp2p
          .dial(ways.slice(at, at + MAX_WAYS), { signal: within })
          .catch(() => null)
        if (connection) return connection
      }
      throw new AppError('peer-unreachable', 'Nobody who is there can pass us on')
    },
  }
}

function bare(address: Multiaddr): string {
  return address.toString().replace(/\/p2p\/[^/]+$/, '')
}
