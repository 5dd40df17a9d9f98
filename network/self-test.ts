import type { Peer } from '#domain/invitation.ts'
import type { InstitutionId } from '#domain/values.ts'
import { createDialBack } from './dialling-back.ts'
import type { Node } from './node.ts'
import type { PeerState } from './peers/book.ts'
import type { LinkTrouble } from './peers/link-trouble.ts'
import type { Clock } from './ports.ts'
import { PROTOCOL_VERSION } from './protocols/hello.ts'
import { answerReach, askToDial, REACH } from './protocols/reach.ts'
import { isDirect } from './relaying.ts'

/** Above this both screens say that clocks differ, in milliseconds. */
const SKEW_MS = 60_000
const ASK_MS = 20_000
/** Of more that are missing, the reasons of the first are told. */
const MOST_NAMED = 50
/** One member has us dial back no more often. */
const PAUSE_MS = 5000
/** A dial back takes this long, whatever stands in its way: the time of an answer tells nothing of it. */
const DIAL_BACK_MS = 4000

/** One finding: what was looked at, whether it is in order, which sentence says so, and what the sentence names. */
export interface Finding {
  readonly name: 'listening' | 'members' | 'member' | 'reachable' | 'relay' | 'clock' | 'proxy'
  readonly ok: boolean
  readonly sentence:
    | 'listening'
    | 'not-listening'
    | 'members-none'
    | 'members-all-connected'
    | 'members-some-missing'
    | 'reachable-by-all'
    | 'reachable-by-some'
    | 'reachable-by-nobody'
    | 'reachable-unknown'
    | 'relay-not-needed'
    | 'relay-available'
    | 'relay-missing'
    | 'clock-unknown'
    | 'clock-agrees'
    | 'clock-differs'
    | 'proxy-none'
    | 'proxy-not-needed'
    | 'proxy-only'
    | `link-${LinkTrouble['kind']}`
    | 'link-not-tried'
  readonly facts: Readonly<Record<string, string | number>>
}

export interface SelfTestPorts {
  readonly node: Node
  readonly clock: Clock
  readonly known: () => readonly Peer[]
  readonly connected: () => readonly InstitutionId[]
  readonly peer: (id: InstitutionId) => PeerState | null
  /** Whether this machine is set up to reach the internet through an HTTP proxy. */
  readonly proxy: () => boolean
}

/** Looks at this institution's own network, with the help of the members that are there. Changes nothing. */
export async function createSelfTest(ports: SelfTestPorts): Promise<() => Promise<Finding[]>> {
  const { node, clock, peer } = ports
  const served = new Map<InstitutionId, number>()
  const placesOf = createDialBack()

  /** Dials where this very member is connected from. It proves who it is there, or hears no, always as late. */
  async function dialBack(from: InstitutionId): Promise<boolean> {
    if (clock.ticks() - (served.get(from) ?? -Infinity) < PAUSE_MS) return false
    served.set(from, clock.ticks())
    const passed = new Promise<void>((resolve) => void clock.after(DIAL_BACK_MS, resolve))
    const places = placesOf(from, node.connections(from), peer(from)?.addresses ?? [])
    if (places.length > 0 && (await node.canDial(from, places, DIAL_BACK_MS))) return true
    await passed
    return false
  }
  await node.handle(REACH, (stream, from) => answerReach(stream, () => dialBack(from)))

  /** Null when this member does not answer. */
  async function isReachedBy(id: InstitutionId): Promise<boolean | null> {
    try {
      return await askToDial(await node.open(id, REACH, AbortSignal.timeout(ASK_MS)))
    } catch {
      return null
    }
  }

  return async () => {
    const connected = ports.connected()
    const answers = await Promise.all(connected.map(isReachedBy))
    const reachable = findReachable(ports, connected, answers)
    if (!reachable.ok) await node.askToRelay()
    return [
      findListening(ports),
      findMembers(ports, connected),
      ...findMissing(ports, connected),
      reachable,
      findRelay(ports, reachable.ok),
      findSkew(ports, connected),
      findProxy(ports, connected),
    ]
  }
}

function findListening({ node }: SelfTestPorts): Finding {
  const addresses = node.addresses()
  const ok = addresses.length > 0
  const facts = { addresses: addresses.length, ports: portsOf(addresses) }
  return { name: 'listening', ok, sentence: ok ? 'listening' : 'not-listening', facts }
}

function findMembers({ known, node }: SelfTestPorts, connected: readonly InstitutionId[]): Finding {
  const others = known().filter((one) => one.id !== node.id)
  const missing = others.filter((one) => !connected.includes(one.id)).map((one) => one.name)
  const facts = { known: others.length, connected: connected.length, missing: missing.join(', ') }
  if (others.length === 0) return { name: 'members', ok: false, sentence: 'members-none', facts }
  const ok = missing.length === 0
  return { name: 'members', ok, sentence: ok ? 'members-all-connected' : 'members-some-missing', facts }
}

/** Of each that is not connected, why. */
function findMissing({ known, node, peer }: SelfTestPorts, connected: readonly InstitutionId[]): Finding[] {
  const missing = known().filter((one) => one.id !== node.id && !connected.includes(one.id))
  return missing.slice(0, MOST_NAMED).map(({ id, name }) => {
    const { trouble = null, addresses = [] } = peer(id) ?? {}
    const theirs = trouble?.kind === 'other-version' ? (trouble.theirs ?? '') : ''
    const facts = { member: name, ports: portsOf(addresses), theirs, ours: PROTOCOL_VERSION }
    return { name: 'member', ok: false, sentence: trouble ? `link-${trouble.kind}` : 'link-not-tried', facts }
  })
}

function findReachable(
  { node, peer }: SelfTestPorts,
  asked: readonly InstitutionId[],
  answers: readonly (boolean | null)[],
): Finding {
  const not = asked.filter((_, i) => answers[i] === false).map((id) => peer(id)?.name ?? id)
  const yes = answers.filter((one) => one === true).length
  const facts = { asked: asked.length, reached: yes, not: not.join(', '), ports: portsOf(node.addresses()) }
  const finding = (ok: boolean, sentence: Finding['sentence']): Finding => {
    return { name: 'reachable', ok, sentence, facts }
  }
  if (yes === 0 && not.length === 0) return finding(false, 'reachable-unknown')
  if (yes === 0) return finding(false, 'reachable-by-nobody')
  return not.length === 0 ? finding(true, 'reachable-by-all') : finding(false, 'reachable-by-some')
}

function findRelay({ node }: SelfTestPorts, isReachable: boolean): Finding {
  const relays = node.relays().length
  const facts = { relays }
  if (isReachable) return { name: 'relay', ok: true, sentence: 'relay-not-needed', facts }
  return { name: 'relay', ok: relays > 0, sentence: relays > 0 ? 'relay-available' : 'relay-missing', facts }
}

function findSkew({ peer }: SelfTestPorts, connected: readonly InstitutionId[]): Finding {
  const skews = connected.flatMap((id) => {
    const state = peer(id)
    return state && state.skewMs !== null ? [{ name: state.name, ms: state.skewMs }] : []
  })
  const far = skews.filter(({ ms }) => Math.abs(ms) > SKEW_MS)
  const most = skews.reduce((worst, { ms }) => (Math.abs(ms) > Math.abs(worst) ? ms : worst), 0)
  const minutes = Math.round(Math.abs(most) / 60_000)
  const facts = { compared: skews.length, most, minutes, differ: far.map((one) => one.name).join(', ') }
  if (skews.length === 0) return { name: 'clock', ok: false, sentence: 'clock-unknown', facts }
  const ok = far.length === 0
  return { name: 'clock', ok, sentence: ok ? 'clock-agrees' : 'clock-differs', facts }
}

/** Through an HTTP proxy alone nothing of ours passes yet: then it is said plainly, with what to ask for. */
function findProxy({ node, proxy, known }: SelfTestPorts, connected: readonly InstitutionId[]): Finding {
  const facts = { ports: portsOf(known().flatMap((one) => one.addresses)) }
  if (!proxy()) return { name: 'proxy', ok: true, sentence: 'proxy-none', facts }
  const isDirectlyOut = connected.some((id) => node.connections(id).some(isDirect))
  if (isDirectlyOut) return { name: 'proxy', ok: true, sentence: 'proxy-not-needed', facts }
  return { name: 'proxy', ok: false, sentence: 'proxy-only', facts }
}

/** The TCP ports of addresses, as people ask for them: "4001, 4002". */
function portsOf(addresses: readonly string[]): string {
  const found = addresses.flatMap((one) => /\/tcp\/(\d+)/.exec(one)?.[1] ?? [])
  return [...new Set(found)].join(', ')
}
