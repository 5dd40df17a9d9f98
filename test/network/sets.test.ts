import { createHash, randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Document } from '#domain/documents.ts'
import { createMemoryLibrary } from '#kit/memory-library.ts'
import { realClock } from '#kit/real-clock.ts'
import { createAnswering } from '#network/gossip/answering.ts'
import { createMembership } from '#network/gossip/membership.ts'
import { createPatience } from '#network/gossip/patience.ts'
import { createReconcile } from '#network/gossip/reconcile.ts'
import { createIdSet, createSets } from '#network/gossip/sets.ts'
import { createTransfer } from '#network/gossip/transfer.ts'
import type { Asker, Question } from '#network/protocols/documents.ts'

const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const study = hash('study')
const byte = (n: number) => n.toString(16).padStart(2, '0')

/** A side of a comparison whose documents are ids alone: verifying is tested elsewhere. */
function createSide(ids: readonly string[]) {
  const library = createMemoryLibrary()
  // Safe: reconciling looks at ids only; everything else is carried through.
  const documentOf = (id: string) =>
    ({ id, author: 'a', signature: id, body: { kind: 'note', study } }) as unknown as Document
  for (const id of ids) library.add(documentOf(id))
  const sets = createSets(library)
  const take = async (_: string, inputs: readonly unknown[]) => {
    // Safe: the other side of this test sent documents.
    const fresh = (inputs as Document[])
      .map((one) => documentOf(one.signature))
      .filter((one) => library.add(one))
    for (const one of fresh) sets.of(study).add(one.id)
    return fresh
  }
  const membership = { ...createMembership(library, 'me'), shares: () => true }
  const answering = createAnswering({
    ...{ library, membership, sets, take },
    ...{ patience: createPatience(realClock), keep: () => {}, seenAt: () => {}, arrived: () => {} },
  })
  const transfer = createTransfer({ library, sets, take, brought: () => {}, arrived: () => {} })
  const reconcile = createReconcile(sets, transfer)
  return { library, answering, reconcile }
}

const askedBy = (ask: Asker['ask']): Asker => ({
  ask,
  count: () => ({ asked: 0, answered: 0 }),
  close: () => {},
})

/** Asks the other side directly, and counts what crosses, and how often nothing was on its way before. */
function askerOf(side: ReturnType<typeof createSide>) {
  const count = { questions: 0, ids: 0, waits: 0 }
  let underway = 0
  // Safe: the table holds for each question the function of this very question.
  const ask = (async (question: Question) => {
    count.questions++
    if (underway++ === 0) count.waits++
    await setImmediate()
    const answer = await (
      side.answering[question.ask] as (q: Question, from: string, attached: Uint8Array[]) => unknown
    )(question, 'other', [])
    // Safe: only read where it is there.
    count.ids += (answer as { ids?: string[] }).ids?.length ?? 0
    underway--
    return answer
  }) as Asker['ask']
  return { asker: askedBy(ask), count }
}

async function settle(mine: readonly string[], theirs: readonly string[]) {
  const [a, b] = [createSide(mine), createSide(theirs)]
  const { asker, count } = askerOf(b)
  await a.reconcile(asker, 'other', [study])
  const all = [...new Set([...mine, ...theirs])].toSorted()
  expect(a.library.ids(study)).toEqual(all)
  expect(b.library.ids(study)).toEqual(all)
  return count
}

test('any two sets become one, whatever they hold', async () => {
  // Few first bytes, so that buckets are shared and differ.
  const id = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 40 })).map(([bucket, n]) => {
    return byte(bucket) + hash(String(n)).slice(2)
  })
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(id), fc.uniqueArray(id), async (mine, theirs) => {
      await settle(mine, theirs)
    }),
    { numRuns: 60 },
  )
})

test('buckets of several pages become one', async () => {
  const ids = Array.from({ length: 4000 }, () => byte(7) + randomBytes(31).toString('hex'))
  await settle(ids.slice(0, 2600), ids.slice(1400))
  await settle([], ids.slice(0, 2001))
  await settle(ids.slice(0, 2000), [])
})

test('equal sets cost one question, and a few missing documents as many as one', async () => {
  const ids = Array.from({ length: 20_000 }, (_, i) => hash(String(i)))
  expect(await settle(ids, ids)).toMatchObject({ questions: 1, ids: 0 })
  const { questions, ids: listed } = await settle(ids, ids.slice(1))
  expect(questions).toBeLessThanOrEqual(3)
  expect(listed).toBeLessThan(200)
  const few = ids.slice(0, 2000)
  expect((await settle(few, few.slice(60))).questions).toBeLessThanOrEqual(questions)
})

test('one that was away waits for few answers, however many documents it missed', async () => {
  const ids = Array.from({ length: 3000 }, (_, i) => hash(String(i)))
  // Two pages of all buckets are listed; for each what is missing is asked for, and given.
  const { waits } = await settle(ids.slice(0, 1500), ids.slice(1000))
  expect(waits).toBeLessThanOrEqual(1 + 2 * (1 + 5))
})

test('a set is the same whatever the order, and another with any other id', () => {
  const ids = Array.from({ length: 500 }, (_, i) => hash(String(i)))
  const set = createIdSet(ids)
  expect(createIdSet(ids.toReversed()).root()).toBe(set.root())
  expect(createIdSet(ids.slice(1)).root()).not.toBe(set.root())
  const before = set.root()
  set.add(ids[3]!)
  expect(set.root()).toBe(before)
  set.add(hash('new'))
  expect(set.root()).not.toBe(before)
})

test('a peer that lists what it does not give is not asked for ever', async () => {
  const mine = createSide([])
  const ids = Array.from({ length: 50 }, (_, i) => byte(1) + hash(String(i)).slice(2)).toSorted()
  let questions = 0
  // Safe: answers as a liar would give them.
  const ask = (async (question: Question) => {
    questions++
    if (question.ask === 'roots')
      return { differ: [{ study, buckets: Array.from({ length: 256 }, () => 'f'.repeat(32)) }] }
    return question.ask === 'list' && question.after === null
      ? { ids, more: true }
      : { ids: [], more: true, documents: [] }
  }) as Asker['ask']
  await mine.reconcile(askedBy(ask), 'liar', [study])
  await mine.reconcile(askedBy(ask), 'liar', [study])
  expect(questions).toBeLessThan(2 * 60)
})

test('a peer whose pages do not move on is not followed', async () => {
  const mine = createSide([])
  const ids = [hash('the same again')]
  let questions = 0
  // Safe: answers as a liar would give them.
  const ask = (async (question: Question) => {
    if (++questions > 50) throw new Error('Asked for ever')
    return question.ask === 'roots'
      ? { differ: [{ study, buckets: Array.from({ length: 256 }, () => 'f'.repeat(32)) }] }
      : { ids, more: true, documents: [] }
  }) as Asker['ask']
  await mine.reconcile(askedBy(ask), 'liar', [study])
  expect(questions).toBeLessThan(10)
})
