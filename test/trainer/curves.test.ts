import { expect, test } from 'vitest'
import { calibrationCurve } from '#trainer/metrics/curves.ts'

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
