import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { concludeEvaluation, readEvaluation } from '#trainer/evaluation/conclude.ts'
import { contributeEvaluation, evaluationLength } from '#trainer/evaluation/counts.ts'
import { areaUnderRoc, binaryFigures } from '#trainer/metrics/binary.ts'
import { createStream } from '#trainer/random.ts'
import { add } from './federation.ts'
import { aPlan, aTask, numberVariable, seed } from './kit.ts'

test('the area under the curve is the share of pairs in order, ties counting half', () => {
  const row = fc.record({ score: fc.integer({ min: 0, max: 6 }), label: fc.integer({ min: 0, max: 1 }) })
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
      const cases = rows.filter(({ label }) => label === 1)
      const controls = rows.filter(({ label }) => label === 0)
      let wins = 0
      for (const one of cases) {
        for (const other of controls)
          wins += one.score > other.score ? 1 : one.score === other.score ? 0.5 : 0
      }
      const pairs = cases.length * controls.length
      const area = areaUnderRoc(
        rows.map(({ score }) => score),
        rows.map(({ label }) => label),
      )
      expect(area).toEqual(pairs > 0 ? expect.closeTo(wins / pairs, 12) : null)
    }),
  )
})

test('figures are those of their definitions, worked out elsewhere', () => {
  const scores = [0.1, 0.4, 0.35, 0.8, 0.5, 0.5]
  const figures = binaryFigures(scores, [0, 0, 1, 1, 1, 0])
  expect(figures).toEqual({
    rows: 6,
    events: 3,
    auc: expect.closeTo(0.7222222222, 9),
    logLoss: expect.closeTo(0.5459076960594326, 12),
    brier: expect.closeTo(0.18875, 6),
    accuracy: expect.closeTo(0.6666666667, 9),
  })
})

test('a sure and wrong score costs a finite log-loss, and one class has no area', () => {
  expect(binaryFigures([0], [1]).logLoss).toBeCloseTo(-Math.log(1e-15), 9)
  expect(binaryFigures([0.2, 0.3], [0, 0])).toMatchObject({ auc: null, events: 0, accuracy: 1 })
  expect(binaryFigures([], [])).toEqual({
    rows: 0,
    events: 0,
    auc: null,
    logLoss: null,
    brier: null,
    accuracy: null,
  })
})

test('summed moments of hospitals give nearly the exact area, and exactly the mean losses', () => {
  const task = aTask([numberVariable('age', 0, 1)], aPlan())
  const stream = createStream('test', seed(9))
  const scale = { count: 10, rate: 0.1, spread: 0.7 }
  const hospitals = [200, 900, 400].map((rows) => {
    const scores = Float64Array.from({ length: rows }, () => 0.3 * stream.real() ** 2)
    const labels = Float32Array.from(scores, (score) => Number(stream.real() < score))
    return { scores, labels }
  })
  const sums = hospitals.map((held) =>
    contributeEvaluation(task, [scale], { shared: held, alone: held }, 1e7),
  )
  expect(sums[0]).toHaveLength(evaluationLength(task))
  const origin = { statistics: new Uint8Array(1), base: new Uint8Array(2) }
  const evaluation = readEvaluation(task, concludeEvaluation(task, origin, add(sums)))
  const exact = binaryFigures(
    hospitals.flatMap(({ scores }) => [...scores]),
    hospitals.flatMap(({ labels }) => [...labels]),
  )
  for (const figures of [evaluation.shared, evaluation.alone]) {
    expect(figures).toMatchObject({ rows: exact.rows, events: exact.events })
    expect(Math.abs(figures.auc! - exact.auc!)).toBeLessThan(0.002)
    expect(figures.logLoss).toBeCloseTo(exact.logLoss!, 9)
    expect(figures.brier).toBeCloseTo(exact.brier!, 9)
  }
})
