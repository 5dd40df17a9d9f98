import type { Connection, Libp2p } from '@libp2p/interface'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { AppError } from '#domain/errors.ts'
import type { InstitutionId } from '#domain/values.ts'

/** What the address of a way through another institution contains. */
export const CIRCUIT = '/p2p-circuit'

/** Ways through others tried in one dial, and how long. */
const MAX_WAYS = 8
const DIAL_MS = 10_000
/** Institutions that are asked to pass others on to us at the same time. */
const MAX_RELAYS = 8
/** How long one may take to agree to pass others on to us. */
const RESERVE_MS = 6000

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

  /**
   * One direct connection for each institution that we have one with. In the same order at everyone, so that where a few
   * pass us on, those who look for us ask these few first.
   */
  function neighbours(): Map<InstitutionId, Connection> {
    const open = libp2p.getConnections().filter((one) => one.status === 'open' && isDirect(one))
    const named = open.map((one) => [one.remotePeer.toString(), one] as const)
    return new Map(named.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }

  async function reserve(id: InstitutionId, { remoteAddr }: Connection): Promise<void> {
    const limit = new Promise<void>((resolve) => {
      AbortSignal.timeout(RESERVE_MS).addEventListener('abort', () => resolve())
    })
    const address = multiaddr(`${bare(remoteAddr)}/p2p/${id}${CIRCUIT}`)
    // Where this one passes nobody on to us, others may.
    await Promise.race([listen([address]).catch(() => {}), limit])
  }

  /** One after the other: the library forgets reservations that wait while one is made. */
  async function reserveAll(): Promise<void> {
    for (const [id, connection] of neighbours()) {
      const held = relays()
      if (held.length >= MAX_RELAYS) return
      if (connection.status === 'open' && !held.includes(id)) await reserve(id, connection)
    }
  }

  let asking: Promise<void> | null = null

  return {
    relays,
    /** Asks until a few pass us on. */
    askToRelay: (): Promise<void> => {
      asking ??= reserveAll().finally(() => void (asking = null))
      return asking
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
