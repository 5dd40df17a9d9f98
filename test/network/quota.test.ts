import { expect, test } from 'vitest'
import { hashOf } from '#domain/canonical.ts'
import type { Consent } from '#domain/consent.ts'
import type { Document } from '#domain/documents.ts'
import { planHash, type Study } from '#domain/study.ts'
import { createMemoryLibrary } from '#kit/memory-library.ts'
import { aStudy } from '#kit/sample-study.ts'
import { createPatience } from '#network/gossip/patience.ts'
import { createQuota } from '#network/gossip/quota.ts'
import { createTaking } from '#network/gossip/taking.ts'
import { signDocument } from '#network/identity/documents.ts'
import { createSimulatedTime } from '../simulation/clock.ts'
import { aNote, createHospital, type Hospital } from './hospitals.ts'

type Five = [Hospital, Hospital, Hospital, Hospital, Hospital]
const [ana, ben, cleo, dora, eve] = [0, 1, 2, 3, 4].map((one) => createHospital(one)) as Five
const KiB = 1024
const MiB = 1024 * KiB

/** What the first of them stores of studies, who has paired with those named. */
function aShelfOf(...paired: Hospital[]) {
  const library = createMemoryLibrary()
  const quota = createQuota({ library, me: ana.id, known: () => paired.map((one) => one.peer()) })
  let number = 0
  function keep(document: Document): void {
    library.add(document)
    quota.enter(document)
  }
  function study(by: Hospital): Document<Study> {
    const members = [ana, ben, cleo, dora, eve].map((one) => one.member)
    const document = signDocument(by.identity, aStudy(members, `Study ${number++}`))
    keep(document)
    return document
  }
  /** Stores so many bytes of an author, if there is room. */
  function bring(of: Document, by: Hospital, bytes: number): boolean {
    if (quota.fault(of.id, by.id, bytes) !== null) return false
    const note = signDocument(by.identity, aNote(of.id, 'Small'))
    const around = JSON.stringify(note.body).length - 5 + 200
    keep({ ...note, id: hashOf(number++), body: aNote(of.id, 'x'.repeat(bytes - around)) })
    return true
  }
  /** How many pieces of this size one may bring before it is refused. */
  function most(of: Document, by: Hospital, bytes: number): number {
    let count = 0
    while (count < 1000 && bring(of, by, bytes)) count += 1
    return count
  }
  return { keep, study, bring, most }
}

function approves(one: Hospital, study: Document<Study>): Document {
  const body: Consent = {
    ...{ kind: 'consent', study: study.id, version: 1, decision: 'approve', from: 1, to: 2 },
    ...{ planHash: planHash(study.body), members: study.body.members.map(({ id }) => id) },
    grant: {
      ...{ dataset: hashOf('d'), schemaHash: hashOf('s'), columnsUsed: ['x'], columnsUnused: 0 },
      ...{ weight: 20, deidentification: null },
    },
    ...{ reason: '', decidedBy: { name: 'O', role: '', authenticated: 'command-line' }, secondBy: null },
    ...{ decidedAt: 1, expiresAt: 2, supersedes: null, textHash: hashOf('t'), language: 'en', build: 'b' },
  }
  return { id: hashOf([one.id, study.id]), author: one.id, body, signature: '' }
}

test('a study that nobody here approved takes up two MiB, whoever brings what of whom, and more once it is', () => {
  const { keep, study, most } = aShelfOf(ben, cleo)
  const hearts = study(ben)
  const pieces = [cleo, dora, ben].map((by) => most(hearts, by, 64 * KiB))
  expect(pieces).toEqual([31, 0, 0])
  keep(approves(ana, hearts))
  expect(most(hearts, dora, 64 * KiB)).toBe(64)
})

test('what one proposes and nobody approves takes up four MiB in all, and all unknown proposers share as much', () => {
  const { study, most } = aShelfOf(ben, cleo)
  const bytesOf = (by: Hospital) =>
    Array.from({ length: 8 }, () => most(study(by), eve, 64 * KiB)).reduce((a, b) => a + b, 0) * 64 * KiB
  for (const by of [ben, cleo]) {
    const used = bytesOf(by)
    expect(used).toBeGreaterThan(3 * MiB)
    expect(used).toBeLessThanOrEqual(4 * MiB)
  }
  expect(bytesOf(dora) + bytesOf(eve)).toBeLessThanOrEqual(4 * MiB)
})

test('in an approved study an author has room by what others need there, and two who lie together are no measure', () => {
  const { keep, study, most, bring } = aShelfOf(ben, cleo, dora, eve)
  const hearts = study(ben)
  keep(approves(ana, hearts))
  expect(most(hearts, eve, MiB)).toBe(4)
  expect(most(hearts, dora, MiB)).toBe(4)
  expect(bring(hearts, ben, MiB)).toBe(true)
  expect(most(hearts, eve, MiB)).toBe(0)
  expect(bring(hearts, cleo, MiB)).toBe(true)
  // The third of the others has one MiB now, and each may have eight times as much more.
  expect(most(hearts, eve, MiB)).toBe(8)
})

test('of a peer that sends bad documents a few are looked at, and more only as time passes', () => {
  const { clock, step } = createSimulatedTime()
  const patience = createPatience(clock)
  const look = () => {
    let looked = 0
    for (; looked < 1000 && patience.has('m'); looked++) patience.lose('m')
    return looked
  }
  expect(look()).toBe(64)
  expect(patience.has('other')).toBe(true)
  let later = 0
  clock.after(5000, () => (later = look()))
  step(60_000)
  expect(later).toBe(20)
})

test('a peer that sends far too much is answered later, and others at once', async () => {
  const { clock, step } = createSimulatedTime()
  const patience = createPatience(clock)
  const answered: string[] = []
  const answer = (from: string) => patience.rest(from).then(() => void answered.push(from))
  for (let i = 0; i < 512; i++) patience.tire('m')
  const all = [answer('m'), answer('ben')]
  await Promise.resolve()
  await Promise.resolve()
  expect(answered).toEqual(['ben'])
  step(60_000)
  await Promise.all(all)
  expect(clock.ticks()).toBe(1000)
  expect(patience.has('m')).toBe(true)
})

test('a peer that sends many parcels gets no more turns than one that sends few', async () => {
  const { clock, step } = createSimulatedTime()
  const dealt: string[] = []
  const take = createTaking(clock, (parcels) => {
    dealt.push(...parcels.flatMap(({ from, inputs }) => inputs.map(() => from)))
    return parcels.map(() => [])
  })
  const many = Array.from({ length: 100 }, (_, i) => i)
  const flood = [1, 2, 3, 4].map(() => take('mallory', many))
  const honest = take('ben', many)
  while (step(60_000)) {
    // Until nothing is left to happen.
  }
  await Promise.all([...flood, honest])
  expect(dealt.lastIndexOf('ben')).toBeLessThan(32 + 2 * 100 + 32)
})
