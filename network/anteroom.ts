import type { Socket } from 'node:net'
import type { Multiaddr } from '@multiformats/multiaddr'
import { hostOf, plainHost, portOf } from './addresses.ts'
import { createCallers, type Caller } from './callers.ts'

/** How strangers are held off. Times in milliseconds. */
export interface AnteroomLimits {
  /** Sockets that may stand here without a word; each costs a file handle. */
  readonly silent: number
  /** A caller says something within this time, and its turn comes within twice as long, or it is sent away. */
  readonly patience: number
  /** Handshakes under way for callers from members' addresses, and for those from others; of one other address half of these. */
  readonly familiars: number
  readonly strangers: number
  /** While others wait, a handshake that takes longer than this is ended. */
  readonly handshake: number
  /** Handshakes that may begin in a second, for either kind, after as many at once as `burst` says. */
  readonly perSecond: number
  readonly burst: number
}

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
  const silent = createCallers()
  const ready = createCallers()
  const greeted = createCallers()
  const rooms = [silent, ready, greeted]
  const begun = { familiar: createBucket(limits, ticks()), stranger: createBucket(limits, ticks()) }
  let timer: NodeJS.Timeout | null = null

  function leave(caller: Caller) {
    for (const room of rooms) room.remove(caller)
    if (rooms.every((room) => room.size() === 0)) stopSweeping()
  }
  function sendAway(caller: Caller) {
    leave(caller)
    caller.socket.destroy()
  }
  function hasPlace({ host, isFamiliar }: Caller): boolean {
    const now = greeted.count(isFamiliar)
    if (isFamiliar) return now < limits.familiars
    return now < limits.strangers && greeted.of(host) < limits.strangers / 2
  }
  function letIn() {
    for (const isFamiliar of [true, false]) {
      const bucket = begun[isFamiliar ? 'familiar' : 'stranger']
      for (;;) {
        const next = ready.next((one) => one.isFamiliar === isFamiliar && hasPlace(one), greeted.of)
        if (!next || !bucket.take(ticks())) break
        ready.remove(next)
        greeted.add({ ...next, since: ticks() })
        next.admit()
      }
    }
  }
  function sweep() {
    const now = ticks()
    silent.olderThan(now - limits.patience).forEach(sendAway)
    ready.olderThan(now - 2 * limits.patience).forEach(sendAway)
    const pressed = [true, false].filter((kind) => ready.count(kind) > 0)
    const slow = greeted.olderThan(now - limits.handshake)
    slow.filter((one) => pressed.includes(one.isFamiliar)).forEach(sendAway)
    letIn()
  }
  function startSweeping() {
    timer ??= setInterval(sweep, SWEEP_MS).unref()
  }
  function stopSweeping() {
    if (timer) clearInterval(timer)
    timer = null
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
      startSweeping()
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
    clear: (): void => rooms.flatMap((room) => room.olderThan(Infinity)).forEach(sendAway),
  }
}

export type Anteroom = ReturnType<typeof createAnteroom>

/** So many at once, and so many in each second after them. */
function createBucket({ perSecond, burst }: AnteroomLimits, start: number) {
  let left = burst
  let last = start
  return {
    take(now: number): boolean {
      left = Math.min(burst, left + ((now - last) / 1000) * perSecond)
      last = now
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}
