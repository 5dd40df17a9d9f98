import { describe, expect, test } from 'vitest'
import { kinAmong } from '#engine/row-families.ts'
import type { Database } from '#store/database.ts'
import { eachWithDatabase } from '../store/each-home.ts'
import { cohortHistory, fewestMembers, type KinRule } from './cohort-histories.ts'
import { aLedgerOver } from './row-history.ts'
import type { Person } from './row-table.ts'

let db: Database
eachWithDatabase((opened) => (db = opened))

/** Ages from 0 to 99, evenly. */
const people = (count: number, from = 0): Person[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `p${from + i}`,
    age: (from + i) % 100,
    dose: (from + i) % 7,
  }))
const between = (low: number, high: number) => (one: Person) => one.age >= low && one.age < high
const everybody = () => true

describe.each([true, false])('beside a sum of all patients (patients named: %s)', (named) => {
  test('a cohort without a few is of one family with it, and one of few is its own', async () => {
    const { sum, ledger } = aLedgerOver(db)
    const use = { rows: people(200), named }
    await sum({ study: 'all', ...use, train: everybody })
    await sum({ study: 'most', ...use, train: between(15, 100) })
    await sum({ study: 'the old', ...use, train: between(70, 100) })
    const [all, most, old] = ['all of import 1', 'most of import 2', 'the old of import 3'].map(
      (choice) => ledger.patients(choice)!.families.train,
    )
    expect(most).toBe(all)
    expect(old).not.toBe(all)
  })

  test('two cohorts that come to it are not both summed', async () => {
    const { sum } = aLedgerOver(db)
    const use = { rows: people(200), named }
    await sum({ study: 'all', ...use, train: everybody })
    const young = await sum({ study: 'young', ...use, train: between(0, 40) })
    expect(young.train.length).toBe(80)
    const old = await sum({ study: 'old', ...use, train: between(40, 100) })
    expect(old.train).toEqual([])
    expect(old.covering).toBe(120)
  })

  test('nor is it, after two cohorts that it comes to', async () => {
    const { sum } = aLedgerOver(db)
    const use = { rows: people(200), named }
    await sum({ study: 'young', ...use, train: between(0, 45) })
    await sum({ study: 'old', ...use, train: between(45, 100) })
    const all = await sum({ study: 'all', ...use, train: everybody })
    expect(all.train).toEqual([])
  })

  test('many more patients than were in it are a family of their own', async () => {
    const { sum, ledger } = aLedgerOver(db)
    await sum({ study: 'first', rows: people(100), named, train: everybody })
    await sum({ study: 'second', rows: people(140), named, train: everybody })
    await sum({ study: 'third', rows: people(400), named, train: everybody })
    const [first, second, third] = ['first of import 1', 'second of import 2', 'third of import 3'].map(
      (choice) => ledger.patients(choice)!.families.train,
    )
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })
})

test('a table without the names of the patients of another is of its family, under the same name', async () => {
  const { sum, ledger } = aLedgerOver(db)
  await sum({ study: 'named', rows: people(150), train: everybody })
  await sum({ study: 'nameless', rows: people(150), named: false, train: everybody })
  const named = 'named of import 1'
  const nameless = 'nameless of import 2'
  expect(ledger.patients(nameless)!.train).toBe(ledger.patients(named)!.train)
  expect(ledger.patients(nameless)!.families.train).toBe(ledger.patients(named)!.families.train)
})

test('no combination of the sums of any history of cohorts rests on fewer members than a sum must have', () => {
  let sums = 0
  for (let seed = 1; seed <= 1500; seed++) {
    const found = cohortHistory(seed, kinAmong)
    sums += found.length
    expect(fewestMembers(found), `history ${seed}`).toBeNull()
  }
  // Enough happens for the search to mean anything.
  expect(sums).toBeGreaterThan(1500)
}, 60_000)

test.each<[string, KinRule]>([
  ['that knows only the very same rows', (before, rowsAt) => sameOnly(before, rowsAt)],
  ['that lets cohorts come to each other', (before, rowsAt) => kinAmong(before, rowsAt) ?? {}],
])('the search finds a hospital singled out under a rule %s', (_, rule) => {
  const seeds = Array.from({ length: 100 }, (__, i) => i + 1)
  expect(seeds.some((seed) => fewestMembers(cohortHistory(seed, rule)) !== null)).toBe(true)
})

const sameOnly: KinRule = (before, rowsAt) => {
  const kin = kinAmong(before, rowsAt)
  return kin?.same === undefined ? {} : { same: kin.same, family: kin.same }
}
