import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from '#store/database.ts'
import { makeHome } from '../store/home.ts'
import { fewestIn, type Held } from './fewest.ts'
import { aLedgerOver } from './row-history.ts'
import { draws, importedAgain, type Person } from './row-table.ts'
import { people, type Rules, usual, valuesOf, withFewAt18 } from './row-values-kit.ts'

let home: ReturnType<typeof makeHome>
let db: Database
beforeEach(() => {
  home = makeHome()
  db = home.open()
})
afterEach(() => home.remove())

/** What a study uses of a person's age, as the rules say: the test's own reading. */
function ageUsed({ age }: Person, { low, high, outside, codes }: Rules): number | null {
  if (codes.includes(String(age))) return null
  if (age >= low && age <= high) return age
  return outside === 'missing' ? null : Math.min(high, Math.max(low, age))
}

function doseUsed({ dose }: Person, { listed, unlisted }: Rules): string | null {
  if (listed.includes(dose)) return String(dose)
  if (unlisted === 'missing') return null
  return unlisted === 'reference' ? '0' : 'other'
}

const outcomeUsed = ({ dose }: Person, { above }: Rules) => String(dose > above)
const everybody = () => true

/** Two studies of the same people, the second by other rules. */
async function twoStudies(
  rows: readonly Person[],
  first: Partial<Rules>,
  second: Partial<Rules>,
  named = true,
) {
  const { sum } = aLedgerOver(db)
  const use = { rows, train: everybody, named }
  await sum({ ...use, study: 'first', values: await valuesOf(rows, { ...usual, ...first }) })
  return sum({ ...use, study: 'second', values: await valuesOf(rows, { ...usual, ...second }) })
}

test.each([
  ['missing beyond', { low: 19 }, {}],
  ['clipped', { outside: 'clip' }, { outside: 'clip', low: 20 }],
  ['missing in one, clipped in the other', { low: 19, outside: 'clip' }, { low: 19 }],
  ['another code', { codes: ['18'] }, {}],
  ['another unit', { factor: 12 }, { low: 19 }],
] as const)(
  'a range that only three patients notice leaves them out with others: %s',
  async (_, one, other) => {
    for (const [first, second] of [
      [one, other],
      [other, one],
    ] as const) {
      for (const named of [true, false]) {
        home.remove()
        home = makeHome()
        db = home.open()
        const seen = await twoStudies(withFewAt18, first, second, named)
        expect(seen.train.some((person) => person.age === 18)).toBe(false)
        expect(seen.train.length).toBe(180)
        expect(seen).toMatchObject({ waiting: 0, covering: 0, differing: 20 })
      }
    }
  },
)

test('the same rules in another unit, a range that nobody notices and one that many notice leave nobody out', async () => {
  const rows = withFewAt18
  expect((await twoStudies(rows, {}, { factor: 12 })).train.length).toBe(200)
  expect((await twoStudies(rows, {}, { high: 95 })).train.length).toBe(200)
  expect((await twoStudies(rows, {}, { low: 40, outside: 'clip' })).train.length).toBe(200)
})

test('a category that few have and the other study does not list leaves them out with others', async () => {
  const rows = people(0, 200).map((one, i) => ({ ...one, dose: i < 4 ? 3 : i % 3 }))
  const seen = await twoStudies(rows, {}, { listed: [0, 1, 2], unlisted: 'reference' })
  expect(seen.train.some((one) => one.dose === 3)).toBe(false)
  expect(seen).toMatchObject({ differing: 20 })
})

test('a limit of the outcome between which and the other few lie leaves those out with others', async () => {
  const rows = people(0, 200).map((one, i) => ({ ...one, dose: i < 4 ? 2 : (i % 2) * 3 }))
  const seen = await twoStudies(rows, { above: 1 }, { above: 2 })
  expect(seen.train.some((one) => one.dose === 2)).toBe(false)
  expect(seen).toMatchObject({ differing: 20 })
})

test('twenty changed rows of which one has another age hide nobody by the others', async () => {
  const { sum } = aLedgerOver(db)
  const rows = people(0, 200)
  const changed = rows.map((one, i) =>
    i === 0 ? { ...one, age: 80 } : i < 20 ? { ...one, dose: 1 - (one.dose % 2) } : one,
  )
  await sum({ study: 'first', rows, train: everybody, values: await valuesOf(rows, usual) })
  const seen = await sum({
    study: 'second',
    rows: changed,
    train: everybody,
    values: await valuesOf(changed, usual),
  })
  expect(seen.train.some((one) => one.age === 80)).toBe(false)
})

test('who is left out beside a patient has a value, where few have one', async () => {
  const { sum } = aLedgerOver(db)
  // Only forty have an age at all.
  const rows = people(0, 400).map((one, i) => ({ ...one, age: i < 1 ? 18 : i < 40 ? 50 : 999 }))
  const read = async (low: number) => valuesOf(rows, { ...usual, low, codes: ['999'] })
  await sum({ study: 'first', rows, train: everybody, values: await read(18) })
  const seen = await sum({ study: 'second', rows, train: everybody, values: await read(19) })
  expect(seen.train.filter((one) => one.age !== 999).length).toBeLessThanOrEqual(35)
})

test('no combination of the sums of any history rests on few patients by what is used of a column', async () => {
  const floors = { train: 20, test: 10 }
  const columns = { age: ageUsed, dose: doseUsed, outcome: outcomeUsed }
  for (let seed = 1; seed <= 25; seed++) {
    const draw = draws(seed)
    home.remove()
    home = makeHome()
    db = home.open()
    const { sum } = aLedgerOver(db)
    let rows = people(seed * 1000, seed * 1000 + 120 + draw(60))
    let next = seed * 1000 + 500
    const held = { age: [] as Held[], dose: [] as Held[], outcome: [] as Held[] }
    const present = { age: [] as Held[], dose: [] as Held[], outcome: [] as Held[] }
    for (let step = 0; step < 4; step++) {
      const rules: Rules = {
        low: [18, 19, 20, 40][draw(4)]!,
        high: [76, 77, 90][draw(3)]!,
        outside: (['clip', 'missing'] as const)[draw(2)]!,
        factor: [1, 12][draw(2)]!,
        codes: [[], ['18'], ['50', '51']][draw(3)]!,
        listed: [
          [0, 1, 2, 3],
          [0, 1, 2],
          [0, 1],
        ][draw(3)]!,
        unlisted: (['reference', 'missing'] as const)[draw(2)]!,
        above: draw(3),
      }
      const part = [0, 25][draw(2)]!
      const isHeld = (row: number) => (row * 7) % 100 < part
      const seen = await sum({
        study: `study ${seed} ${draw(3)}`,
        rows,
        values: await valuesOf(rows, rules),
        train: (_, row) => !isHeld(row),
        test: (_, row) => isHeld(row),
      })
      for (const [some, floor] of [[seen.train, floors.train] as const, [seen.test, floors.test] as const]) {
        for (const name of ['age', 'dose', 'outcome'] as const) {
          const used = some.map((one) => [one.id, columns[name](one, rules)] as const)
          const texts = (those: typeof used) => new Set(those.map((one) => one.join('=')))
          held[name].push({ held: texts(used), floor })
          const there = texts(used.filter(([, value]) => value !== null))
          if (there.size >= 5) present[name].push({ held: there, floor: 5 })
        }
      }
      rows = importedAgain(rows, draw, () => next++).map((one) => ({ ...one, dose: one.dose % 4 }))
    }
    for (const name of ['age', 'dose', 'outcome'] as const) {
      expect(fewestIn(held[name]), `${name} of history ${seed}`).toBeNull()
      expect(fewestIn(present[name]), `values of ${name} of history ${seed}`).toBeNull()
    }
  }
}, 120_000)
