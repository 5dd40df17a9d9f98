import type { Socket } from 'node:net'
import type { Multiaddr } from '@multiformats/multiaddr'
import { hostOf, plainHost, portOf } from './addresses.ts'
import { type AnteroomLimits, createTurns } from './turns.ts'
import { createCallers, type Caller } from './callers.ts'

const LIMITS: AnteroomLimits = {
  silent: 1024,
  patience: 5000,
  familiars: 24,
  strangers: 12,
  handshake: 3000,
  perSecond: 30,
  burst: 64,
}
const SWEEP_MS = 100

export interface AnteroomPorts {
  /** Whether an IP address is one that a member of ours was reached at. */
  readonly familiar: (host: string) => boolean
  /** Monotonic milliseconds. */
  readonly ticks: () => number
  readonly limits?: Partial<AnteroomLimits>
}

/**
 * Where callers stand until they have proved who they are. A socket that says nothing costs next to nothing and keeps nobody
 * out; handshakes, which are work, begin in fair turns by address, with places that only members' addresses have.
 */
export function createAnteroom({ familiar, ticks, limits: own }: AnteroomPorts) {
  const limits = { ...LIMITS, ...own }
  const rooms = { silent: createCallers(), ready: createCallers(), greeted: createCallers() }
  const { silent, ready, greeted } = rooms
  const letIn = createTurns(rooms, limits, ticks)
  const all = Object.values(rooms)
  let timer: NodeJS.Timeout | null = null

  function leave(caller: Caller) {
    for (const room of all) room.remove(caller)
    if (all.some((room) => room.size() > 0)) return
    clearInterval(timer ?? undefined)
    timer = null
  }
  function sendAway(caller: Caller) {
    leave(caller)
    caller.socket.destroy()
  }
  function sweep() {
    const now = ticks()
    silent.olderThan(now - limits.patience).forEach(sendAway)
    ready.olderThan(now - 2 * limits.patience).forEach(sendAway)
    const slow = greeted.olderThan(now - limits.handshake)
    slow.filter((one) => ready.count(one.isFamiliar) > 0).forEach(sendAway)
    letIn()
  }
  function speaks(caller: Caller) {
    silent.remove(caller)
    if (ready.size() >= limits.silent) sendAway(ready.greediest() ?? caller)
    ready.add({ ...caller, since: ticks() })
    letIn()
  }

  return {
    /** Takes a socket that came in; `admit` hands it on once its turn has come. */
    arrived(socket: Socket, admit: () => void): void {
      if (socket.remoteAddress === undefined) return void socket.destroy()
      const host = plainHost(socket.remoteAddress)
      const caller = { socket, host, isFamiliar: familiar(host), since: ticks(), admit }
      socket.on('error', () => undefined)
      socket.once('close', () => leave(caller))
      silent.add(caller)
      timer ??= setInterval(sweep, SWEEP_MS).unref()
      const crowded = silent.size() > limits.silent ? silent.greediest() : null
      if (crowded) sendAway(crowded)
      // Reading begins with this listener, and goes on where libp2p listens for data.
      socket.once('readable', () => silent.has(caller) && !socket.destroyed && speaks(caller))
    },
    /** A caller has proved who it is: it stands here no longer. */
    welcomed(from: Multiaddr): void {
      const [host, port] = [hostOf(from), portOf(from)]
      const found = host && port ? greeted.at(host, Number(port)) : null
      if (found) leave(found)
      letIn()
    },
    /** How many stand here: without a word, waiting for their turn, and in a handshake. */
    sizes: () => ({ silent: silent.size(), ready: ready.size(), greeted: greeted.size() }),
    /** Sends everybody away. */
    clear: (): void => all.flatMap((room) => room.olderThan(Infinity)).forEach(sendAway),
  }
}

export type Anteroom = ReturnType<typeof createAnteroom>
