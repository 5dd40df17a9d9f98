import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'

/** A multiaddr from its text, or null where it is none. */
export function readAddress(text: string): Multiaddr | null {
  try {
    return multiaddr(text)
  } catch {
    return null
  }
}

/** The IP address that a multiaddr begins with, written in one way; null where it names none. */
export function hostOf(address: Multiaddr): string | null {
  const [first] = address.getComponents()
  if (first?.name === 'ip4') return first.value ?? null
  return first?.name === 'ip6' ? plainHost(first.value ?? '') : null
}

/** The TCP port of a multiaddr that leads to an IP address and nowhere beyond; null for any other. */
export function portOf(address: Multiaddr): string | null {
  const parts = address.getComponents().filter((one) => one.name !== 'p2p')
  return parts.length === 2 && parts[1]?.name === 'tcp' ? (parts[1].value ?? null) : null
}

/** An IP address in one way, without its zone: one of IPv4 that is written as one of IPv6 as what it is. */
export function plainHost(text: string): string {
  const bare = text.toLowerCase().replace(/%.*$/, '')
  const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1]
  if (dotted !== undefined) return dotted
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(bare) ?? []
  if (high === undefined || low === undefined) return bare
  return [high, low]
    .map((half) => Number.parseInt(half, 16))
    .flatMap((half) => [half >> 8, half & 255])
    .join('.')
}

/**
 * Of the addresses that somebody announces over a connection those that lie where it is connected from: it can have us knock at
 * no other machine. Over a way through another institution that is nowhere.
 */
export function thereOf(remoteAddr: Multiaddr, announced: readonly string[]): string[] {
  const host = remoteAddr.toString().includes('/p2p-circuit') ? null : hostOf(remoteAddr)
  return announced.filter((text) => {
    const address = readAddress(text)
    return host !== null && address !== null && portOf(address) !== null && hostOf(address) === host
  })
}

/** Whether an address leads to one of these places: the same IP address and the same TCP port. */
function isAmong(places: readonly Multiaddr[], address: Multiaddr): boolean {
  const [host, port] = [hostOf(address), portOf(address)]
  return host !== null && port !== null && places.some((one) => hostOf(one) === host && portOf(one) === port)
}

/**
 * Of an institution's addresses those that do not lead to ourselves: a loopback address, or one of a private network that is
 * numbered like ours. Our own key would answer there, which says nothing about that institution.
 */
export function elsewhere(own: readonly Multiaddr[], addresses: readonly Multiaddr[]): Multiaddr[] {
  return addresses.filter((one) => !isAmong(own, one))
}

/** Of the places where we listen those that others can use: loopback only where there is no other. */
export function placesForOthers(own: readonly Multiaddr[]): Multiaddr[] {
  const outside = own.filter((one) => !isLoopback(hostOf(one) ?? ''))
  return outside.length > 0 ? outside : [...own]
}

const isLoopback = (host: string) => host === '::1' || /^127(\.\d+){3}$/.test(host)
