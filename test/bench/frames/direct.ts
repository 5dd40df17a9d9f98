import { setImmediate, setTimeout } from 'node:timers/promises'
import type { Connection, Stream } from '@libp2p/interface'
import { StreamMessageEvent } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { Document } from '#domain/documents.ts'
import type { Hash } from '#domain/values.ts'
import { realClock } from '#kit/real-clock.ts'
import { createGossip } from '#network/gossip/gossip.ts'
import type { Identity } from '#network/identity/identity.ts'
import { makeInvitation } from '#network/identity/invitation.ts'
import type { Node } from '#network/node.ts'
import { createPairing, type PairingWindow } from '#network/peers/pairing.ts'
import { createPeers } from '#network/peers/peers.ts'
import { createSeat } from '#network/peers/seat.ts'
import { createSelfTest } from '#network/self-test.ts'
import type { Rounding } from '../../network/rounding.ts'
import type { Dice } from '../../simulation/clock.ts'
import type { Names } from './grammar.ts'
import { flip, hostileFrame, protocols, type Protocol } from './messages.ts'

type Handler = Parameters<Node['handle']>[1]

/** Longer than this no handler may go on once the other side has finished. */
const PATIENCE_MS = 40_000

/**
 * The product's own handlers of all its protocols, over the library, shelf and rounds of a running institution, without
 * sockets below: what they are fed is decoded, checked and dealt with exactly as if it had come over one.
 */
export async function createDirectLine(victim: Rounding, from: Identity) {
  const handlers = new Map<string, Handler>()
  const unreachable = () => Promise.reject(new Error('There are no sockets here'))
  const node: Node = {
    id: victim.id,
    addresses: () => [],
    handle: (protocol, handler) => Promise.resolve(void handlers.set(protocol, handler)),
    ...{ dial: unreachable, open: unreachable, dialThroughOthers: unreachable },
    ...{
      canDial: () => Promise.resolve(false),
      askToRelay: () => Promise.resolve(),
      hangUp: () => Promise.resolve(),
    },
    ...{ connections: () => [], relays: () => [], on: () => {}, stop: () => Promise.resolve() },
  }
  const known = () => [{ id: from.id, name: 'Hostile', addresses: [], confirmedAt: 1 }]
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  const common = { node, clock: realClock, known, random, name: victim.name, connected: () => [from.id] }
  const gossip = await createGossip({
    ...{ ...common, library: victim.library, shelf: victim.shelf, mayLeave: victim.mayLeave },
    ...{ onDocument: (document: Document) => victim.documentArrived(document), onEquivocation: () => {} },
  })
  const peers = await createPeers({ ...common, onPeer: () => {} })
  const seat = createSeat({ clock: realClock, dismiss: () => {} })
  const pairing = await createPairing({ ...common, addresses: () => [], spend: () => true, seat })
  await createSelfTest({ ...common, peer: peers.state, proxy: () => false })
  let window: PairingWindow | null = null
  const invite = () => {
    window?.close()
    window = pairing.openWindow(
      makeInvitation(victim.identity, { name: 'Host', addresses: [], now: Date.now(), random }),
    )
  }

  /** Feeds frames to a handler until it has ended; true when it did in time. */
  async function feed(
    protocol: Protocol,
    frames: readonly Uint8Array[],
  ): Promise<{ fed: number; ended: boolean }> {
    const handler = handlers.get(protocol)
    if (!handler) throw new Error(`Nobody answers ${protocol}`)
    const stream = createFakeStream()
    let settled = false
    const connection = {
      remotePeer: { toString: () => from.id },
      remoteAddr: multiaddr('/ip4/127.0.0.1/tcp/1'),
    }
    const end = handler(stream.stream, from.id, connection as unknown as Connection) // safe: handlers read no more of it
      .catch(() => {})
      .finally(() => (settled = true))
    let fed = 0
    for (const frame of frames) {
      if (settled) break
      stream.push(frame)
      fed++
      await setImmediate()
    }
    stream.finish()
    const ended =
      settled || (await Promise.race([end.then(() => true), setTimeout(PATIENCE_MS, false, { ref: false })]))
    return { fed, ended }
  }

  return {
    feed,
    invite,
    frame: (protocol: Protocol, names: Names, dice: Dice) => hostileFrame(protocol, from, names, dice),
    stop() {
      window?.close()
      gossip.stop()
      peers.stop()
      seat.stop()
    },
  }
}

export interface DirectReport {
  readonly frames: number
  readonly byProtocol: Record<string, number>
  /** Handlers that went on although the other side had finished long ago. */
  readonly hung: number
}

/** Feeds so many frames, on several lines at once. */
export async function feedFrames(
  line: Awaited<ReturnType<typeof createDirectLine>>,
  {
    total,
    study,
    members,
    dice,
    onThousand,
  }: {
    total: number
    study: Hash
    members: readonly string[]
    dice: Dice
    onThousand: () => void
  },
): Promise<DirectReport> {
  const byProtocol: Record<string, number> = {}
  const names: Names = { hashes: [study, study, study, 'a'.repeat(64)], members }
  let frames = 0
  let hung = 0
  const made = new Map(protocols.map((one): [Protocol, Uint8Array[]] => [one, []]))

  /** A new frame, or one of those before with a few bits flipped. */
  function fresh(protocol: Protocol): Uint8Array {
    const before = made.get(protocol)!
    if (before.length === KEPT && dice.chance(0.6)) return flip(dice.pick(before), dice)
    const frame = line.frame(protocol, names, dice)
    if (before.length < KEPT) before.push(frame)
    else before[dice.below(KEPT)] = frame
    return frame
  }

  async function one() {
    while (frames < total) {
      const protocol = dice.pick<Protocol>(protocols)
      if (protocol.includes('pairing') && dice.chance(0.01)) line.invite()
      const list = Array.from({ length: 1 + dice.below(3) }, () => fresh(protocol))
      const { fed, ended } = await line.feed(protocol, list)
      if (Math.floor(frames / 1000) < Math.floor((frames + fed) / 1000)) onThousand()
      frames += fed
      byProtocol[protocol] = (byProtocol[protocol] ?? 0) + fed
      if (!ended) hung++
    }
  }
  await Promise.all(Array.from({ length: 8 }, one))
  return { frames, byProtocol, hung }
}

/** Frames of each protocol that are kept to be spoilt again. */
const KEPT = 500

/** A stream without a socket: what is pushed arrives, what is sent is dropped. */
function createFakeStream() {
  const target = new EventTarget()
  const state = { status: 'open', remoteWriteStatus: 'writable', readBufferLength: 0 }
  const close = (error?: Error) => {
    if (state.status !== 'open') return
    state.status = 'closed'
    state.remoteWriteStatus = 'closed'
    target.dispatchEvent(Object.assign(new Event('close'), { error }))
  }
  const stream = Object.assign(target, {
    send: () => true,
    push: () => {},
    unshift: () => {},
    log: Object.assign(() => {}, { error: () => {}, trace: () => {} }),
    closeRead: () => Promise.resolve(),
    close: () => Promise.resolve(close()),
    abort: (error: Error) => close(error),
  })
  for (const key of ['status', 'remoteWriteStatus', 'readBufferLength'] as const)
    Object.defineProperty(stream, key, { get: () => state[key] })
  return {
    stream: stream as unknown as Stream, // safe: all that the handlers use of one
    push: (bytes: Uint8Array) => void target.dispatchEvent(new StreamMessageEvent(bytes)),
    finish() {
      state.remoteWriteStatus = 'closed'
      target.dispatchEvent(new Event('remoteCloseWrite'))
    },
  }
}
