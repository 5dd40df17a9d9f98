import { afterEach, expect, test } from 'vitest'
import { until } from '#kit/real-clock.ts'
import { createMemoryLibrary } from '#kit/memory-library.ts'
import { signDocument } from '#network/identity/documents.ts'
import { createSets } from '#network/gossip/sets.ts'
import { createTransfer } from '#network/gossip/transfer.ts'
import type { Asker } from '#network/protocols/documents.ts'
import { aNote, createHospital, startAll, studyBy } from './hospitals.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

test('one that was away comes to hold 2,400 documents, and then nothing more is asked', async () => {
  const members = [0, 1, 2].map((one) => createHospital(one))
  stops.push(...members.map((one) => one.stop))
  const [ana, ben] = members
  await ana!.start()
  const study = studyBy(members)
  for (const author of members) {
    for (let i = 0; i < 800; i++) {
      ana!.library.add(signDocument(author.identity, aNote(study.id, `Note ${i}`)))
    }
  }
  await ana!.stop()
  await startAll([ana!, ben!])
  await until('all came', () => ben!.library.ids(study.id).length === 2401, 50_000)
  expect(ben!.library.ids(study.id)).toEqual(ana!.library.ids(study.id))
  expect(ben!.seen.failures).toEqual([])
})

test('what a peer refuses again and again is not given for ever', async () => {
  const library = createMemoryLibrary()
  const author = createHospital(0)
  const notes = [0, 1].map((i) => signDocument(author.identity, aNote('a'.repeat(64), `Note ${i}`)))
  for (const one of notes) library.add(one)
  let gives = 0
  // Safe: only `ask` is used.
  const asker = { ask: () => Promise.resolve(void gives++) } as unknown as Asker
  const transfer = createTransfer({
    ...{ library, sets: createSets(library), take: () => Promise.resolve([]) },
    ...{ brought: () => {}, arrived: () => {} },
  })
  const ids = notes.map((one) => one.id)
  for (let i = 0; i < 10; i++) await transfer.giveAll(asker, 'ben', ids)
  expect(gives).toBe(3)
})
