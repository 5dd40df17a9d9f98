import { base64urlnopad } from '@scure/base'
import { AppError } from '#domain/errors.ts'
import type { Peer } from '#domain/invitation.ts'
import type { InstitutionId } from '#domain/values.ts'
import { thereOf } from '../addresses.ts'
import type { Node } from '../node.ts'
import type { Clock } from '../ports.ts'
import { answerHello, HELLO, type Hello, OtherVersionError, PROTOCOL_VERSION } from '../protocols/hello.ts'
import { type Book, createBook, type PeerState } from './book.ts'
import { createDialler } from './dialler.ts'
import { createGreeter } from './greeter.ts'
import { helloTroubleOf } from './link-trouble.ts'
import { createTwins, type Twins } from './twins.ts'
import { createWaking, ownPlace } from './waking.ts'

const LOOK_ROUND_MS = 1000
/** The institution with the higher id lets the other dial first, so that two rarely meet on two connections. */
const COURTESY_MS = 700
/** Of many institutions each dials a few at a time: the wait grows by so much with every one that is known. */
const CROWD_MS = 100
/** Who was confirmed so recently may not have confirmed us yet: where many are, they are given as long as many take. */
const RECENT_MS = 60_000
const FEW = 8

export interface PeersPorts {
  readonly node: Node
  readonly name: string
  readonly clock: Clock
  readonly known: () => readonly Peer[]
  readonly onPeer: (state: PeerState) => void
  /** Cryptographically secure random bytes. */
  readonly random: (bytes: number) => Uint8Array
  /** Multiaddrs to announce before those that we listen on, where others reach us by another way. */
  readonly advertise?: readonly string[] | null
  /** What this machine's network is; when it changes, everybody is tried again at once. */
  readonly place?: () => string
  /** Whether this machine is set up to reach the internet through an HTTP proxy. */
  readonly proxy?: () => boolean
  /** Two institutions run under this id at once: ours, if it is our own. */
  readonly onSameKey?: (id: InstitutionId) => void
}

/** Keeps a connection to every known institution: dials, says hello, and tries again with growing pauses. */
export async function createPeers(ports: PeersPorts) {
  const { node, clock, known, onPeer, onSameKey = () => {}, proxy = () => false } = ports
  const stop = new AbortController()
  const ownHello = createOwnHello(ports)
  const book = createBook(
    () => clock.now(),
    (state) => {
      // Whoever came may pass us on to those who can't be reached.
      if (state.connected) dialler.hurry()
      onPeer(state)
    },
  )
  const twins = createTwins({ node, clock, ownHello, onSameKey, stopping: stop.signal })
  const greet = createGreeter({ book, clock, ownHello, twins, stopping: stop.signal })
  const dialler = createDialler({ node, book, clock, greet, proxy, stopping: stop.signal })

  const courtesy = (peer: Peer) => courtesyOf(peer, { me: node.id, count: known().length, now: clock.now() })

  function begin(peer: Peer) {
    if (peer.id === node.id) return
    book.add(peer)
    dialler.schedule(peer.id, courtesy(peer))
    for (const connection of node.connections(peer.id)) void greet(connection)
  }

  async function disconnect(id: InstitutionId): Promise<void> {
    dialler.forget(id)
    book.remove(id)
    await node.hangUp(id)
  }

  function lost(id: InstitutionId) {
    if (stop.signal.aborted || !book.get(id)?.connected || node.connections(id).length > 0) return
    book.change(id, { connected: false, lastSeen: clock.now() })
    dialler.retry(id)
  }

  await answerHellos(node, { book, twins, ownHello })
  node.on('connection:open', (connection) => void greet(connection))
  node.on('connection:close', ({ remotePeer }) => lost(remotePeer.toString()))
  const woke = createWaking(clock, ports.place ?? ownPlace)
  const cancel = everyRound(clock, () => {
    if (woke()) dialler.hurry()
    const { came, gone } = changesIn(book.ids(), known())
    came.forEach(begin)
    for (const id of gone) void disconnect(id)
  })

  return {
    connected: () => book.ids().filter((id) => book.get(id)?.connected === true),
    state: book.get,
    /** Begins to keep a connection, or tries again now. Throws 'same-key' for our own id. */
    connectTo: (peer: Peer) => {
      if (peer.id === node.id) throw new AppError('same-key', 'This institution has our own key')
      if (!book.get(peer.id)) begin(peer)
      book.addAddresses(peer.id, peer.addresses)
      dialler.schedule(peer.id, courtesy(peer))
    },
    disconnect,
    stop: () => {
      stop.abort()
      cancel()
      dialler.stop()
    },
  }
}

/** How long we wait before we dial an institution for the first time, where we know so many. */
function courtesyOf(
  { id, confirmedAt }: Peer,
  { me, count, now }: { me: string; count: number; now: number },
) {
  if (me > id) return COURTESY_MS + CROWD_MS * count
  return now - confirmedAt < RECENT_MS ? CROWD_MS * Math.max(0, count - FEW) : 0
}

/** What we say of ourselves: the same instance as long as this process lasts. */
function createOwnHello({ node, name, clock, random, advertise }: PeersPorts): () => Hello {
  const instance = base64urlnopad.encode(random(32))
  return () => ({
    name,
    protocol: PROTOCOL_VERSION,
    time: clock.now(),
    addresses: [...new Set([...(advertise ?? []), ...node.addresses()])].slice(0, 16),
    instance,
  })
}

/** Answers whoever says hello, and remembers what it said. */
function answerHellos(
  node: Node,
  { book, twins, ownHello }: { book: Book; twins: Twins; ownHello: () => Hello },
): Promise<void> {
  return node.handle(HELLO, async (stream, from, connection) => {
    const hello = await answerHello(stream, ownHello).catch((error: unknown) => {
      if (error instanceof OtherVersionError) book.fail(from, helloTroubleOf(error))
      throw error
    })
    book.learn(from, { ...hello, addresses: thereOf(connection.remoteAddr, hello.addresses) })
    twins.heard(connection, hello)
  })
}

/** Who became known since we last looked, and who is known no longer. */
function changesIn(before: readonly InstitutionId[], now: readonly Peer[]) {
  return {
    came: now.filter((one) => !before.includes(one.id)),
    gone: before.filter((id) => !now.some((one) => one.id === id)),
  }
}

/** Calls at once and then every second, until the returned function is called. */
function everyRound(clock: Clock, call: () => void): () => void {
  let cancel = () => {}
  const round = () => {
    call()
    cancel = clock.after(LOOK_ROUND_MS, round)
  }
  round()
  return () => cancel()
}
