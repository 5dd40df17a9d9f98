import { expect, test } from 'vitest'
import { createStream } from '#trainer/random.ts'
import { concludeStatistics, readStatistics, scalingOf } from '#trainer/statistics/artefact.ts'
import { contributeStatistics } from '#trainer/statistics/contribution.ts'
import { encode } from '#trainer/variables/encode.ts'
import { usableRows } from '#trainer/variables/rows.ts'
import { add } from './federation.ts'
import { aPlan, aTask, numberVariable, pool, seed, toTable } from './kit.ts'

const task = aTask(
  [numberVariable('age', 0, 120), numberVariable('lab', -50, 1000), numberVariable('same', 0, 10)],
  aPlan(),
)

function hospital(byte: number, rows: number) {
  const stream = createStream('test', seed(byte))
  const value = (low: number, high: number) => low + stream.real() * (high - low)
  const column = (make: () => number) => Array.from({ length: rows }, make)
  const columns = [
    column(() => (stream.real() < 0.2 ? Number.NaN : value(20 + byte, 90))),
    column(() => value(0, 100 * byte)),
    column(() => 7),
  ]
  return toTable(
    columns,
    column(() => Number(stream.real() < 0.3)),
    (row) => row % 4 === 0,
  )
}
const hospitals = [hospital(1, 80), hospital(2, 200), hospital(5, 40)]
const contribute = (table: (typeof hospitals)[number]) =>
  contributeStatistics(task, table, usableRows(task, table).train)
const artefact = concludeStatistics(task, add(hospitals.map(contribute)))

test('hospitals together learn the mean and sd that pooling would give, of training rows alone', () => {
  const all = pool(hospitals)
  const train = usableRows(task, all).train
  const { features, targets } = readStatistics(task, artefact)
  for (const [index, column] of [0, 2].entries()) {
    const values = [...train].map((row) => all.columns[index]![row]!).filter((value) => !Number.isNaN(value))
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
    expect(features[column]!.mean).toBeCloseTo(mean, 9)
    expect(features[column]!.sd).toBeCloseTo(sd, 9)
    expect(features[column]!.count).toBe(values.length)
  }
  const events = [...train].filter((row) => all.outcome[row]).length
  expect(targets[0]!.mean * targets[0]!.count).toBeCloseTo(events, 9)
})

test('a feature that is the same everywhere is noted, gets sd 1 and says nothing, even where it later differs', () => {
  const { features } = readStatistics(task, artefact)
  expect(features[4]).toEqual({ mean: expect.closeTo(7, 9), sd: 1, count: 240, constant: true })
  const odd = toTable([[50], [10], [3]], [1], () => false)
  const { values } = encode(task, odd, Uint32Array.of(0), scalingOf(readStatistics(task, artefact)))
  expect(values[4]).toBeCloseTo(0, 12)
  expect(values[0]).not.toBe(0)
})

test('every value of a contribution keeps within the declared bound, whatever the values are', () => {
  const wild = toTable(
    [
      [1e9, -1e9, 5],
      [1e30, Number.NaN, -1e30],
      [1, 2, 3],
    ],
    [1, 0, 1],
    () => false,
  )
  const values = contributeStatistics(task, wild, Uint32Array.of(0, 1, 2))
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(3)
})

test('the order of hospitals changes nothing, and another study or a changed byte is refused', () => {
  expect(concludeStatistics(task, add(hospitals.toReversed().map(contribute)))).toHaveLength(artefact.length)
  const other = aTask([numberVariable('age', 0, 120)], aPlan())
  const refused = expect.objectContaining({ code: 'document-refused' })
  expect(() => readStatistics(other, artefact)).toThrow(refused)
  expect(() => readStatistics(task, artefact.slice(0, -1))).toThrow(refused)
  const changed = artefact.slice()
  changed[10] = 32
  expect(() => readStatistics(task, changed)).toThrow(refused)
  expect(() => readStatistics(task, new Uint8Array(3))).toThrow(refused)
})
