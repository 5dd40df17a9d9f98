import { isIPv4 } from 'node:net'
import type { Connection } from '@libp2p/interface'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
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
      const address = read(text)
      const host = address && hostOf(address)
      const port = address && portOf(address)
      if (!host || !port || !seen.has(host)) return []
      if (!known.has(port) && known.size >= MAX_PORTS) return []
      known.add(port)
      return [`/${isIPv4(host) ? 'ip4' : 'ip6'}/${host}/tcp/${port}`]
    })
  }
}

function read(text: string): Multiaddr | null {
  try {
    return multiaddr(text)
  } catch {
    return null
  }
}

/** The IP address of a multiaddr that names one and no relay, written in one way; null for any other. */
function hostOf(address: Multiaddr): string | null {
  const [first] = address.getComponents()
  if (first?.name === 'ip4') return first.value ?? null
  return first?.name === 'ip6' ? fourOf(first.value ?? '') : null
}

/** An IPv4 address that is written as one of IPv6 in its own way; any other as it stands. */
function fourOf(six: string): string {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(six) ?? []
  if (high === undefined || low === undefined) return six
  return [high, low]
    .map((half) => Number.parseInt(half, 16))
    .flatMap((half) => [half >> 8, half & 255])
    .join('.')
}

function portOf(address: Multiaddr): string | null {
  const parts = address.getComponents().filter((one) => one.name !== 'p2p')
  return parts.length === 2 && parts[1]?.name === 'tcp' ? (parts[1].value ?? null) : null
}
