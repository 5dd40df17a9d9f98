import { expect, test } from 'vitest'
import type { Document } from '#domain/documents.ts'
import { createMemoryLibrary } from '#kit/memory-library.ts'
import { aStudy } from '#kit/sample-study.ts'
import { createIntake } from '#network/gossip/intake.ts'
import { createLedger } from '#network/gossip/ledger.ts'
import { createMembership } from '#network/gossip/membership.ts'
import { createSets } from '#network/gossip/sets.ts'
import { signDocument, toWire } from '#network/identity/documents.ts'
import { createSimulatedTime } from '../simulation/clock.ts'
import { aNote, createHospital } from './hospitals.ts'

const [ana, ben, cleo, outsider] = [0, 1, 2, 3].map((one) => createHospital(one))
const members = [ana!, ben!, cleo!].map((one) => one.member)

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

test('one author places no more than 200 studies here', async () => {
  const { library, refused, take, run } = intakeOf()
  const studies = Array.from({ length: 205 }, (_, i) =>
    toWire(signDocument(ben!.identity, aStudy(members, `Study ${i}`))),
  )
  const taken = take(ben!.id, studies)
  run()
  expect(await taken).toHaveLength(199)
  expect(library.studies()).toHaveLength(200)
  expect(refused.at(-1)).toMatch(/too many studies/)
  const other = take(cleo!.id, [toWire(signDocument(cleo!.identity, aStudy(members, 'Of another')))])
  run()
  expect(await other).toHaveLength(1)
})

test('of what a transaction could not keep nobody hears', async () => {
  const { study, heard, take } = intakeOf((work) => {
    work()
    throw new Error('disk full')
  })
  const note = toWire(signDocument(ben!.identity, aNote(study.id, 'Lost')))
  await expect(take(ben!.id, [note])).rejects.toThrow('disk full')
  expect(heard).toEqual([])
})
