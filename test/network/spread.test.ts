import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import type { Document } from '#domain/documents.ts'
import { until } from '#kit/real-clock.ts'
import { aNote, createHospital, type Hospital, studyBy } from './hospitals.ts'
import { connectPairs, pairsOf } from './rounding.ts'

// Ten members: too many for authors to bring everything to everybody themselves.
const COUNT = 10

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

async function open(pairs: readonly (readonly [number, number])[]) {
  const members = Array.from({ length: COUNT }, (_, i) => createHospital(i))
  stops.push(...members.map((one) => one.stop))
  await Promise.all(members.map((one) => one.start()))
  await connectPairs(members, pairs)
  const study = studyBy(members)
  await allHold(members, [study])
  return { members, study }
}

const allHold = (members: readonly Hospital[], documents: readonly Document[]) =>
  until('all hold everything', () =>
    members.every((one) => documents.every(({ id }) => one.library.get(id) !== null)),
  )

test('of ten each gets each document and the contribution that it names once', async () => {
  const { members, study } = await open(pairsOf(COUNT))
  const some = 'a'.repeat(64)
  const place = { study: study.id, round: 1, attempt: 0, ctx: some }
  const written = members.map((one) => {
    const contribution = one.shelf.put(randomBytes(800), 'round', study.id)
    return one.write({ kind: 'commitment', ...place, dataset: some, contribution, mask: some })
  })
  await allHold(members, written)
  for (const one of members.slice(1)) expect(one.seen.documents).toHaveLength(COUNT)
  for (const one of members) {
    for (const { body } of written) {
      const hash = body.kind === 'commitment' ? body.contribution : ''
      await one.net().fetch(study.id, hash, 800, AbortSignal.timeout(2000))
    }
  }
  // Each contribution went to each of the others once, and nobody had to carry much more than its own part.
  const sent = members.map((one) => one.sent() / 800)
  expect(sent.reduce((sum, one) => sum + one, 0)).toBe(COUNT * (COUNT - 1))
  expect(Math.max(...sent)).toBeLessThan(2 * COUNT)
})

test('a document reaches all of ten whose connections are a ring, and news of the same author soon', async () => {
  const ring = Array.from({ length: COUNT }, (_, i) => [i, (i + 1) % COUNT] as const)
  const { members, study } = await open(ring)
  const start = performance.now()
  await allHold(members, [members[0]!.write(aNote(study.id, 'News'))])
  // Who lacked the study is offered what its author writes next as soon as it comes, and has not to wait until it is quiet, six times.
  expect(performance.now() - start).toBeLessThan(5000)
})
