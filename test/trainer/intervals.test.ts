import { expect, test } from 'vitest'
import { judgementOf } from '#trainer/evaluation/detail.ts'
import { overallIntervals } from '#trainer/evaluation/overall.ts'
import { concludeEvaluation } from '#trainer/evaluation/conclude.ts'
import { scalesOf } from '#trainer/evaluation/moments.ts'
import { contributeEvaluation } from '#trainer/evaluation/counts.ts'
import { areaUnderRoc } from '#trainer/metrics/binary.ts'
import { calibrationCurve, rocCurve } from '#trainer/metrics/curves.ts'
import { aucDifference, aucInterval, meanInterval, shareInterval } from '#trainer/metrics/intervals.ts'
import { createStream } from '#trainer/random.ts'
import { concludeStatistics, readStatistics } from '#trainer/statistics/artefact.ts'
import { contributeStatistics } from '#trainer/statistics/contribution.ts'
import { aPlan, aTask, numberVariable, seed, toTable } from './kit.ts'

const binary = aTask([], aPlan()).outcome
const stream = createStream('test', seed(11))

/** A normal number (Box and Muller). */
const normal = () => Math.sqrt(-2 * Math.log(1 - stream.real())) * Math.cos(2 * Math.PI * stream.real())

/** Scores of so many rows, every third a case; cases lie `apart` standard deviations higher. */
function sample(rows: number, apart: number) {
  const labels = Array.from({ length: rows }, (_, i) => Number(i % 3 === 0))
  return { labels, scores: labels.map((label) => normal() + apart * label) }
}

test('the interval of an area is that of the definition of DeLong, pair by pair', () => {
  const { scores, labels } = sample(60, 1)
  const cases = scores.filter((_, i) => labels[i])
  const controls = scores.filter((_, i) => !labels[i])
  const wins = (a: number, b: number) => (a > b ? 1 : a === b ? 0.5 : 0)
  const mean = (all: number[]) => all.reduce((sum, one) => sum + one, 0) / all.length
  const variance = (all: number[]) =>
    all.reduce((sum, one) => sum + (one - mean(all)) ** 2, 0) / (all.length - 1)
  const v10 = cases.map((one) => mean(controls.map((other) => wins(one, other))))
  const v01 = controls.map((one) => mean(cases.map((other) => wins(other, one))))
  const error = Math.sqrt(variance(v10) / cases.length + variance(v01) / controls.length)
  const auc = areaUnderRoc(scores, labels)!
  const found = aucInterval(scores, labels)!
  expect(found.value).toBeCloseTo(auc, 12)
  const logit = (p: number) => Math.log(p / (1 - p))
  const half = (1.959963984540054 * error) / (auc * (1 - auc))
  expect(logit(found.low)).toBeCloseTo(logit(auc) - half, 9)
  expect(logit(found.high)).toBeCloseTo(logit(auc) + half, 9)
})

test('nineteen of twenty intervals hold the truth', () => {
  // Two normals one standard deviation apart: the area is Phi(1 / sqrt 2).
  const truth = 0.7602499389065233
  const runs = 800
  let area = 0
  let difference = 0
  let mean = 0
  for (let run = 0; run < runs; run++) {
    const { scores, labels } = sample(90, 1)
    const found = aucInterval(scores, labels)!
    if (found.low <= truth && truth <= found.high) area++
    const noise = () => scores.map((score) => score + 0.5 * normal())
    // Two equally noisy copies differ by nothing.
    const between = aucDifference(noise(), noise(), labels)!
    if (between.low <= 0 && 0 <= between.high) difference++
    const around = meanInterval(scores.map((score) => (score + 9) / 3))!
    if (around.low <= (9 + 1 / 3) / 3 && (9 + 1 / 3) / 3 <= around.high) mean++
  }
  for (const share of [area, difference, mean].map((hits) => hits / runs)) {
    expect(share).toBeGreaterThan(0.925)
    expect(share).toBeLessThan(0.975)
  }
})

test('a paired difference is narrower than two intervals side by side', () => {
  const { scores, labels } = sample(300, 1)
  const near = scores.map((score) => score + 0.2 * normal())
  const found = aucDifference(scores, near, labels)!
  expect(found.value).toBeCloseTo(areaUnderRoc(scores, labels)! - areaUnderRoc(near, labels)!, 12)
  const alone = aucInterval(scores, labels)!
  expect(found.high - found.low).toBeLessThan((alone.high - alone.low) / 2)
})

test('a perfect order still leaves room for doubt, and a single case says nothing', () => {
  const perfect = aucInterval([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1])!
  expect(perfect).toMatchObject({ value: 1, high: 1 })
  expect(perfect.low).toBeLessThan(0.5)
  expect(aucInterval([1, 2, 3], [0, 0, 1])).toBeNull()
  expect(aucDifference([1, 2, 3], [1, 2, 3], [1, 1, 1])).toBeNull()
  expect(meanInterval([0.5])).toBeNull()
})

test('a share has the score interval of Wilson', () => {
  // 10 of 100, as tables of the Wilson interval have it.
  expect(shareInterval(10, 100)).toEqual({
    value: 0.1,
    low: expect.closeTo(0.05523, 4),
    high: expect.closeTo(0.17437, 4),
  })
  expect(shareInterval(0, 20).low).toBe(0)
})

test('a ROC curve climbs from corner to corner over its own area, and stays short', () => {
  const { scores, labels } = sample(3000, 1)
  const points = rocCurve(scores, labels)
  expect(points.length).toBeLessThanOrEqual(200)
  expect(points[0]).toEqual({ fpr: 0, tpr: 0 })
  expect(points.at(-1)).toEqual({ fpr: 1, tpr: 1 })
  const area = points
    .slice(1)
    .reduce((sum, { fpr, tpr }, i) => sum + ((fpr - points[i]!.fpr) * (tpr + points[i]!.tpr)) / 2, 0)
  expect(area).toBeCloseTo(areaUnderRoc(scores, labels)!, 2)
  expect(rocCurve([0.5, 0.5, 0.5], [0, 1, 1])).toEqual([
    { fpr: 0, tpr: 0 },
    { fpr: 1, tpr: 1 },
  ])
  expect(rocCurve([0.1, 0.2], [1, 1])).toEqual([])
})

test('a calibration curve has no bin of a few rows, and covers honest probabilities', () => {
  const scores = Array.from({ length: 2000 }, () => stream.real())
  const bins = calibrationCurve(
    scores,
    scores.map((score) => Number(stream.real() < score)),
  )
  expect(bins).toHaveLength(10)
  expect(bins.reduce((sum, one) => sum + one.rows, 0)).toBe(2000)
  const covered = bins.filter((one) => one.low <= one.predicted && one.predicted <= one.high)
  expect(covered.length).toBeGreaterThanOrEqual(8)
  expect(calibrationCurve(scores.slice(0, 25), new Uint8Array(25))).toHaveLength(2)
  expect(calibrationCurve(scores.slice(0, 9), new Uint8Array(9))).toEqual([])
})

test('subgroups below the smallest number are not there', () => {
  const { scores, labels } = sample(60, 1)
  const table = {
    ...toTable([scores], labels, () => true),
    subgroups: [
      {
        name: 'sex',
        labels: ['(missing)', 'f', 'm'],
        codes: Uint8Array.from(scores, (_, i) => (i < 5 ? 0 : i < 25 ? 1 : 2)),
      },
    ],
  }
  const rows = Uint32Array.from(scores, (_, i) => i)
  const scored = {
    scores: Float64Array.from(scores, (one) => 1 / (1 + Math.exp(-one))),
    labels: table.outcome,
  }
  const { subgroups } = judgementOf(binary, table, rows, { shared: scored, alone: scored }, 10)
  expect(subgroups.map(({ label, rows: count }) => [label, count])).toEqual([
    ['f', 20],
    ['m', 35],
  ])
  expect(subgroups[0]!.shared).toEqual(aucInterval(scores.slice(5, 25), labels.slice(5, 25)))
})

test('intervals of a summed evaluation are close to those of the rows behind it', () => {
  const { scores: raw, labels } = sample(4000, 1.2)
  const scores = Float64Array.from(raw, (one) => 1 / (1 + Math.exp(1.3 - one)))
  const task = aTask([numberVariable('v', -9, 9)], aPlan())
  const table = toTable([raw], labels, () => false)
  const rows = Uint32Array.from(raw, (_, i) => i)
  const statistics = concludeStatistics(task, contributeStatistics(task, table, rows))
  const scored = { scores, labels: table.outcome }
  const scales = scalesOf(readStatistics(task, statistics), 0.55)
  const sum = contributeEvaluation(task, scales, { shared: scored, alone: scored }, 1e7)
  const evaluation = concludeEvaluation(task, { statistics, base: statistics }, sum)
  const found = overallIntervals(task, evaluation, 'shared')
  const { intervals } = judgementOf(binary, table, rows, { shared: scored, alone: scored }, 10)
  for (const name of ['auc', 'logLoss', 'brier'] as const) {
    const exact = intervals.shared[name]!
    const width = exact.high - exact.low
    expect(found[name]!.value).toBeCloseTo(exact.value, name === 'auc' ? 3 : 9)
    expect((found[name]!.high - found[name]!.low) / width).toBeGreaterThan(0.9)
    expect((found[name]!.high - found[name]!.low) / width).toBeLessThan(1.1)
  }
})
