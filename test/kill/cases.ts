import { Entry, type Point } from './points.ts'

/** What happens to a member: its process is killed, stopped and continued later, or its network cable is pulled. */
export type Fault = 'kill' | 'stop' | 'cut'

/** An entry of a round, before or after its commit, at the one who proposed the round or at another member. */
export interface Place extends Pick<Point, 'entry' | 'side'> {
  readonly role: 'member' | 'proposer'
}

/** Where a member has to stand still for a place. */
export function pointAt({ entry, side, role }: Place, me: string): Point {
  return { entry, side, me, proposer: { id: me, isSo: role === 'proposer' } }
}

/** A place in words. */
export function describePlace({ entry, side, role }: Place): string {
  return `${side} ${entry}, ${role}`
}

/** A fault at a named entry of a round. */
export interface Case extends Place {
  readonly fault: Fault
  /** How long it lasts at least, where that is more than until the others have gone on. */
  readonly lastingMs?: number
}

const faults: readonly Fault[] = ['kill', 'stop', 'cut']
const sides = ['before', 'after'] as const
/** Only who leads a round writes these. */
const ofProposer: readonly Entry[] = ['proposal', 'roster']

/** Every entry of a round, before and after its commit, with every fault, at a member and at the proposer. */
export function allCases(): Case[] {
  return Entry.options.flatMap((entry) =>
    sides.flatMap((side) =>
      faults.flatMap((fault) =>
        (ofProposer.includes(entry) ? (['proposer'] as const) : (['proposer', 'member'] as const)).map(
          (role): Case => ({ entry, side, role, fault }),
        ),
      ),
    ),
  )
}

/** So many cases: all of them in turn, in an order that is mixed and always the same. */
export function casesFor(count: number): Case[] {
  const all = allCases()
  // A stride that has no factor in common with their number visits each once.
  const mixed = all.map((_, i) => all[(i * 41) % all.length]!)
  return Array.from({ length: count }, (_, i) => mixed[i % mixed.length]!)
}

/** A laptop that sleeps, or is out of its network, for more than a minute in the middle of a round. */
export function naps(lastingMs: number): Case[] {
  return (['committed', 'ready', 'revealed'] as const).flatMap((entry) =>
    (['stop', 'cut'] as const).map((fault): Case => ({
      entry,
      side: 'after',
      role: 'member',
      fault,
      lastingMs,
    })),
  )
}
