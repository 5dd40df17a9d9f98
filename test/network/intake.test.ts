import { expect, test } from 'vitest'
import type { Document } from '#domain/documents.ts'
import { createMemoryLibrary } from '#kit/memory-library.ts'
import { aStudy } from '#kit/sample-study.ts'
import { createIntake } from '#network/gossip/intake.ts'
import { createLedger } from '#network/gossip/ledger.ts'
import { createMembership } from '#network/gossip/membership.ts'
import { createPatience } from '#network/gossip/patience.ts'
import { createQuota } from '#network/gossip/quota.ts'
import { createSets } from '#network/gossip/sets.ts'
import { signDocument, toWire } from '#network/identity/documents.ts'
import { createSimulatedTime } from '../simulation/clock.ts'
import { aNote, createHospital, type Hospital } from './hospitals.ts'

const [ana, ben, cleo, outsider] = [0, 1, 2, 3].map((one) => createHospital(one))
const members = [ana!, ben!, cleo!].map((one) => one.member)
const paired = [ben!, cleo!].map((one) => one.peer())

/** The intake of the first of three members of a study; what it heard of, and what became of its transactions. */
function intakeOf(together: <T>(work: () => T) => T = (work) => work()) {
  const { clock, step } = createSimulatedTime()
  const library = createMemoryLibrary()
  const study = signDocument(ben!.identity, aStudy(members))
  library.add(study)
  const heard: Document[] = []
  const refused: string[] = []
  const take = createIntake({
    ...{ clock, me: ana!.id, library, together },
    ...{ membership: createMembership(library, ana!.id), sets: createSets(library) },
    ledger: createLedger(library),
    patience: createPatience(clock),
    quota: createQuota({ library, me: ana!.id, known: () => paired }),
    onDocument: (document) => void heard.push(document),
    onEquivocation: () => {},
    failed: (_, error) => void refused.push(String(error)),
  })
  const run = () => {
    while (step(60_000)) {
      // Until nothing is left to happen.
    }
  }
  return { study, library, heard, refused, take, run }
}

test('what a member wrote is not taken from one that is no member of its study', async () => {
  const { study, library, refused, take, run } = intakeOf()
  const note = signDocument(ben!.identity, aNote(study.id, 'Among us'))
  expect(await take(outsider!.id, [toWire(note)])).toEqual([])
  expect(refused.join()).toMatch(/sender is not a member/)
  expect(library.get(note.id)).toBeNull()
  const again = take(cleo!.id, [toWire(note)])
  run()
  expect(await again).toEqual([note])
})

test('one author places no more than 50 studies here that nobody has approved', async () => {
  const { library, refused, take, run } = intakeOf()
  const studies = Array.from({ length: 55 }, (_, i) =>
    toWire(signDocument(ben!.identity, aStudy(members, `Study ${i}`))),
  )
  const taken = take(ben!.id, studies)
  run()
  expect(await taken).toHaveLength(49)
  expect(library.studies()).toHaveLength(50)
  expect(refused.at(-1)).toMatch(/too many studies/)
  const other = take(cleo!.id, [toWire(signDocument(cleo!.identity, aStudy(members, 'Of another')))])
  run()
  expect(await other).toHaveLength(1)
})

test('of what a transaction could not keep nobody hears, and it takes up no room', async () => {
  let isFull = true
  const { study, library, heard, take, run } = intakeOf((work) => {
    if (isFull) drop(work)
    return work()
  })
  /** A transaction that is undone: what it wrote is gone. */
  function drop(work: () => unknown): never {
    const { add } = library
    library.add = () => true
    work()
    library.add = add
    throw new Error('disk full')
  }
  const bodies = [0, 1, 2].map((one) => members.slice(0, one).map(({ id }) => id))
  const place = { study: study.id, round: 1, attempt: 0, revealed: false, certified: null }
  const twice = bodies.map((missing) =>
    toWire(signDocument(ben!.identity, { kind: 'abandon', ...place, missing })),
  )
  await expect(take(ben!.id, twice)).rejects.toThrow('disk full')
  expect(heard).toEqual([])
  isFull = false
  const again = take(ben!.id, twice)
  run()
  expect(await again).toHaveLength(3)
})

test('of what one signed twice in one place three are kept: enough to prove it, and no more', async () => {
  const { study, refused, take, run } = intakeOf()
  const twice = Array.from({ length: 5 }, (_, i) => {
    const missing = members.slice(0, i % 3).map((one) => one.id)
    const place = { study: study.id, round: 1, attempt: 0 }
    return toWire(
      signDocument(ben!.identity, { kind: 'abandon', ...place, revealed: i > 2, certified: null, missing }),
    )
  })
  const taken = take(ben!.id, twice)
  run()
  expect(await taken).toHaveLength(3)
  expect(refused).toHaveLength(2)
})

test('one author may fill no more than 4 MiB of what is kept of a study as a whole, the others still may', () => {
  const { study, library } = intakeOf()
  const ledger = createLedger(library)
  const large = (by: Hospital, i: number): Document => ({
    ...signDocument(by.identity, aNote(study.id, 'Small')),
    ...{ id: String(i).padStart(64, '0'), body: aNote(study.id, 'x'.repeat(1024 * 1024 - 5000)) },
  })
  for (let i = 0; i < 3; i++) ledger.enter(large(ben!, i))
  expect([ben!, cleo!].map((one) => ledger.hasRoom(large(one, 4)))).toEqual([true, true])
  ledger.enter(large(ben!, 4))
  expect([ben!, cleo!].map((one) => ledger.hasRoom(large(one, 5)))).toEqual([false, true])
})
