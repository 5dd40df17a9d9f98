import { setTimeout } from 'node:timers/promises'
import type { Study } from '#domain/study.ts'
import type { Federation } from './federation.ts'
import { createLooking, type RoundEnding } from './looking.ts'
import { describePlace, type Place, pointAt } from './cases.ts'
import { Entry } from './points.ts'
import { until } from './until.ts'

const REACH_MS = 90_000
const HUNG_MS = 120_000
/** Longer than an attempt takes: both parts have given up what they can't finish. */
const APART_MS = 8000

/** A network that falls into two parts when a member is at an entry of a round. */
export interface Split {
  readonly parts: readonly [readonly number[], readonly number[]]
  readonly quorum: Study['rules']['quorum']
  readonly at: Place
}

/** What became of it. */
export interface SplitEnding {
  readonly split: Split
  readonly outcome: RoundEnding
  /** Rounds that were decided while the parts were apart. */
  readonly meanwhile: number
  /** From the cable's return until all were in one sum again. */
  readonly backMs: number
}

/** Parts of 4, 5 and 7 members, at every entry in turn: one side of its commit for each. */
export function splitsOf(sizes: readonly [number, number], quorum: Split['quorum'], count: number): Split[] {
  const [first, second] = sizes
  const parts = [range(0, first), range(first, first + second)] as const
  const entries = Entry.options.filter((one) => one !== 'abandoned')
  return Array.from({ length: count }, (_, i): Split => {
    const entry = entries[i % entries.length]!
    const side = (i + Math.floor(i / entries.length)) % 2 === 0 ? 'after' : 'before'
    const role = entry === 'proposal' || entry === 'roster' || i % 3 === 0 ? 'proposer' : 'member'
    return { parts, quorum, at: { entry, side, role } }
  })
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

/** Splits a federation's network, lets both parts do what they can, and heals it. */
export function createSplits({ members, network }: Federation, study: string) {
  const look = createLooking(members, study)
  const lastOf = async () => Math.max(...(await Promise.all(members.map(look.latest))))

  return async function run(split: Split, number: number): Promise<SplitEnding> {
    if (!network) throw new Error('A network can be split where network namespaces can be made')
    const first = members[number % members.length]!
    const { id: me } = await first.call('institution.get', null)
    await until('all are in a sum', () => look.isSteady(members), HUNG_MS)
    const { round } = await first.standingAt(pointAt(split.at, me), REACH_MS)
    network.split(split.parts)
    first.goOn()
    await setTimeout(APART_MS)
    const last = await lastOf()
    const healed = performance.now()
    network.heal()
    const isBack = async () =>
      (await Promise.all(members.map((one) => look.isDecided(one, last)))).every(Boolean) &&
      look.isSteady(members)
    await until(`all go on after a split ${describePlace(split.at)}`, isBack, HUNG_MS)
    await look.compare(round - 1)
    const backMs = performance.now() - healed
    return { split, outcome: await look.endingOf(first, round), meanwhile: last - round, backMs }
  }
}
