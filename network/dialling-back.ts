import { isIPv4 } from 'node:net'
import type { Connection } from '@libp2p/interface'
import { hostOf, portOf, readAddress } from './addresses.ts'
import { isDirect } from './relaying.ts'

/** Ports of its own machine at which one member may ever have us knock: it listens at one or two. */
const MAX_PORTS = 3

/**
 * Where an institution that asks to be dialled back may be dialled: at the address from which it is connected with us at this
 * moment, and nowhere else, whatever it announces. It names the port alone, and of these a few for as long as we run.
 */
export function createDialBack() {
  const ports = new Map<string, Set<string>>()

  return function placesOf(id: string, open: readonly Connection[], announced: readonly string[]): string[] {
    const seen = new Set(open.filter(isDirect).flatMap(({ remoteAddr }) => hostOf(remoteAddr) ?? []))
    const known = ports.get(id) ?? new Set<string>()
    ports.set(id, known)
    return announced.flatMap((text) => {
      const address = readAddress(text)
      const host = address && hostOf(address)
      const port = address && portOf(address)
      if (!host || !port || !seen.has(host)) return []
      if (!known.has(port) && known.size >= MAX_PORTS) return []
      known.add(port)
      return [`/${isIPv4(host) ? 'ip4' : 'ip6'}/${host}/tcp/${port}`]
    })
  }
}
