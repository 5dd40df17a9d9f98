import type { Socket } from 'node:net'

/** A socket from outside that has not proved yet whose it is. */
export interface Caller {
  readonly socket: Socket
  readonly host: string
  /** It comes from an address at which a member was reached. */
  readonly isFamiliar: boolean
  /** When it came into the room where it is now, in monotonic milliseconds. */
  readonly since: number
  readonly admit: () => void
}

/** Callers in the order in which they came, counted by address. */
export function createCallers() {
  const all = new Map<Socket, Caller>()
  const hosts = new Map<string, number>()
  const kinds = { familiar: 0, stranger: 0 }

  const of = (host: string) => hosts.get(host) ?? 0

  function note({ host, isFamiliar }: Caller, change: 1 | -1) {
    kinds[isFamiliar ? 'familiar' : 'stranger'] += change
    if (of(host) + change === 0) hosts.delete(host)
    else hosts.set(host, of(host) + change)
  }
  function greediestHost(): string | null {
    let [found, most] = [null as string | null, 0]
    for (const [host, count] of hosts) if (count > most) [found, most] = [host, count]
    return found
  }
  return {
    size: () => all.size,
    /** How many come from this address. */
    of,
    count: (isFamiliar: boolean) => kinds[isFamiliar ? 'familiar' : 'stranger'],
    has: ({ socket }: Caller) => all.has(socket),
    add(caller: Caller): void {
      all.set(caller.socket, caller)
      note(caller, 1)
    },
    remove({ socket }: Caller): void {
      const found = all.get(socket)
      if (found && all.delete(socket)) note(found, -1)
    },
    /** The one that is connected from there, or null. */
    at(host: string, port: number): Caller | null {
      return all.values().find((one) => one.host === host && one.socket.remotePort === port) ?? null
    },
    olderThan: (moment: number): Caller[] => [...all.values()].filter((one) => one.since < moment),
    /** The oldest of the address from which most have come. */
    greediest(): Caller | null {
      const host = greediestHost()
      return all.values().find((one) => one.host === host) ?? null
    },
    /** Of those that may go on, the first of an address that has fewest further on. */
    next(may: (caller: Caller) => boolean, ahead: (host: string) => number): Caller | null {
      let [found, fewest] = [null as Caller | null, Infinity]
      const looked = new Set<string>()
      for (const one of all.values()) {
        if (looked.has(one.host)) continue
        looked.add(one.host)
        if (may(one) && ahead(one.host) < fewest) [found, fewest] = [one, ahead(one.host)]
      }
      return found
    },
  }
}

export type Callers = ReturnType<typeof createCallers>
