import { expect, test } from 'vitest'
import { contributeDirections, othersDirections } from '#trainer/statistics/directions.ts'
import type { Table } from '#trainer/jobs.ts'
import {
  labelsFlipped,
  type Mistake,
  mixedHospitals,
  mixedVariables,
  wrongCodes,
  wrongUnits,
} from './case-mix.ts'
import { contradicted, withMistake } from './contradicted.ts'
import { heartTables, heartVariables } from './heart.ts'
import { aPlan, aTask, numberVariable, toTable } from './kit.ts'
import { strokeTables, strokeVariables } from './stroke.ts'

const task = aTask(mixedVariables, aPlan())
const federations = [1, 2, 3, 4, 5].map(mixedHospitals)
const sizeOf = (table: Table) => table.outcome.length
const largest = (tables: readonly Table[]) =>
  tables.indexOf(tables.toSorted((a, b) => sizeOf(b) - sizeOf(a))[0]!)

/** At how many federations a mistake at one hospital is named there, and how many of the others are told something, too. */
function plant(mistake: Mistake, at: (tables: readonly Table[]) => number) {
  const found = federations.map((tables) => {
    const place = at(tables)
    const told = contradicted(task, withMistake(tables, place, mistake.spoil))
    return {
      isNamed: told[place]!.some(({ name }) => name === mistake.named),
      others: told.filter((one, i) => i !== place && one.length > 0).length,
    }
  })
  return {
    named: found.filter(({ isNamed }) => isNamed).length,
    others: found.reduce((sum, { others }) => sum + others, 0),
  }
}

test('hospitals that only have other patients are told of no contradiction', () => {
  expect(federations.flatMap((tables) => contradicted(task, tables)).flat()).toEqual([])
})

test.each([labelsFlipped, ...wrongUnits])(
  '$about at the largest hospital is named there, and there alone',
  (mistake) => {
    expect(plant(mistake, largest)).toEqual({ named: federations.length, others: 0 })
  },
)

test('the codes of a category exchanged at the largest hospital are named there', () => {
  expect(plant(wrongCodes[0]!, largest)).toMatchObject({ others: 0 })
  expect(plant(wrongCodes[0]!, largest).named).toBeGreaterThanOrEqual(4)
})

test('labels flipped are named at any hospital of two real federations, and nothing is at honest ones of the stroke trial', () => {
  for (const [variables, tables] of [
    [strokeVariables, strokeTables(0)],
    [heartVariables, heartTables()],
  ] as const) {
    if (!tables) continue
    const real = aTask(variables, aPlan())
    if (variables === strokeVariables) expect(contradicted(real, tables).flat()).toEqual([])
    const missed = [largest(tables), tables.length - 1].filter((at) => {
      const told = contradicted(real, withMistake(tables, at, labelsFlipped.spoil))[at]!
      return !told.some(({ finding }) => finding === 'direction')
    })
    expect(missed).toEqual([])
  }
})

test('a rate that is twenty times as frequent by odds is told, and where everything else agrees no more than that', () => {
  const tables = federations[0]!
  const rare = tables.map((table, i) => {
    let kept = 0
    const outcome = table.outcome.map((one) =>
      i === 0 ? Number(kept++ % 8 > 0) : Number(one && kept++ % 4 === 0),
    )
    return { ...table, outcome }
  })
  expect(contradicted(task, rare)[0]!.map(({ name, finding }) => [name, finding])).toEqual([
    ['outcome', 'rate'],
  ])
})

test('a hospital adds tenths of correlations, at most two, none that rests on fewer than five patients, and one voice', () => {
  const two = aTask([numberVariable('risen', 0, 100), numberVariable('odd', 0, 100)], aPlan())
  const rows = Array.from({ length: 100 }, (_, row) => row)
  const outcome = rows.map((row) => Number(row >= 50))
  // Four patients have another value than all others.
  const table = toTable([rows, rows.map((row) => (row >= 96 ? 90 : 10))], outcome, () => false)
  const ours = contributeDirections(two, table, Uint32Array.from(rows))
  expect([...ours]).toEqual([1, 2, 0])
  const faint = toTable([rows.map((row) => (row * 37) % 100), rows], outcome, () => false)
  expect([...contributeDirections(two, faint, Uint32Array.from(rows))][1]).toBe(0)
  // Of two members, one cannot say what the others have.
  expect(othersDirections(Float64Array.of(2, 4, 0), ours)).toBeNull()
  expect([...othersDirections(Float64Array.of(3, 4, 0), ours)!]).toEqual([0.1, 0])
})
