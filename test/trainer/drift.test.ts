import { expect, test } from 'vitest'
import { createDirectTrainer } from '#trainer/direct.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { createStream } from '#trainer/random.ts'
import {
  concludeStatistics,
  readStatistics,
  scalingOf,
  statisticsLength,
} from '#trainer/statistics/artefact.ts'
import { contributeStatistics } from '#trainer/statistics/contribution.ts'
import { readTableOne } from '#trainer/statistics/table-one.ts'
import { encode } from '#trainer/variables/encode.ts'
import { usableRows } from '#trainer/variables/rows.ts'
import { add, federate } from './federation.ts'
import { aPlan, aTask, numberVariable, pool, seed, toTable } from './kit.ts'

const kind: Task['variables'][number] = {
  type: 'category',
  name: 'kind',
  label: '',
  categories: ['a', 'b', 'c'],
  unlisted: 'other',
  missing: 'indicator',
}
const sugar = { ...numberVariable('glucose', 1, 40), unit: 'mmol/l' }
const variables = [numberVariable('age', 0, 120), sugar, kind]
const task = aTask(variables, aPlan())
const drawnIn = aTask(variables, { ...aPlan(), clipping: 0.05 })

function hospital(byte: number, rows = 200, factor = 1): Table {
  const stream = createStream('test', seed(byte))
  const column = (make: () => number) => Array.from({ length: rows }, make)
  const normal = () => stream.real() + stream.real() + stream.real() - 1.5
  const columns = [
    column(() => (stream.real() < 0.1 ? Number.NaN : 60 + 25 * normal())),
    column(() => factor * (7 + 2 * normal())),
    column(() => (stream.real() < 0.2 ? Number.NaN : stream.below(4))),
  ]
  const outcome = column(() => Number(stream.real() < 0.3))
  return toTable(columns, outcome, (row) => row % 4 === 0)
}

test('quantiles over all hospitals are those of pooled data to a bin, and values are drawn in to them', () => {
  const tables = [hospital(1), hospital(2, 400), hospital(3, 120)]
  const parts = tables.map((table) => contributeStatistics(drawnIn, table, usableRows(drawnIn, table).train))
  expect(statisticsLength(drawnIn) - statisticsLength(task)).toBe(2 * 64)
  const statistics = readStatistics(drawnIn, concludeStatistics(drawnIn, add(parts)))
  const all = pool(tables)
  const train = [...usableRows(drawnIn, all).train]
  for (const [column, feature, width] of [
    [0, 0, 120 / 64],
    [1, 2, 39 / 64],
  ] as const) {
    const sorted = train
      .map((row) => all.columns[column]![row]!)
      .filter((value) => !Number.isNaN(value))
      .toSorted((a, b) => a - b)
    const at = (share: number) => sorted[Math.floor(share * sorted.length)]!
    const found = statistics.quantiles[feature]!
    for (const [name, share] of [
      ['low', 0.05],
      ['lower', 0.25],
      ['median', 0.5],
      ['upper', 0.75],
      ['high', 0.95],
    ] as const) {
      expect(Math.abs(found[name] - at(share))).toBeLessThan(width)
    }
    const within = sorted.map((value) => Math.min(found.high, Math.max(found.low, value)))
    const mean = within.reduce((sum, value) => sum + value, 0) / within.length
    expect(Math.abs(statistics.features[feature]!.mean - mean)).toBeLessThan(width)
  }
  expect(statistics.quantiles[1]).toBeNull()
  const odd = toTable([[119], [39], [0]], [1], () => false)
  const { values } = encode(drawnIn, odd, Uint32Array.of(0), scalingOf(statistics))
  const { mean, sd } = statistics.features[0]!
  expect(values[0]).toBeCloseTo((statistics.quantiles[0]!.high - mean) / sd, 5)
})

test('a few wild values do not stretch the scale of a variable whose ends are drawn in', () => {
  const table = hospital(6, 400)
  const wild = { ...table, columns: table.columns.map((column) => column.slice()) }
  wild.columns[1]!.forEach((_, row) => row % 50 === 1 && (wild.columns[1]![row] = 40))
  const sdUnder = (one: Task, of: Table) => {
    const sums = contributeStatistics(one, of, usableRows(one, of).train)
    return readStatistics(one, concludeStatistics(one, sums)).features[2]!.sd
  }
  expect(sdUnder(task, wild)).toBeGreaterThan(2 * sdUnder(task, table))
  expect(sdUnder(drawnIn, wild)).toBeLessThan(1.1 * sdUnder(task, table))
})

test('the first table of a paper is read off the statistics, missing values and levels counted', () => {
  const tables = [hospital(1), hospital(2, 400)]
  const parts = tables.map((table) => contributeStatistics(drawnIn, table, usableRows(drawnIn, table).train))
  const first = readTableOne(drawnIn, concludeStatistics(drawnIn, add(parts)))
  const all = pool(tables)
  const train = [...usableRows(drawnIn, all).train]
  const count = (column: number, of: (value: number) => boolean) =>
    train.filter((row) => of(all.columns[column]![row]!)).length
  expect(first.rows).toBe(train.length)
  const [age, glucose, kinds] = first.variables
  expect(age).toMatchObject({ name: 'age', missing: count(0, Number.isNaN), levels: [] })
  expect(age!.quantiles!.median).toBeGreaterThan(50)
  expect(glucose).toMatchObject({ unit: 'mmol/l', missing: 0 })
  expect(kinds).toEqual({
    name: 'kind',
    unit: null,
    missing: count(2, Number.isNaN),
    mean: null,
    sd: null,
    quantiles: null,
    levels: [
      { name: 'kind = b', rows: count(2, (value) => value === 1) },
      { name: 'kind = c', rows: count(2, (value) => value === 2) },
      { name: 'kind = other', rows: count(2, (value) => value === 3) },
    ],
  })
  const events = train.filter((row) => all.outcome[row] === 1).length
  expect(first.outcome).toEqual([
    { name: 'outcome', mean: expect.closeTo(events / train.length, 9), sd: expect.any(Number) },
  ])
})

test('a hospital whose unit is wrong by a factor is told so; the others are not accused', async () => {
  const tables = [hospital(1), hospital(2), hospital(3, 200, 18.02), hospital(4)]
  const { trainer, keys, statistics } = await federate(createDirectTrainer('fused'), task, tables)
  const findings = await Promise.all(keys.map((key) => trainer.call('drift', { key, statistics })))
  const glucose = findings.map((all) => all.find(({ name }) => name === 'glucose')!)
  expect(glucose[2]).toMatchObject({ finding: 'unit', factor: 18.02 })
  expect(glucose[2]!.outside).toBeGreaterThan(0.9)
  for (const i of [0, 1, 3]) expect(glucose[i]!.finding).toBe('none')
  for (const all of findings) expect(all.find(({ name }) => name === 'age')!.finding).toBe('none')
})

test('what a hospital is told of the others is all of them without itself, exactly', async () => {
  const tables = [hospital(1), hospital(2, 400), hospital(3)]
  const { trainer, statistics } = await federate(createDirectTrainer('fused'), task, tables)
  const [age] = await trainer.call('drift', { key: 'hospital 0', statistics })
  const others = pool(tables.slice(1))
  const values = [...usableRows(task, others).train]
    .map((row) => others.columns[0]![row]!)
    .filter((value) => !Number.isNaN(value))
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  expect(age!.others).toBeCloseTo(mean, 6)
  expect(age!.difference).toBeCloseTo((age!.ours - mean) / sd, 6)
})

test('a hospital by itself, and a variable without values, drift from nothing', async () => {
  const empty = hospital(5)
  empty.columns[0]!.fill(Number.NaN)
  const { trainer, statistics } = await federate(createDirectTrainer('fused'), task, [empty])
  const all = await trainer.call('drift', { key: 'hospital 0', statistics })
  expect(all.every(({ finding, difference }) => finding === 'none' && difference === null)).toBe(true)
})
