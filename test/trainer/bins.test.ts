import { expect, test } from 'vitest'
import type { Statistics } from '#trainer/statistics/artefact.ts'
import { binsOf } from '#trainer/evaluation/bins.ts'
import { calibrationCurve } from '#trainer/metrics/curves.ts'

const countFor = (rows: number, mean: number) =>
  binsOf({ targets: [{ count: rows, mean }] as unknown as Statistics['targets'] })[0]!.count // safe: a target has more, and bins need these two

test('a bin of a summed histogram is about twenty patients of the rarer kind, whichever kind that is', () => {
  for (const [rows, rate] of [
    [4100, 0.125],
    [10_000, 0.0625],
    [2010, 0.5],
  ] as const) {
    const rarer = rows * rate
    expect(rarer / countFor(rows, rate)).toBeGreaterThanOrEqual(20)
    expect(rarer / countFor(rows, rate)).toBeLessThan(21)
    expect(countFor(rows, 1 - rate)).toBe(countFor(rows, rate))
  }
  expect(countFor(50, 0.1)).toBe(10)
})

test("a bin of the calibration curve stands at the mean of its patients' risks, not between its ends", () => {
  // Nine low risks and a high one in every bin of ten: the middle of the ends is far from the mean.
  const scores = Array.from({ length: 40 }, (_, row) => Math.floor(row / 10) / 4 + (row % 10 === 9 ? 0.2 : 0))
  const labels = scores.map((_, row) => row % 3 === 0)
  const curve = calibrationCurve(
    scores,
    labels.map((one) => (one ? 1 : 0)),
  )
  expect(curve).toHaveLength(4)
  for (const [bin, { predicted, observed, rows }] of curve.entries()) {
    expect(rows).toBe(10)
    expect(predicted).toBeCloseTo(bin / 4 + 0.02, 9)
    expect(observed).toBeCloseTo(labels.slice(bin * 10, bin * 10 + 10).filter(Boolean).length / 10, 9)
  }
})
