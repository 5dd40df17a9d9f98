import { setTimeout } from 'node:timers/promises'
import { type Case, describePlace, pointAt } from './cases.ts'
import type { Federation } from './federation.ts'
import type { Member } from './member.ts'
import type { Point } from './points.ts'
import { createLooking, type RoundEnding } from './looking.ts'
import { until } from './until.ts'

/** A member that has not come to the entry by then never will. */
const REACH_MS = 90_000
/** When the others have not gone on by then, they hang. */
const HUNG_MS = 180_000
/** How long one who may alone have opened a sum, or without whom all sums would show it, stays away at most: the others wait for it. */
const AWAY_MS = 20_000
/** For somebody to stand in the way of a round so that it is given up. */
const OBSTRUCT_MS = 10_000

/** What became of one fault. */
export interface Ending {
  readonly what: Case
  /** The round in which it happened. */
  readonly round: number
  readonly outcome: RoundEnding
  /** Until all others had that round and the next. */
  readonly restMs: number
  /** Until a killed process ran again; 0 where none was killed. */
  readonly startMs: number
  /** From its start, continuation or cable until it was part of a sum again. */
  readonly backMs: number
}

/** A fault under way: in which round, who is left, since when (ticks). */
interface Struck {
  readonly what: Case
  readonly round: number
  readonly others: readonly Member[]
  readonly began: number
  readonly strike: { end(what: Case): Promise<number> }
}

/** Runs one case after the other on one study. The victim of a case is its number's. */
export function createRuns({ members, network }: Federation, study: string) {
  const look = createLooking(members, study)

  async function run(what: Case, number: number): Promise<Ending> {
    const at = number % members.length
    const victim = members[at]!
    const others = members.filter((one) => one !== victim)
    const { id: me } = await victim.call('institution.get', null)
    await until('all are in a sum', () => look.isSteady(members), HUNG_MS)
    const { round } = await bringToStand(victim, others, pointAt(what, me))
    const strike = createStrike(victim, at)
    await strike.begin(what)
    const began = performance.now()
    const { restMs, returned } = await goOnWithout(me, { what, round, others, began, strike })
    const last = await look.latest(others[0]!)
    const startMs = returned ?? (await strike.end(what))
    const isBack = () => look.isInSumFrom(victim, me, last)
    const backMs = await until(`it is back after ${describeCase(what)}`, isBack, HUNG_MS)
    await look.compare(round - 1)
    const held = returned !== null && what.entry !== 'revealed'
    const outcome = held ? 'held' : await look.endingOf(others[0]!, round)
    return { what, round, outcome, restMs, startMs, backMs }
  }

  /**
   * Until the others had this round and the next. Who was to open its mask, or had just done so, comes back while they still wait
   * for it, and so does anybody without whom they may add up nothing: `returned` says how long its start took.
   */
  async function goOnWithout(me: string, { what, round, others, began, strike }: Struck) {
    const away = () => performance.now() - began
    const lasting = what.lastingMs ?? 0
    let returned: number | null = null
    async function goOn(): Promise<boolean> {
      if ((await Promise.all(others.map((one) => look.isDecided(one, round + 1)))).every(Boolean)) return true
      if (returned !== null || away() < Math.max(AWAY_MS, lasting)) return false
      if (what.entry === 'revealed' || (await look.needs(others[0]!, me))) returned = await strike.end(what)
      return false
    }
    const restMs = await until(`the others go on after ${describeCase(what)}`, goOn, HUNG_MS)
    await setTimeout(Math.max(0, lasting - away()))
    return { restMs, returned }
  }

  /** To be given up, a round needs somebody else who stands in its way. */
  async function bringToStand(victim: Member, others: readonly Member[], point: Point) {
    const standing = victim.standingAt(point, REACH_MS)
    if (point.entry !== 'abandoned') return standing
    const there = standing.then(() => true)
    for (const obstacle of others) if (await obstruct(obstacle, point, there)) break
    return standing
  }

  /** Stands still before it commits, until another has given the attempt up. False when nobody has. */
  async function obstruct(member: Member, point: Point, there: Promise<boolean>): Promise<boolean> {
    const { id: me } = await member.call('institution.get', null)
    await member.standingAt({ ...point, entry: 'committed', side: 'before', me }, REACH_MS)
    const arrived = await Promise.race([there, setTimeout(OBSTRUCT_MS, false)])
    member.goOn()
    return arrived
  }

  function createStrike(victim: Member, at: number) {
    const others = members.flatMap((_, i) => (i === at ? [] : [i]))
    const pull = () => (network ? network.split([[at], others]) : victim.cut(true))
    const plug = () => (network ? network.heal() : victim.cut(false))
    return {
      async begin({ fault }: Case): Promise<void> {
        if (fault === 'kill') await victim.kill()
        else if (fault === 'stop') victim.signal('SIGSTOP')
        else {
          pull()
          victim.goOn()
        }
      },
      async end({ fault }: Case): Promise<number> {
        const struck = performance.now()
        if (fault === 'kill') await victim.start()
        else if (fault === 'cut') plug()
        else {
          victim.goOn()
          victim.signal('SIGCONT')
        }
        return fault === 'kill' ? performance.now() - struck : 0
      },
    }
  }

  return { run, recent: look.recent }
}

/** A case in words. */
export function describeCase({ fault, ...place }: Case): string {
  return `${fault} ${describePlace(place)}`
}
