import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { hashBytes, hashOf } from '#domain/canonical.ts'
import type { Commitment, Document, Roster } from '#domain/documents.ts'
import { planHash, type Study } from '#domain/study.ts'
import type { Hash } from '#domain/values.ts'
import { until } from '#kit/real-clock.ts'
import { signDocument } from '#network/identity/documents.ts'
import { contextOf } from '#network/rounds/situation.ts'
import { createHospital, type Hospital, startAll, studyBy } from './hospitals.ts'
import { agreeOnStudy, createRounding, type Rounding } from './rounding.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

const soon = () => AbortSignal.timeout(1200)
const some = 'a'.repeat(64)

function commitmentTo(contribution: Hash, study: Hash, ctx = some): Commitment {
  return { kind: 'commitment', study, round: 1, attempt: 0, ctx, dataset: some, contribution, mask: some }
}

/** The second and third know the first; the first alone is in both studies. */
async function twoStudies(count: number) {
  const all = Array.from({ length: count + 3 }, (_, i) => createHospital(i))
  const [ana, ben, mallory] = all as [Hospital, Hospital, Hospital]
  stops.push(...[ana, ben, mallory].map((one) => one.stop))
  await startAll([ana, ben, mallory])
  const others = all.slice(3)
  const hearts = studyBy([ana, ben, ...others], 'Hearts')
  const lungs = studyBy([ana, mallory, ...others], 'Lungs')
  await until('all hold their studies', () =>
    Boolean(ben.library.study(hearts.id) && mallory.library.study(lungs.id)),
  )
  return { ana, ben, mallory, hearts: hearts.id, lungs: lungs.id }
}

test('bytes of one study are not given away in another, whatever its members sign about them', async () => {
  const { ana, ben, mallory, hearts, lungs } = await twoStudies(1)
  const model = randomBytes(5000)
  const hash = ana.shelf.put(model, 'always', hearts)
  const { id } = mallory.write(commitmentTo(hash, lungs))
  await until('the lie came', () => ana.library.get(id) !== null)
  await expect(mallory.net().fetch(lungs, hash, model.length, soon())).rejects.toThrow()
  expect(ana.sent()).toBe(0)
  expect(Buffer.compare(await ben.net().fetch(hearts, hash, model.length, soon()), model)).toBe(0)
}, 20_000)

test('what came along in one study does not go along in another', async () => {
  const { ana, ben, mallory, hearts, lungs } = await twoStudies(9)
  const bytes = randomBytes(900)
  const hash = ben.shelf.put(bytes, 'round', hearts)
  const { id } = ben.write(commitmentTo(hash, hearts))
  await until('it came', () => ana.library.get(id) !== null)
  await expect(ana.net().fetch(lungs, hash, bytes.length, soon())).rejects.toThrow()
  expect(Buffer.compare(await ana.net().fetch(hearts, hash, bytes.length, soon()), bytes)).toBe(0)
  expect(mallory.sent()).toBe(0)
}, 20_000)

test('the door lets out what a roster calls for, and no commitment of one who is not on it', async () => {
  const members = [0, 1, 2, 3].map((i) => createRounding(i, { length: 1, trainings: 1 }))
  const [me, second, third, left] = members as [Rounding, Rounding, Rounding, Rounding]
  stops.push(...members.map((one) => one.stop))
  await me.start()
  const study = agreeOnStudy(members, { length: 1, trainings: 1 })
  const roster = rosterOf(study, [me, second, third])
  me.library.add(signDocument(second.identity, roster))
  me.takePart(study)
  const offer = (one: Rounding, ctx: Hash) => {
    const hash = hashBytes(randomBytes(8))
    me.library.add(signDocument(one.identity, commitmentTo(hash, study.id, ctx)))
    return me.mayLeave(study.id, hash, second.id)
  }
  expect(offer(second, contextOf(roster))).toBeNull()
  expect(offer(left, contextOf(roster))).toBe('no roster calls for these bytes')
  expect(offer(third, hashOf('another roster'))).toBe('no roster calls for these bytes')
}, 20_000)

function rosterOf(study: Document<Study>, members: readonly Rounding[]): Roster {
  return {
    ...{ kind: 'roster', study: study.id, round: 1, attempt: 0, version: 1, roundKind: 'statistics' },
    ...{ base: null, planHash: planHash(study.body), because: [] },
    action: {
      ...{ do: 'sum', absent: [], length: 1, bound: 1000 },
      members: members.map(({ id }) => ({ id, ready: hashOf(id), weight: 20 })),
    },
  }
}
