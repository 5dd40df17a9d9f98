import { expect, test } from 'vitest'
import type { Database } from '#store/database.ts'
import { eachWithDatabase } from '../store/each-home.ts'
import { aLedgerOver } from './row-history.ts'
import { people, usual, valuesOf, withFewAt18 } from './row-values-kit.ts'

let db: Database
eachWithDatabase((opened) => (db = opened))

const everybody = () => true

test('a study that reads a column twice, once without three patients, leaves those out with others', async () => {
  const { sum } = aLedgerOver(db)
  const rows = withFewAt18
  const values = [...(await valuesOf(rows, usual)), ...(await valuesOf(rows, { ...usual, low: 19 }))]
  const seen = await sum({ study: 'twice', rows, train: everybody, values })
  expect(seen.train.some((person) => person.age === 18)).toBe(false)
  expect(seen.train.length).toBe(180)
})

/** Two hundred people of 30 to 69, and forty new ones of whom none has an age but some. */
const newcomers = (ages: readonly number[]) =>
  people(200, 240).map((one, i) => ({ ...one, age: ages[i] ?? 999 }))

test('new patients of whom only three have a value come without those: beside the sum before, it would be theirs alone', async () => {
  const { sum } = aLedgerOver(db)
  const rules = { ...usual, codes: ['999'] }
  const before = people(0, 200).map((one, i) => ({ ...one, age: 30 + (i % 40) }))
  const after = [...before, ...newcomers([50, 51, 52])]
  await sum({ study: 'first', rows: before, train: everybody, values: await valuesOf(before, rules) })
  const seen = await sum({
    study: 'second',
    rows: after,
    train: everybody,
    values: await valuesOf(after, rules),
  })
  const fresh = seen.train.filter((one) => Number(one.id.slice(1)) >= 200)
  expect([fresh.length, fresh.filter((one) => one.age !== 999).length]).toEqual([37, 0])
})

test('of the values of a sum before, a later one has none, or five and more', async () => {
  const { sum } = aLedgerOver(db)
  const rules = { ...usual, codes: ['999'] }
  // Forty have an age. The second study takes three of them, sixty without, and forty new patients.
  const before = people(0, 200).map((one, i) => ({ ...one, age: i < 40 ? 40 + (i % 20) : 999 }))
  const after = [...before, ...newcomers(Array.from({ length: 40 }, () => 85))]
  await sum({ study: 'first', rows: before, train: everybody, values: await valuesOf(before, rules) })
  const seen = await sum({
    study: 'second',
    rows: after,
    train: (_, row) => row < 3 || (row >= 100 && row < 160) || row >= 200,
    values: await valuesOf(after, rules),
  })
  expect(seen.train.filter((one) => one.age === 85).length).toBe(40)
  expect(seen.train.filter((one) => one.age < 60)).toEqual([])
})
