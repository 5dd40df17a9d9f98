import { afterEach, expect, test } from 'vitest'
import type { RoundView } from '#contract/views.ts'
import { createFederation, type Federation } from '../kill/federation.ts'
import { judge } from '../kill/judge.ts'
import type { Member } from '../kill/member.ts'
import { namespacesMissing, routersMissing } from '../kill/namespaces.ts'
import { until } from '../kill/until.ts'

const SECONDS = 1000
const TRAININGS = 3
/** Statistics, the trainings and the evaluation. */
const SUMS = TRAININGS + 2
const pace = { answer: 600 * SECONDS, compute: 60 * SECONDS, exchange: 30 * SECONDS }

const missing = namespacesMissing()
const withoutRouters = missing ?? routersMissing()
const skips = [
  ['rounds between real networks', missing],
  ['rounds from behind routers', missing === null ? withoutRouters : null],
]
for (const [what, why] of skips) if (why) process.stderr.write(`SKIPPED, ${what}: ${why}.\n`)

let federation: Federation | null = null
afterEach(async () => {
  await federation?.remove()
  federation = null
})

async function open(members: number): Promise<Federation> {
  federation = await createFederation({ members, pace, trainings: TRAININGS, computeMs: 0 })
  return federation
}

/** Who is connected with whom, as each says itself. */
async function connections({ members }: Federation): Promise<Map<string, string[]>> {
  const lists = await Promise.all(members.map((one) => one.call('peers.list', null)))
  return new Map(
    lists.map((peers, i) => [members[i]!.name, peers.filter((one) => one.connected).map((one) => one.name)]),
  )
}

const roundsOf = (member: Member, study: string): Promise<RoundView[]> =>
  member.call('rounds.list', { study, from: 1, limit: 100 })

/** From the study's proposal to its last round: every sum is of all members, and the same everywhere. */
async function finish(all: Federation): Promise<void> {
  const { members } = all
  const study = await all.agree()
  const isAtEnd = async (one: Member) =>
    (await roundsOf(one, study)).filter((round) => round.outcome?.result === 'sum').length === SUMS
  const end = async () => (await Promise.all(members.map(isAtEnd))).every(Boolean)
  await until('all members are at the end', end, 150 * SECONDS)
  for (const one of members) {
    const rounds = await roundsOf(one, study)
    expect(rounds).toHaveLength(SUMS)
    expect(rounds.every((round) => round.members.every((member) => member.state === 'in'))).toBe(true)
  }
  await Promise.all(members.map((one) => one.stop()))
  expect(await judge(members, study)).toEqual({ faults: [], rounds: SUMS })
}

test.skipIf(missing !== null)(
  'of five hospitals two pairs have no way to each other, and every round is the sum of all five',
  { timeout: 300 * SECONDS },
  async () => {
    const all = await open(5)
    const apart = [
      [0, 1],
      [2, 3],
    ] as const
    for (const [a, b] of apart) all.network!.keepApart(a, b)
    await all.start()
    await all.pair()
    await all.importAll()
    await finish(all)
  },
)

test.skipIf(withoutRouters !== null)(
  'two hospitals behind routers that translate addresses and one that can be reached finish their rounds through it',
  { timeout: 300 * SECONDS },
  async () => {
    const all = await open(3)
    all.network!.hide(0)
    all.network!.hide(1)
    await all.start()
    await all.pair()
    const [first, second] = all.members
    const together = async () => {
      const now = await connections(all)
      return now.get(first!.name)!.includes(second!.name) && now.get(second!.name)!.includes(first!.name)
    }
    await until('the two behind routers are connected through the third', together, 60 * SECONDS)
    await all.importAll()
    await finish(all)
  },
)
