import { describe, expect, test } from 'vitest'
import type { Cell, Mapping, Source } from '#domain/dataset.ts'
import type { Study } from '#domain/study.ts'
import { mapTable, type Columns } from '#engine/map-table.ts'
import { aMapping, aStudy } from './a-study.ts'

const source = (changes: Partial<Source>): Source => ({
  column: 'x',
  missingCodes: [],
  scale: null,
  values: null,
  ...changes,
})

function columns(cells: Record<string, readonly Cell[]>): Columns {
  const rows = Math.max(...Object.values(cells).map((one) => one.length))
  return { rows, names: new Set(Object.keys(cells)), cells: (name) => cells[name] ?? [] }
}

function map(study: Study, mapping: Mapping, cells: Record<string, readonly Cell[]>) {
  const table = columns(cells)
  return mapTable(
    study,
    mapping,
    table,
    () => false,
    async () => {},
  )
}

/** Reads one column as one variable. */
async function readOne(variable: object, from: Partial<Source>, cells: readonly Cell[]) {
  // The cast: the tests write variables as a study file does, and the study's schema fills the rest in.
  const study = aStudy({ variables: [{ name: 'v', ...variable }] as never })
  const mapped = await map(study, aMapping({ variables: { v: source(from) } }), {
    x: cells,
    num: cells.map(() => 0),
  })
  return { values: [...(mapped.table.columns[0] ?? [])], tally: mapped.tallies[0] }
}

const number = { type: 'number', unit: null, low: 0, high: 100 }

describe('a number', () => {
  test('is converted to the unit of the study', async () => {
    const { values } = await readOne(number, { scale: { factor: 2, offset: 1 } }, [1, '2.5', 0])
    expect(values).toEqual([3, 6, 1])
  })

  test('that carries a missing code is missing, however the code is written', async () => {
    const { values, tally } = await readOne(number, { missingCodes: ['0', '-9', 'n/a'] }, [
      0,
      '0.0',
      -9,
      'n/a',
      null,
      '',
      5,
    ])
    expect(values).toEqual([NaN, NaN, NaN, NaN, NaN, NaN, 5])
    expect(tally).toMatchObject({ missing: 6, unreadable: 0 })
  })

  test('that is no number is counted and missing', async () => {
    const { values, tally } = await readOne(number, {}, ['high', 'Infinity', 7])
    expect(values).toEqual([NaN, NaN, 7])
    expect(tally).toMatchObject({ unreadable: 2, missing: 0 })
  })

  test('outside the declared range is counted and left for the trainer to treat as declared', async () => {
    const { values, tally } = await readOne(number, {}, [-1, 50, 101])
    expect(values).toEqual([-1, 50, 101])
    expect(tally).toMatchObject({ outside: 2 })
  })
})

describe('a category', () => {
  const category = { type: 'category', categories: ['none', 'typical', '3'] }

  test('is its place in the list of the study, under our own names for it', async () => {
    const { values } = await readOne(category, { values: { 1: 'typical', 4: 'none' } }, [
      1,
      '1.0',
      4,
      3,
      '3',
      'none',
    ])
    expect(values).toEqual([1, 1, 0, 2, 2, 0])
  })

  test('that is not in the list is not read, and counted, until the mapping says that it is none of the list', async () => {
    const { values, tally } = await readOne(category, {}, ['atypical', null])
    expect(values).toEqual([NaN, NaN])
    expect(tally).toMatchObject({ unlisted: 0, unreadable: 1, missing: 1 })
    const named = await readOne(category, { unlisted: ['Atypical'] }, ['atypical', null])
    expect(named.values).toEqual([3, NaN])
    expect(named.tally).toMatchObject({ unlisted: 1, unreadable: 0 })
  })

  test('whose text is in the list exactly is never mistaken for another number', async () => {
    const { values } = await readOne({ type: 'category', categories: ['01', '1'] }, {}, ['1', '01', 1])
    expect(values).toEqual([1, 0, 1])
  })
})

test('yes and no are read in the usual spellings, or in our own and no others', async () => {
  const usual = await readOne({ type: 'boolean' }, {}, [1, 0, 'Yes', 'FALSE', 'm'])
  expect(usual.values).toEqual([1, 0, 1, 0, NaN])
  const own = await readOne({ type: 'boolean' }, { values: { m: 'yes', w: 'no' } }, ['M ', 'w', 'yes', 1, 0])
  expect(own.values).toEqual([1, 0, 1, NaN, NaN])
  expect(own.tally).toMatchObject({ unreadable: 2 })
})

describe('an outcome', () => {
  const read = async (study: Study, outcome: Mapping['outcome'], cells: Record<string, readonly Cell[]>) => {
    const { table, outcomeUnreadable } = await map(study, aMapping({ outcome }), cells)
    return { outcome: [...table.outcome], event: table.event && [...table.event], outcomeUnreadable }
  }

  test('is positive above a threshold or for listed values, and unknown where it is missing', async () => {
    const above = await read(
      aStudy(),
      { rule: 'above', column: 'num', threshold: 0 },
      { num: [0, 1, 4, null, 'x'] },
    )
    expect(above).toEqual({ outcome: [0, 1, 1, NaN, NaN], event: null, outcomeUnreadable: 1 })
    const equals = await read(
      aStudy(),
      { rule: 'equals', column: 'dead', positive: ['Y', '1'] },
      { dead: ['Y', 'N', 1, '1.0', null, 'moved away'] },
    )
    expect(equals.outcome).toEqual([1, 0, 1, 1, NaN, NaN])
    expect(equals.outcomeUnreadable).toBe(1)
  })

  test('in time has a time and whether it happened', async () => {
    const study = aStudy({ outcome: { task: 'survival', name: 'death', timeUnit: 'd', horizon: 365 } })
    const rule: Mapping['outcome'] = { rule: 'survival', time: 't', event: 'e', happened: ['dead'] }
    const seen = await read(study, rule, { t: [5, 6, null, 7], e: ['dead', 'alive', 'dead', null] })
    expect(seen).toEqual({ outcome: [5, 6, NaN, NaN], event: [1, 0, 0, 0], outcomeUnreadable: 0 })
  })

  test('whose rule does not fit the task is unknown everywhere', async () => {
    const seen = await read(aStudy(), { rule: 'number', column: 'num', scale: null }, { num: [0, 1] })
    expect(seen.outcome).toEqual([NaN, NaN])
  })
})

test('subgroups keep their labels apart, missing ones and too many included', async () => {
  const many = Array.from({ length: 300 }, (_, i) => `label ${i}`)
  const { table } = await map(aStudy(), aMapping({ subgroups: ['site'] }), {
    num: many.map(() => 0),
    site: [null, ...many.slice(1)],
  })
  const [site] = table.subgroups
  expect(site?.labels.length).toBe(255)
  expect([site?.codes[0], site?.codes[1], site?.codes[2], site?.codes[299]]).toEqual([0, 2, 3, 1])
})

test('a million rows of ten variables are mapped in seconds', async () => {
  const rows = 1_000_000
  const variables = Array.from({ length: 10 }, (_, i) => ({ ...number, name: `v${i}` }))
  const study = aStudy({ variables: variables as never })
  const x = Array.from({ length: rows }, (_, i) => i % 97)
  const began = performance.now()
  const mapping = aMapping({ variables: Object.fromEntries(variables.map(({ name }) => [name, source({})])) })
  const { tallies } = await map(study, mapping, { x, num: x })
  expect(tallies.every((one) => one.missing === 0 && one.varies)).toBe(true)
  expect(performance.now() - began).toBeLessThan(15_000)
})
