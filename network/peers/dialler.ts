import { createHash } from 'node:crypto'
import type { Connection } from '@libp2p/interface'
import type { InstitutionId } from '#domain/values.ts'
import type { Node } from '../node.ts'
import { createGatekeeper } from '../limiter.ts'
import type { Clock } from '../ports.ts'
import type { Book, PeerState } from './book.ts'
import { dialTroubleOf } from './link-trouble.ts'

/** Dials at once: a handshake is work, and forty at the same time would make each of them late. */
const DIALS = 6
const FIRST_RETRY_MS = 400
const LAST_RETRY_MS = 30_000
/**
 * Who never answered us and turns us away has not confirmed us yet, and will come by itself once it has: it is asked again after so
 * long at least, however many others come meanwhile.
 */
const STRANGER_RETRY_MS = 15_000
/** When somebody came who may pass us on, or this machine woke up, those who could not be reached are tried again so soon. */
const HURRY_MS = 1000

export interface DiallerPorts {
  readonly node: Node
  readonly book: Book
  readonly clock: Clock
  /** Aborted when the network stops. */
  readonly stopping: AbortSignal
  readonly greet: (connection: Connection) => Promise<void>
  /** Whether this machine is told to go through an HTTP proxy. */
  readonly proxy: () => boolean
}

/** Dials institutions until they answer, with growing pauses between attempts. */
export function createDialler({ node, book, clock, stopping, greet, proxy }: DiallerPorts) {
  const timers = new Map<InstitutionId, () => void>()
  const failures = new Map<InstitutionId, number>()
  const dialling = new Set<InstitutionId>()
  const strangers = new Set<InstitutionId>()
  const turn = createGatekeeper(DIALS, 1)

  function schedule(id: InstitutionId, ms: number): void {
    timers.get(id)?.()
    if (!stopping.aborted)
      timers.set(
        id,
        clock.after(ms, () => void dial(id)),
      )
  }

  async function dial(id: InstitutionId) {
    if (dialling.has(id)) return
    dialling.add(id)
    strangers.delete(id)
    await turn(id, () => meet(id))
    dialling.delete(id)
    if (book.get(id)?.connected) failures.delete(id)
    else if (book.get(id)) retry(id)
  }

  /** One attempt. Who came to us meanwhile is not dialled. Never rejects. */
  async function meet(id: InstitutionId): Promise<void> {
    const state = book.get(id)
    if (!state || state.connected || stopping.aborted) return
    try {
      const [open] = node.connections(id)
      await greet(open ?? (await reach({ node, stopping }, state, failures.has(id))))
      if (book.get(id)?.lastSeen === null) strangers.add(id)
    } catch (error) {
      // Not reachable now: the next attempt is scheduled.
      if (!stopping.aborted) book.fail(id, dialTroubleOf(error, proxy()))
    }
  }

  /** Tries again after a pause that doubles with every failure. */
  function retry(id: InstitutionId): void {
    const count = failures.get(id) ?? 0
    failures.set(id, count + 1)
    const pause = pauseBefore(node.id, id, count)
    schedule(id, strangers.has(id) ? Math.max(STRANGER_RETRY_MS, pause) : pause)
  }

  function forget(id: InstitutionId): void {
    timers.get(id)?.()
    timers.delete(id)
    failures.delete(id)
    strangers.delete(id)
  }

  /** Tries all again soon that could not be reached; at most once for each pause of theirs. */
  function hurry(): void {
    for (const id of failures.keys()) {
      if (!dialling.has(id) && !strangers.has(id) && !book.get(id)?.connected) schedule(id, HURRY_MS)
    }
  }

  return { schedule, retry, forget, hurry, stop: () => [...timers.keys()].forEach(forget) }
}

/** Directly if that works, otherwise through others. Who can't be reached can't reach us, maybe: others are asked to pass it on. */
async function reach(
  { node, stopping }: Pick<DiallerPorts, 'node' | 'stopping'>,
  { id, addresses }: PeerState,
  hasFailed: boolean,
): Promise<Connection> {
  if (addresses.length === 0 || hasFailed) void node.askToRelay()
  try {
    return await node.dial(id, addresses, stopping)
  } catch (error) {
    void node.askToRelay()
    // Why its own addresses do not lead to it says more than that nobody passes us on.
    return node.dialThroughOthers(id, stopping).catch(() => Promise.reject(error))
  }
}

/** Milliseconds before the next attempt: doubling up to half a minute, spread by a hash so that not all call at once. */
export function pauseBefore(me: InstitutionId, other: InstitutionId, failures: number): number {
  const digest = createHash('sha256').update([me, other, failures].join('/')).digest()
  const full = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 20))
  return full / 2 + (full / 2) * (digest.readUInt32BE() / 2 ** 32)
}
