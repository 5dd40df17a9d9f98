import { execFileSync } from 'node:child_process'

const PREFIX = 'murmur'
/** A network of its own, in no route of this machine. */
const address = (member: number) => `10.231.0.${member + 1}`

/** A machine of the test: a network namespace, joined to the others by a virtual cable. */
export interface Machine {
  readonly name: string
  readonly address: string
}

let made = 0

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 10_000 })
}

/** Why no network namespaces can be made here, or null where they can. */
export function namespacesMissing(): string | null {
  if (process.platform !== 'linux') return 'network namespaces exist on Linux only'
  const probe = `${PREFIX}-${process.pid}-probe`
  try {
    ip('netns', 'add', probe)
    ip('netns', 'del', probe)
    return null
  } catch {
    return 'this account may not make network namespaces'
  }
}

/** Why no router that translates addresses can be made here, or null where one can. */
export function routersMissing(): string | null {
  const namespaces = namespacesMissing()
  if (namespaces !== null) return namespaces
  const probe = `${PREFIX}-${process.pid}-router`
  try {
    ip('netns', 'add', probe)
    translate(probe)
    return null
  } catch {
    return 'a router that translates addresses needs nft (Debian: nftables), sysctl and a kernel that lets them'
  } finally {
    forget(probe)
  }
}

/** Removes the namespaces of test processes that are gone. */
function sweep(): void {
  const listed = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8', timeout: 10_000 })
  for (const line of listed.split('\n')) {
    const [name = ''] = line.split(' ')
    const [prefix, pid] = name.split('-')
    if (prefix === PREFIX && !isAlive(Number(pid))) forget(name)
  }
}

/** Removes a namespace, unless another test process has swept it already. */
function forget(name: string): void {
  try {
    ip('netns', 'del', name)
  } catch {
    // It is gone.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/**
 * So many machines on one switch, each a network namespace: nothing of it is reachable from this machine's own network.
 * Throws where namespaces can't be made. `remove` takes all of it away again.
 */
export function makeNetwork(count: number) {
  sweep()
  const id = `${PREFIX}-${process.pid}-${++made}`
  const hub = `${id}-hub`
  const all = [hub]
  const inHub = (...args: string[]) => ip('-n', hub, ...args)
  ip('netns', 'add', hub)
  const machines = Array.from({ length: count }, (_, i): Machine => {
    const name = `${id}-${i}`
    all.push(name)
    ip('netns', 'add', name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
    ip('link', 'add', 'eth0', 'netns', name, 'type', 'veth', 'peer', 'name', `port${i}`, 'netns', hub)
    ip('-n', name, 'addr', 'add', `${address(i)}/24`, 'dev', 'eth0')
    ip('-n', name, 'link', 'set', 'eth0', 'up')
    inHub('link', 'set', `port${i}`, 'up')
    inHub('link', 'add', `switch${i}`, 'type', 'bridge')
    inHub('link', 'set', `switch${i}`, 'up')
    return { name, address: address(i) }
  })

  /** Puts each group of machines on a switch of its own: packets between groups vanish, connections are not closed. */
  function split(groups: readonly (readonly number[])[]): void {
    for (const [group, members] of groups.entries()) {
      for (const member of members) inHub('link', 'set', `port${member}`, 'master', `switch${group}`)
    }
  }

  split([machines.map((_, i) => i)])
  return {
    machines,
    split,
    /** Everybody on one switch. */
    heal: () => split([machines.map((_, i) => i)]),
    /** Two machines that can't reach each other at all, whatever others can. */
    keepApart(a: number, b: number): void {
      ip('-n', machines[a]!.name, 'route', 'add', 'blackhole', address(b))
      ip('-n', machines[b]!.name, 'route', 'add', 'blackhole', address(a))
    },
    /** Puts a machine behind a router of its own that translates its address: it can call, and nobody can call it. */
    hide: (member: number) => hide(machines[member]!, member, all),
    remove(): void {
      for (const name of all) forget(name)
    },
  }
}

/** The machine's cable to the switch becomes its router's; behind it the machine has a network that nobody else has a way to. */
function hide({ name }: Machine, member: number, all: string[]): void {
  const router = `${name}-nat`
  all.push(router)
  ip('netns', 'add', router)
  ip('-n', name, 'link', 'set', 'eth0', 'netns', router)
  ip('-n', router, 'addr', 'add', `${address(member)}/24`, 'dev', 'eth0')
  ip('-n', router, 'link', 'set', 'eth0', 'up')
  ip('link', 'add', 'eth0', 'netns', name, 'type', 'veth', 'peer', 'name', 'inside', 'netns', router)
  ip('-n', name, 'addr', 'add', `192.168.${member + 1}.2/24`, 'dev', 'eth0')
  ip('-n', name, 'link', 'set', 'eth0', 'up')
  ip('-n', router, 'addr', 'add', `192.168.${member + 1}.1/24`, 'dev', 'inside')
  ip('-n', router, 'link', 'set', 'inside', 'up')
  ip('-n', name, 'route', 'add', 'default', 'via', `192.168.${member + 1}.1`)
  translate(router)
}

/** Makes a namespace hand packets on, under its own address. Throws where the tools or the kernel's part are missing. */
function translate(router: string): void {
  const inRouter = (...args: string[]) =>
    execFileSync('ip', ['netns', 'exec', router, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 10_000,
    })
  inRouter('sysctl', '-w', 'net.ipv4.ip_forward=1')
  inRouter('nft', 'add', 'table', 'ip', 'nat')
  inRouter('nft', 'add', 'chain', 'ip', 'nat', 'out', '{ type nat hook postrouting priority 100 ; }')
  inRouter('nft', 'add', 'rule', 'ip', 'nat', 'out', 'oifname', 'eth0', 'masquerade')
}
