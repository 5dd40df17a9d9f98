import { expect, test } from 'vitest'
import { createLatestKeys } from '#engine/key-lineage.ts'
import { makeRevocation, makeRotation, readKeyStatement } from '#network/identity/key-statements.ts'
import { guardFault } from '#network/rounds/guard.ts'
import { createOpenings } from '#network/rounds/openings.ts'
import { readRecord } from '#network/rounds/record.ts'
import type { Database } from '#store/database.ts'
import { putKeyStatement } from '#store/key-statements.ts'
import { createLedger } from '#store/ledger.ts'
import { identityOf } from '../kit/signed-log.ts'
import { eachWithDatabase } from '../store/each-home.ts'
import { aLedgerOver } from './row-history.ts'
import type { Person } from './row-table.ts'

let db: Database
eachWithDatabase((opened) => (db = opened))

const [us, alder, birch, newAlder, newestAlder, stranger] = [1, 2, 3, 4, 5, 6].map((seed) => identityOf(seed))

const rotate = (from = alder!, to = newAlder!, ours = false) => {
  const code = makeRotation(from, to, 1)
  putKeyStatement(db, readKeyStatement(code), code, ours)
}

/** Why our numbers may not be added up with these, whose parts are `tokens`, after a sum with Alder and Birch. */
function faultWith(
  members: readonly string[],
  tokens: readonly string[] = ['a'],
  latest = createLatestKeys(db),
) {
  const ledger = createLedger(db, latest)
  const openings = createOpenings({
    library: { get: () => ({ body: { inputs: ['a'] } }) as never },
    ledger,
    me: us!.id,
    recordOf: () => readRecord([]),
  })
  const now = new Map([[us!.id, ['a']], ...members.map((id) => [id, tokens] as const)])
  return guardFault(us!.id, openings(['a']), now)
}

const addedUp = () =>
  createLedger(db, createLatestKeys(db)).add({
    ...{ study: 'study', round: 1, attempt: 0, inputs: ['a'] },
    members: [us!, alder!, birch!].map(({ id }) => ({ id, ready: `of ${id}` })),
  })

test('an institution with a new key is the same one in the ledger of sums, after two rotations too', () => {
  addedUp()
  // Without its statement the new key is a stranger, whose sum beside the earlier one would show Alder alone.
  expect(faultWith([newAlder!.id, birch!.id])).not.toBeNull()
  rotate()
  expect(faultWith([newAlder!.id, birch!.id])).toBeNull()
  expect(faultWith([newestAlder!.id, birch!.id])).not.toBeNull()
  rotate(newAlder, newestAlder)
  expect(faultWith([newestAlder!.id, birch!.id])).toBeNull()
})

test('under two keys it does not count as two: not beside itself, not for another, not with other numbers', () => {
  addedUp()
  rotate()
  expect(faultWith([alder!.id, newAlder!.id, birch!.id])).not.toBeNull()
  expect(faultWith([alder!.id, newAlder!.id])).not.toBeNull()
  expect(faultWith([newAlder!.id])).not.toBeNull()
  expect(faultWith([newAlder!.id, stranger!.id])).not.toBeNull()
  expect(faultWith([newAlder!.id, birch!.id], ['b'])).not.toBeNull()
})

test('two members of a sum that call themselves one later do not hide that both were in it', () => {
  addedUp()
  rotate(birch, alder)
  expect(faultWith([alder!.id])).not.toBeNull()
  expect(faultWith([alder!.id, birch!.id])).toBeNull()
  // Nor by way of a third key.
  rotate(alder, newAlder)
  expect(faultWith([newAlder!.id])).not.toBeNull()
})

test('a key that was revoked has no successor', () => {
  addedUp()
  const code = makeRevocation(alder!, 1)
  putKeyStatement(db, readKeyStatement(code), code, false)
  expect(createLatestKeys(db)()(alder!.id)).toBe(alder!.id)
  expect(faultWith([newAlder!.id, birch!.id])).not.toBeNull()
})

test('keys that follow each other in a circle end somewhere', () => {
  rotate(alder, newAlder)
  rotate(newAlder, alder)
  expect(createLatestKeys(db)()(alder!.id)).toBe(newAlder!.id)
})

test('what our earlier key committed to stays in the ledger of our rows', async () => {
  const people = (count: number): Person[] =>
    Array.from({ length: count }, (_, i) => ({ id: `p${i}`, age: 18 + (i % 60), dose: i % 7 }))
  const before = aLedgerOver(db, us!.id)
  await before.sum({ study: 'risk', rows: people(50), train: () => true })
  rotate(us, stranger, true)
  const after = aLedgerOver(db, stranger!.id, 1)
  const one = await after.sum({ study: 'risk', rows: people(51), train: () => true })
  expect(one).toMatchObject({ waiting: 1 })
  expect(one.train).toHaveLength(50)
})
