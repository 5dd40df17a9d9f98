const TCP = /^\/(?:ip4|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d+)$/
const TCP6 = /^\/ip6\/([^/]+)\/tcp\/(\d+)$/

/** An address as a firewall team writes it: host, then port. One of another kind is shown as it is. */
export function plainAddress(address: string): string {
  return address.replace(TCP, '$1:$2').replace(TCP6, '[$1]:$2')
}
