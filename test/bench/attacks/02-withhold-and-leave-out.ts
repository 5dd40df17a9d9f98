import type { Roster } from '#domain/documents.ts'
import { planHash } from '#domain/study.ts'
import { until } from '#kit/real-clock.ts'
import { signDocument } from '#network/identity/documents.ts'
import { readRecord } from '#network/rounds/record.ts'
import { startAll } from '../../network/hospitals.ts'
import { agreeOnStudy, createRounding, type Rounding } from '../../network/rounding.ts'
import type { Attack } from '../attack.ts'

/** Of five members the fourth lies: its place in the rota gives it round 3. */
const [VICTIM, MALLORY] = [0, 3]
const LENGTH = 50
const SPENT = 2

/** A member opens a sum that it lets nobody else open, then asks the others to add up the same updates without the victim. */
export const attack: Attack = {
  row: 2,
  about:
    'a member withholds its reveal, opens the sum alone, then leads the next round and leaves the victim out',
  async run() {
    const opened: Float64Array[] = []
    const options = { length: LENGTH, trainings: 1, still: true, pace: PACE }
    const members: Rounding[] = Array.from({ length: 5 }, (_, number) => {
      if (number !== MALLORY) return createRounding(number, options)
      const withholds = ({ round }: { round: number }) => round === SPENT
      const told = (sum: Float64Array) => void opened.push(sum)
      const blind = { leads: (round: number) => round > SPENT, victim: () => members[VICTIM]!.id }
      return createRounding(number, { ...options, lies: { withholds, opened: told, ...blind } })
    })
    try {
      return await readUpdate(members, opened)
    } finally {
      await Promise.all(members.map((one) => one.stop()))
    }
  },
}

const PACE = { answer: 20_000, compute: 3000, exchange: 4000 }

async function readUpdate(members: readonly Rounding[], opened: readonly Float64Array[]) {
  await startAll(members)
  const study = agreeOnStudy(members, { length: LENGTH, trainings: 1, pace: PACE })
  for (const one of members) one.takePart(study)
  const honest = members.filter((one) => one.number !== MALLORY)
  const mallory = members[MALLORY]!
  await until(
    'the sum that was withheld is void',
    () => honest.every((one) => one.decided.length >= SPENT),
    60_000,
  )
  const record = () => readRecord(mallory.store.library.ofRound(study.id, SPENT + 1))
  await until(
    'the others are ready again',
    () => record().readies.size >= 5 || honest[0]!.decided.length > SPENT,
    60_000,
  )
  const all = [...record().readies.values()].flatMap((list) => list.slice(-1))
  const action: Roster['action'] = {
    ...{ do: 'sum', absent: [{ id: members[VICTIM]!.id, reason: 'not-ready' }], length: LENGTH, bound: 1000 },
    members: study.body.members.flatMap(({ id }) => {
      const ready = all.find((one) => one.author === id)
      return ready && id !== members[VICTIM]!.id ? [{ id, ready: ready.id, weight: ready.body.weight }] : []
    }),
  }
  const [first] = all
  const roster = signDocument(mallory.identity, {
    ...{ kind: 'roster', study: study.id, round: SPENT + 1, attempt: 0, version: 1, roundKind: 'training' },
    ...{ base: first?.body.base ?? null, planHash: planHash(study.body), action, because: [] },
  })
  mallory.library.add(roster)
  mallory.net().publish(roster)
  mallory.documentArrived(roster)
  await until('the study goes on', () => honest.every((one) => one.decided.length >= SPENT + 2), 120_000)
  const truth = members[VICTIM]!.valuesOf(1)
  const own = mallory.valuesOf(1)
  const worst = Math.min(...opened.flatMap((a) => opened.map((b) => largest(a, b, own, truth))))
  const sums = honest[0]!.decided.filter((one) => one.outcome.result === 'sum').length
  const got =
    worst < 1e-3
      ? `the victim's exact update, to ${worst}`
      : `nothing: of ${opened.length} sums that it opened no two differ by the victim, and ${sums} sums of the study were certified`
  return { got, failed: worst < 1e-3 }
}

/** How far the difference of two sums, with and without our own part, is from the victim's update. */
function largest(a: Float64Array, b: Float64Array, own: Float64Array, truth: Float64Array): number {
  const off = (factor: number) =>
    Math.max(...truth.map((one, i) => Math.abs(a[i]! - b[i]! - factor * own[i]! - one)))
  return Math.min(off(0), off(1), off(-1))
}
