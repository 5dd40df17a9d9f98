import type { Peer } from '#domain/invitation.ts'
import { hostOf, readAddress } from './addresses.ts'
import type { Clock } from './ports.ts'

const REREAD_MS = 2000

/** Tells whether an IP address is one that a member of ours gave when it was confirmed. What is known is read again now and then. */
export function createFamiliarity(known: () => readonly Peer[], clock: Clock): (host: string) => boolean {
  let hosts: ReadonlySet<string> = new Set()
  let readAt = -Infinity

  function read() {
    const addresses = known().flatMap((one) => one.addresses.map(readAddress))
    hosts = new Set(addresses.flatMap((one) => (one && hostOf(one)) ?? []))
    readAt = clock.ticks()
  }
  return (host) => {
    if (clock.ticks() - readAt > REREAD_MS) read()
    return hosts.has(host)
  }
}
