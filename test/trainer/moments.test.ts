import { expect, test } from 'vitest'
import {
  addMoments,
  areaIntervalOf,
  areaOf,
  MOMENT_PLACES,
  placeOf,
  scalesOf,
} from '#trainer/evaluation/moments.ts'
import { areaUnderRoc, binaryFigures } from '#trainer/metrics/binary.ts'
import { aucInterval } from '#trainer/metrics/intervals.ts'
import type { Statistics } from '#trainer/statistics/artefact.ts'
import { normal, wordsOf } from './own.ts'

const scaleOf = (rows: number, mean: number, loss: number) =>
  scalesOf({ targets: [{ count: rows, mean }] as unknown as Statistics['targets'] }, loss)[0]! // safe: a target has more, and scales need these two

/** Held-out rows of a model that is right about its log-odds, spread so far about a middle. */
function heldOut(rows: number, middle: number, deviation: number, draw: number) {
  const words = wordsOf(8, draw)
  const scores = Float64Array.from(
    { length: rows },
    () => 1 / (1 + Math.exp(-middle - deviation * normal(words))),
  )
  const labels = Float32Array.from(scores, (score) => Number(words.real() < score))
  return { scores, labels }
}

type Rows = ReturnType<typeof heldOut>

/** The sum of some hospitals' moments. */
function summed(parts: readonly Rows[], scale: ReturnType<typeof scaleOf>): Float64Array {
  const sum = new Float64Array(MOMENT_PLACES)
  for (const { scores, labels } of parts) {
    const own = new Float64Array(MOMENT_PLACES)
    addMoments(own, 0, scale, { score: (row) => scores[row]!, labels: Array.from(labels, (one) => one > 0) })
    own.forEach((one, i) => (sum[i] = sum[i]! + one))
  }
  return sum
}

/** How far the summed area lies from the exact one over hospitals that hold out so many rows together, a quarter of all. */
function miss(rows: number, middle: number, deviation: number, draw: number) {
  const parts = [0.1, 0.2, 0.7].map((share, i) =>
    heldOut(Math.round(share * rows), middle, deviation, draw + i),
  )
  const scores = parts.flatMap((one) => [...one.scores])
  const labels = parts.flatMap((one) => [...one.labels])
  const { events, logLoss } = binaryFigures(scores, labels)
  const sum = summed(parts, scaleOf(4 * rows, events! / rows, logLoss!))
  const [found, exact] = [areaIntervalOf(sum, 0)!, aucInterval(scores, labels)!]
  expect(found.value).toBe(areaOf(sum, 0))
  const ratio = (found.high - found.low) / (exact.high - exact.low)
  return { by: Math.abs(found.value - areaUnderRoc(scores, labels)!), ratio }
}

test('the area of summed moments is the exact one to .001, whatever the rate and however well the model does', () => {
  const all: number[] = []
  for (const [rows, middle] of [
    [400, 0],
    [1000, -2],
    [3000, -3],
  ] as const) {
    for (const deviation of [0.3, 1, 2.5, 6]) {
      for (let draw = 0; draw < 9; draw += 3) {
        const { by, ratio } = miss(rows, middle, deviation, draw)
        all.push(by)
        expect(by).toBeLessThan(0.0035)
        // What the moments leave open makes the interval wider, never narrower.
        expect(ratio).toBeGreaterThan(0.95)
        if (deviation < 3) expect(ratio).toBeLessThan(1.1)
      }
    }
  }
  const sorted = all.toSorted((a, b) => a - b)
  console.log(
    `summed area off by ${sorted[18]!.toFixed(5)} at the median, ${sorted[32]!.toFixed(5)} at nine in ten`,
  )
  expect(sorted[32]).toBeLessThan(0.001)
})

test('below a thousand rows of all hospitals the area is still that of the rows, to a few thousandths', () => {
  const misses = Array.from({ length: 20 }, (_, draw) => miss(200, -1, 1, 3 * draw).by).toSorted(
    (a, b) => a - b,
  )
  console.log(
    `200 held-out rows: off by ${misses[10]!.toFixed(4)} at the median, ${misses[18]!.toFixed(4)} at nine in ten`,
  )
  expect(misses[10]).toBeLessThan(0.0015)
  expect(misses[18]).toBeLessThan(0.004)
})

test('there are a tenth as many moments as held-out rows of the rarer kind, whichever kind that is', () => {
  for (const [rows, rate] of [
    [4100, 0.125],
    [6000, 0.0625],
    [800, 0.5],
  ] as const) {
    const { count } = scaleOf(rows, rate, 0.3)
    expect((rows * rate) / 4 / count).toBeGreaterThanOrEqual(7.5)
    expect(count).toBe(scaleOf(rows, 1 - rate, 0.3).count)
  }
  expect(scaleOf(50, 0.1, 0.3).count).toBe(4)
  expect(scaleOf(1e6, 0.3, 0.3).count).toBe(24)
})

test('sums are rounded so coarsely that a single score cannot be read from them', () => {
  const scale = scaleOf(4000, 0.1, 0.28)
  const sum = summed([heldOut(300, -2, 1, 1)], scale)
  expect(sum.every((one) => Number.isInteger(16 * one))).toBe(true)
  expect(sum.some((one) => !Number.isInteger(one))).toBe(true)
})

test("every probability has a place between 0 and 1, rising with it, and the outcome's rate lies in the middle", () => {
  const scale = scaleOf(1000, 0.02, 0.09)
  const places = [0, 1e-9, 0.001, 0.02, 0.3, 1 - 1e-12, 1].map((score) => placeOf(scale, score))
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(places.at(0)).toBe(0)
  expect(places.at(-1)).toBe(1)
  expect(places[3]).toBeCloseTo(0.5, 9)
  for (const loss of [0, -1, 5, Number.MAX_VALUE]) expect(scaleOf(1000, 0.02, loss).spread).toBeGreaterThan(0)
})
