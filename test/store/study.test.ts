import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Document } from '#domain/documents.ts'
import { slotOf } from '#domain/documents.ts'
import { hashBytes, hashOf } from '#domain/canonical.ts'
import type { Mapping } from '#domain/dataset.ts'
import type { Journal, Library, Shelf } from '#network/ports.ts'
import { createJournal } from '#store/journal.ts'
import { createLibrary, listSlot } from '#store/library.ts'
import { getMapping, listMappings, saveMapping, studiesMapping } from '#store/mappings.ts'
import { latestModel, listModels, recordModel } from '#store/models.ts'
import { holdOf, isPaused, setHold } from '#store/participations.ts'
import { getPeer, listPeers, notePeerSeen, putPeer, removePeer } from '#store/peers.ts'
import { getPrivateState, putPrivateState } from '#store/private-states.ts'
import { getResult, recordResult } from '#store/results.ts'
import { addBytesSent, bytesSentIn, getRound, listRounds, noteRound } from '#store/rounds.ts'
import { createShelf, dropRoundBlobs } from '#store/shelf.ts'
import { isSigned } from '#store/signers.ts'
import { aDocument, aNote } from './documents.ts'
import { makeHome } from './home.ts'

let home: ReturnType<typeof makeHome>
beforeEach(() => (home = makeHome()))
afterEach(() => home.remove())

const study = hashOf('study')
const other = hashOf('other study')

test('documents are sets: what is known is not added twice, and each is found by its place', () => {
  const db = home.open()
  const library: Library = createLibrary(db)
  const commitment = aDocument({
    study,
    round: 2,
    attempt: 0,
    ctx: hashOf(1),
    kind: 'commitment',
    dataset: hashOf(2),
    contribution: hashOf(3),
    mask: hashOf(4),
  })
  const note = aNote(study, 'why?')
  expect([library.add(commitment), library.add(note), library.add(commitment)]).toEqual([true, true, false])
  library.add(aNote(other, 'elsewhere'))
  expect(library.studies()).toEqual([study, other].toSorted())
  expect(library.ids(study)).toEqual([commitment.id, note.id].toSorted())
  expect(library.get(commitment.id)).toEqual(commitment)
  expect(library.get(hashOf('nothing'))).toBeNull()
  expect(library.ofRound(study, 2)).toEqual([commitment])
  expect(library.ofRound(study, 0)).toEqual([note])
  expect(library.study(note.id)).toBeNull()
})

test('two signatures in one slot are both kept, as evidence', () => {
  const db = home.open()
  const library = createLibrary(db)
  const reveals = ['A', 'B'].map((letter) =>
    aDocument({
      study,
      round: 1,
      attempt: 0,
      ctx: hashOf(1),
      kind: 'reveal',
      seen: hashOf(2),
      mask: letter.repeat(43),
    }),
  )
  for (const reveal of reveals) expect(library.add(reveal)).toBe(true)
  const slot = slotOf(reveals[0] as Document)
  expect(listSlot(db, slot ?? '').map((one) => one.id)).toEqual(reveals.map((one) => one.id).toSorted())
  expect(isSigned(db, study, [1, 0, 'reveal'])).toBe(true)
  for (const place of [[1, 0, 'abandon'] as const, [1, 1, 'reveal'] as const, [10, 0, 'reveal'] as const])
    expect(isSigned(db, study, place)).toBe(false)
  const plan = db.all<{ detail: string }>(
    'EXPLAIN QUERY PLAN SELECT 1 FROM documents WHERE slot >= ? AND slot < ?',
    '',
    '',
  )
  expect(plan.map((one) => one.detail).join()).toContain('documents_by_slot')
})

test('a study is its founding document', () => {
  const db = home.open()
  const library = createLibrary(db)
  // The cast: the store reads no more of a study than its kind.
  const founding = aDocument({ kind: 'study', name: 'Hearts' } as unknown as Document['body'])
  library.add(founding)
  expect(library.studies()).toEqual([founding.id])
  expect(library.study(founding.id)).toEqual(founding)
})

test('bytes of a round can be forgotten, artefacts cannot', () => {
  const db = home.open()
  const shelf: Shelf = createShelf(db)
  const [passing, lasting, both] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)]
  const hashes = [
    shelf.put(passing, 'round', study),
    shelf.put(lasting, 'always', study),
    shelf.put(both, 'round', study),
  ]
  expect(hashes[0]).toBe(hashBytes(passing))
  expect(shelf.put(both, 'always', study)).toBe(hashes[2])
  shelf.put(lasting, 'round', study)
  expect([...(shelf.get(hashes[0] ?? '') ?? [])]).toEqual([1])
  expect(hashes.map((hash) => shelf.has(hash, other))).toEqual([false, false, false])
  expect(dropRoundBlobs(db, hashes)).toBe(1)
  expect(hashes.map((hash) => shelf.has(hash, study))).toEqual([false, true, true])
  expect(shelf.get(hashes[0] ?? '')).toBeNull()
})

test('the journal keeps order, and writes with documents and bytes as one', () => {
  const db = home.open()
  const journal: Journal = createJournal(db)
  const library = createLibrary(db)
  const entry = { study, round: 1, attempt: 0, detail: 'x', at: 5 } as const
  journal.write({ ...entry, step: 'accepted' })
  journal.write({ ...entry, step: 'committed' })
  journal.write({ ...entry, round: 2, step: 'accepted' })
  expect(journal.read(study, 1)).toEqual([
    { ...entry, step: 'accepted' },
    { ...entry, step: 'committed' },
  ])
  const note = aNote(study, 'why?')
  expect(() =>
    journal.together(() => {
      journal.write({ ...entry, step: 'revealed' })
      library.add(note)
      createShelf(db).put(Uint8Array.of(9), 'round', study)
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(journal.read(study, 1)).toHaveLength(2)
  expect(library.get(note.id)).toBeNull()
  expect(createShelf(db).has(hashBytes(Uint8Array.of(9)), study)).toBe(false)
})

test('a round is noted as it becomes known, and bytes add up', () => {
  const db = home.open()
  noteRound(db, study, 3, 'training', { startedAt: 100, trainRows: 240 })
  addBytesSent(db, study, 3, 'training', 1000)
  addBytesSent(db, study, 3, 'training', 500)
  addBytesSent(db, study, 4, 'training', 7)
  noteRound(db, study, 3, 'training', { decidedAt: 190, ownLoss: 0.5, clipped: 2, engine: 'simd' })
  expect(getRound(db, study, 3)).toEqual({
    study,
    round: 3,
    kind: 'training',
    startedAt: 100,
    decidedAt: 190,
    computeMs: null,
    exchangeMs: null,
    ownLoss: 0.5,
    sharedLoss: null,
    bytesSent: 1500,
    clipped: 2,
    engine: 'simd',
    trainRows: 240,
    testRows: null,
  })
  expect(listRounds(db, study, 4, 10).map((one) => one.round)).toEqual([4])
  expect(bytesSentIn(db, study)).toBe(1507)
  expect(bytesSentIn(db, other)).toBe(0)
  expect(getRound(db, other, 1)).toBeNull()
})

test('models, results and private state of a study', () => {
  const db = home.open()
  const model = { study, round: 2, artefact: hashOf('m2'), parent: hashOf('m1'), figures: null, madeAt: 9 }
  recordModel(db, { ...model, round: 1, artefact: hashOf('m1'), parent: null })
  recordModel(db, model)
  recordModel(db, { ...model, figures: { auc: 0.8 } })
  recordModel(db, { ...model, artefact: hashOf('another'), figures: { auc: 1 } })
  expect(latestModel(db, study)).toEqual({ ...model, figures: { auc: 0.8 } })
  expect(listModels(db, study).map((one) => one.round)).toEqual([1, 2])
  expect(latestModel(db, other)).toBeNull()

  recordResult(db, study, 'alone', { auc: 0.7 }, 1)
  recordResult(db, study, 'alone', { auc: 0.71 }, 2)
  expect(getResult(db, study, 'alone')).toEqual({ auc: 0.71 })
  expect(getResult(db, study, 'shared')).toBeNull()

  putPrivateState(db, study, 1, Uint8Array.of(1))
  putPrivateState(db, study, 3, Uint8Array.of(3))
  expect([1, 2, 3, 9].map((round) => getPrivateState(db, study, round)?.[0])).toEqual([1, 1, 3, 3])
  expect(getPrivateState(db, study, 0)).toBeNull()

  expect(isPaused(db, study)).toBe(false)
  setHold(db, study, 'person')
  expect(isPaused(db, study)).toBe(true)
  setHold(db, study, 'model-refused')
  expect([isPaused(db, study), holdOf(db, study)]).toEqual([true, 'model-refused'])
  setHold(db, study, null)
  expect(isPaused(db, study)).toBe(false)
})

test('a mapping is saved in versions, and a dataset knows who reads it', () => {
  const db = home.open()
  const mapping: Mapping = {
    variables: {},
    outcome: { rule: 'above', column: 'num', threshold: 0 },
    holdout: { kind: 'share', share: 0.2 },
    subgroups: [],
  }
  expect(getMapping(db, study)).toBeNull()
  saveMapping(db, study, 'hearts01', mapping, 1)
  saveMapping(db, study, 'hearts02', { ...mapping, subgroups: ['sex'] }, 2)
  saveMapping(db, other, 'hearts01', mapping, 3)
  expect(getMapping(db, study)).toMatchObject({
    version: 2,
    dataset: 'hearts02',
    mapping: { subgroups: ['sex'] },
  })
  expect(listMappings(db, study).map((one) => one.version)).toEqual([2, 1])
  expect(studiesMapping(db, 'hearts01')).toEqual([other])
})

test('peers are confirmed, seen and forgotten', () => {
  const db = home.open()
  const peer = {
    id: `12D3KooW${'A'.repeat(44)}`,
    name: 'Birch',
    addresses: ['/ip4/127.0.0.1/tcp/1'],
    confirmedAt: 1,
  }
  putPeer(db, peer)
  putPeer(db, { ...peer, name: 'Beech' })
  notePeerSeen(db, peer.id, 50)
  expect(listPeers(db)).toEqual([{ ...peer, name: 'Beech', lastSeen: 50 }])
  expect([removePeer(db, peer.id), removePeer(db, peer.id)]).toEqual([true, false])
  expect(getPeer(db, peer.id)).toBeNull()
})
