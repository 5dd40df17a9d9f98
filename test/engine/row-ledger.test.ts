import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '#store/database.ts'
import { makeHome } from '../store/home.ts'
import { fewestIn, type Held } from './fewest.ts'
import { aLedgerOver } from './row-history.ts'
import { draws, importedAgain, type Person } from './row-table.ts'

let home: ReturnType<typeof makeHome>
let db: Database
beforeEach(() => {
  home = makeHome()
  db = home.open()
})
afterEach(() => home.remove())

const people = (from: number, to: number): Person[] =>
  Array.from({ length: to - from }, (_, i) => ({
    id: `p${from + i}`,
    age: 18 + ((from + i) % 60),
    dose: (from + i) % 7,
  }))

const aLedger = () => aLedgerOver(db)
const everybody = () => true
const ids = (some: readonly Person[]) => some.map((one) => one.id).toSorted()

describe.each([true, false])('beside a sum that was opened (patients named: %s)', (named) => {
  test('a cohort of one year more is summed without the few that it would single out', async () => {
    const { sum } = aLedger()
    const rows = people(0, 120).map((one, i) => ({ ...one, age: i < 3 ? 18 : 30 + (i % 40) }))
    const first = await sum({ study: 'from 18', rows, named, train: (one) => one.age >= 18 })
    expect(first.train.length).toBe(120)
    const second = await sum({ study: 'from 19', rows, named, train: (one) => one.age >= 19 })
    expect(second.train.length).toBe(100)
    expect(second).toMatchObject({ waiting: 0, covering: 17 })
    // The other way round too: three more than were summed before.
    const third = await sum({ study: 'all of them', rows, named, train: everybody })
    expect(third.train.length).toBe(120)
  })

  test('new patients wait until enough have come', async () => {
    const { sum } = aLedger()
    const use = { study: 'risk', named, train: everybody }
    await sum({ ...use, rows: people(0, 50) })
    const one = await sum({ ...use, rows: people(0, 51) })
    expect(one).toMatchObject({ waiting: 1, covering: 0 })
    expect(ids(one.train)).toEqual(ids(people(0, 50)))
    const many = await sum({ ...use, rows: people(0, 70) })
    expect(many).toMatchObject({ waiting: 0, covering: 0 })
    expect(many.train.length).toBe(70)
  })

  test('who left cannot be told from nineteen others that stay out with them', async () => {
    const { sum } = aLedger()
    await sum({ study: 'risk', rows: people(0, 100), named, train: everybody })
    const without = await sum({
      study: 'risk',
      rows: people(0, 100).toSpliced(7, 1),
      named,
      train: everybody,
    })
    expect(without).toMatchObject({ waiting: 0, covering: 19 })
    expect(without.train.length).toBe(80)
  })

  test('a corrected row is one removed and one added', async () => {
    const { sum } = aLedger()
    await sum({ study: 'risk', rows: people(0, 100), named, train: everybody })
    const corrected = people(0, 100).map((one, i) => (i === 5 ? { ...one, age: 99 } : one))
    const after = await sum({ study: 'risk', rows: corrected, named, train: everybody })
    expect(after.train.some((one) => one.age === 99)).toBe(false)
    expect(after.train.length).toBe(80)
  })

  test('another order of the rows, and a copy of the table, change nothing', async () => {
    const { sum } = aLedger()
    const first = await sum({ study: 'risk', rows: people(0, 60), named, train: everybody })
    const again = await sum({ study: 'other', rows: people(0, 60).toReversed(), named, train: everybody })
    expect(again.train.length).toBe(60)
    expect(again.patients?.train).toBe(first.patients?.train)
  })

  test('two splits of the same patients keep enough on each side of both', async () => {
    const { sum } = aLedger()
    const rows = people(0, 200)
    const share = (part: number) => ({
      train: (_: Person, row: number) => row % 100 >= part,
      test: (_: Person, row: number) => row % 100 < part,
    })
    await sum({ study: 'one', rows, named, ...share(20) })
    const other = await sum({ study: 'two', rows, named, ...share(25) })
    expect(other.test.length).toBe(40)
    expect(other.train.length).toBe(140)
  })

  test('a study of too few others sums nothing', async () => {
    const { sum } = aLedger()
    await sum({ study: 'all', rows: people(0, 60), named, train: everybody })
    const few = await sum({ study: 'few', rows: people(0, 60), named, train: (_, row) => row < 19 })
    expect(few.train).toEqual([])
  })
})

test('two studies that read different columns of the same patients are compared by the patients', async () => {
  const { sum } = aLedger()
  await sum({ study: 'ages', rows: people(0, 60), used: ['age'], train: everybody })
  const other = await sum({ study: 'doses', rows: people(0, 61), used: ['dose'], train: everybody })
  expect(other).toMatchObject({ waiting: 1 })
})

test('without patients the same table is compared row by row, whatever its columns are read for', async () => {
  const { sum } = aLedger()
  await sum({ study: 'ages', rows: people(0, 60), named: false, used: ['age'], train: everybody })
  const other = await sum({
    study: 'doses',
    rows: people(0, 61),
    named: false,
    used: ['dose'],
    train: everybody,
  })
  expect(other).toMatchObject({ waiting: 1 })
})

test.each([
  [false, true],
  [true, false],
])(
  'a table that names its patients (%s) is compared with one that names them (%s): by the cells of both',
  async (before, after) => {
    const { sum } = aLedger()
    await sum({ study: 'first', rows: people(0, 60), named: before, train: everybody })
    const other = await sum({ study: 'second', rows: people(0, 61), named: after, train: everybody })
    expect(other).toMatchObject({ waiting: 1 })
    expect(other.train.length).toBe(60)
  },
)

test('what was approved and never committed to binds nobody once the data are others', async () => {
  const { sum, ledger } = aLedger()
  await sum({ study: 'risk', rows: people(0, 40), train: everybody })
  db.run('DELETE FROM documents')
  const second = await sum({ study: 'risk', rows: people(0, 41), train: everybody })
  expect(second.train.length).toBe(41)
  expect(ledger.patients('risk of import 1')).toBeNull()
})

test('a removed dataset takes nothing out of the ledger', async () => {
  const { sum, tables } = aLedger()
  await sum({ study: 'risk', rows: people(0, 60), train: everybody })
  tables.clear()
  expect(await sum({ study: 'other', rows: people(0, 61), train: everybody })).toMatchObject({ waiting: 1 })
})

test('linear algebra finds who is singled out by two sums, by three, and by none', () => {
  const held = (from: number, to: number) => ({
    held: new Set(people(from, to).map((one) => one.id)),
    floor: 20,
  })
  expect(fewestIn([held(0, 40), held(0, 41)])).toBe(1)
  expect(fewestIn([held(0, 30), held(30, 61), held(0, 60)])).toBe(1)
  expect(fewestIn([held(0, 40), held(20, 60), held(40, 80)])).toBeNull()
})

test('no combination of the sums of any history rests on fewer patients, or rows as they were used, than the floor', async () => {
  const floors = { train: 20, test: 10 }
  for (let seed = 1; seed <= 40; seed++) {
    const draw = draws(seed)
    home.remove()
    home = makeHome()
    db = home.open()
    const { sum } = aLedger()
    let rows = people(seed * 1000, seed * 1000 + 70 + draw(60))
    let next = seed * 1000 + 500
    const patients: Held[] = []
    const contents: Held[] = []
    for (let step = 0; step < 5; step++) {
      const from = 18 + draw(4)
      const [part, turn] = [[0, 20, 25, 50][draw(4)]!, draw(3)]
      const isHeld = (row: number) => (row * 7 + turn) % 100 < part
      const { train, test } = await sum({
        study: `study ${seed} ${draw(3)}`,
        rows,
        used: [['age', 'dose'], ['age'], ['dose']][draw(3)]!,
        train: (one, row) => one.age >= from && !isHeld(row),
        test: (one, row) => one.age >= from && isHeld(row),
      })
      for (const [some, floor] of [[train, floors.train] as const, [test, floors.test] as const]) {
        patients.push({ held: new Set(some.map((one) => one.id)), floor })
        contents.push({ held: new Set(some.map((one) => JSON.stringify(one))), floor })
      }
      rows = importedAgain(rows, draw, () => next++)
    }
    expect(fewestIn(patients), `patients of history ${seed}`).toBeNull()
    expect(fewestIn(contents), `contents of history ${seed}`).toBeNull()
  }
}, 120_000)
