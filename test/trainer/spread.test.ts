import { expect, test } from 'vitest'
import type { Outcome } from '#domain/variable.ts'
import { concludeEvaluation } from '#trainer/evaluation/conclude.ts'
import { contributeEvaluation } from '#trainer/evaluation/counts.ts'
import { judgementOf } from '#trainer/evaluation/detail.ts'
import { overallIntervals } from '#trainer/evaluation/overall.ts'
import { scalesOf } from '#trainer/evaluation/moments.ts'
import type { Scored } from '#trainer/evaluation/scored.ts'
import { spreadsOf } from '#trainer/evaluation/spread.ts'
import { differenceOf, meanAreaEstimate, varianceOf } from '#trainer/metrics/estimates.ts'
import { figuresOf } from '#trainer/metrics/figures.ts'
import { aucInterval } from '#trainer/metrics/intervals.ts'
import { createStream } from '#trainer/random.ts'
import { concludeStatistics, readStatistics } from '#trainer/statistics/artefact.ts'
import { contributeStatistics } from '#trainer/statistics/contribution.ts'
import { aPlan, aTask, numberVariable, seed, toTable } from './kit.ts'

const ROWS = 60
const outcomes = {
  multiclass: { task: 'multiclass', name: 'ward', label: '', classes: ['home', 'ward', 'icu'] },
  regression: { task: 'regression', name: 'stay', label: '', unit: 'd', low: 0, high: 10 },
  survival: { task: 'survival', name: 'death', label: '', timeUnit: 'months', horizon: 12 },
} satisfies Record<string, Outcome>

/** Six columns of shares from a generator that any language can write down. */
function shares(): number[][] {
  let state = 12_345
  return Array.from({ length: 6 }, () =>
    Array.from({ length: ROWS }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return (state >>> 16) / 65_536
    }),
  )
}
const at = (column: readonly number[] | undefined, row: number) => column?.[row] ?? 0
const u = shares()

function classes(): Scored {
  const labels = Float32Array.from(u[0]!, (one) => Math.floor(one * 3))
  const scores = [...labels].flatMap((label, row) => {
    const raw = [1, 2, 3].map((k) => at(u[k], row) + (label === k - 1 ? 0.6 : 0))
    const total = raw.reduce((sum, one) => sum + one, 0)
    return raw.map((one) => Math.round((one / total) * 64) / 64)
  })
  return { scores: Float64Array.from(scores), labels }
}

function numbers(column: number, noise: number): Scored {
  const labels = Float32Array.from(u[0]!, (one) => one * 10)
  return {
    scores: Float64Array.from(labels, (label, row) => label + noise * (at(u[column], row) - 0.5)),
    labels,
  }
}

function times(column: number, weight: number): Scored {
  const hazards = Float64Array.from(
    u[1]!,
    (one, row) => Math.floor(8 * (1 - one + weight * at(u[column], row))) / 8,
  )
  return {
    scores: hazards,
    labels: Float32Array.from(u[1]!, (one) => Math.floor(one * 20)),
    survival: { hazards, events: Uint8Array.from(u[2]!, (one) => Number(one < 0.6)) },
  }
}

const error = (spread: { readonly estimate: Parameters<typeof varianceOf>[0] } | undefined) =>
  Math.sqrt(varianceOf(spread!.estimate))

/** Standard errors of scikit-learn's figures and of Harrell's C by their derivative to each row's weight (numpy, scikit-learn 1.x). */
test('how sure figures of classes, numbers and times are is what the weights of their rows say', () => {
  const ofClasses = spreadsOf(outcomes.multiclass, classes())
  expect(ofClasses.auc!.estimate.value).toBeCloseTo(0.9793968884346161, 10)
  expect(error(ofClasses.auc)).toBeCloseTo(0.009505671799974134, 7)
  const [near, far] = [numbers(4, 3), numbers(5, 5)].map((one) => spreadsOf(outcomes.regression, one))
  expect(error(near!.mae)).toBeCloseTo(0.049738850139536994, 6)
  expect(error(near!.mse)).toBeCloseTo(0.06951284104830166, 6)
  expect(near!.r2!.estimate.value).toBeCloseTo(0.92115932912113, 6)
  expect(error(near!.r2)).toBeCloseTo(0.012853686005523638, 6)
  expect(error(far!.r2)).toBeCloseTo(0.04729644661686722, 6)
  const [one, other] = [times(3, 1.2), times(4, 2)].map((all) => spreadsOf(outcomes.survival, all))
  expect(one!.cIndex!.estimate.value).toBeCloseTo(0.7075949367088608, 10)
  expect(error(one!.cIndex)).toBeCloseTo(0.043586281911103156, 7)
  expect(error(other!.cIndex)).toBeCloseTo(0.04567982505650983, 7)

  const half = (interval: { low: number; high: number }) =>
    (interval.high - interval.low) / 2 / 1.959963984540054
  const byMiss = differenceOf(near!.mae!.estimate, far!.mae!.estimate)
  expect(byMiss.value).toBeCloseTo(-0.45635528564453126, 6)
  expect(half(byMiss)).toBeCloseTo(0.1096438504357706, 6)
  const byOrder = differenceOf(one!.cIndex!.estimate, other!.cIndex!.estimate)
  expect(half(byOrder)).toBeCloseTo(0.05677720427245935, 7)
})

test('every interval is about the very figure that is shown', () => {
  const all = { multiclass: classes(), regression: numbers(4, 3), survival: times(3, 1.2) }
  for (const [task, scored] of Object.entries(all)) {
    const outcome = outcomes[task as keyof typeof outcomes]
    const figures = figuresOf(outcome, scored)
    const spreads = Object.entries(spreadsOf(outcome, scored))
    expect(spreads.length).toBeGreaterThan(0)
    for (const [measure, { interval }] of spreads) {
      expect(interval.value).toBeCloseTo(figures[measure as keyof typeof figures]!, 9)
      expect(interval.low).toBeLessThan(interval.value)
      expect(interval.high).toBeGreaterThan(interval.value)
    }
  }
})

test('of two classes the mean area is as sure as that of DeLong', () => {
  const labels = Float32Array.from(u[0]!, (one) => Number(one < 0.4))
  const scores = u[1]!.map((one, row) => one + at(u[0], row) * -0.5)
  const both = Float64Array.from(scores.flatMap((one) => [-one, one]))
  const estimate = meanAreaEstimate(both, labels, 2)!
  const known = aucInterval(scores, labels)!
  const spread = Math.sqrt(varianceOf(estimate)) / (estimate.value * (1 - estimate.value))
  const logit = (p: number) => Math.log(p / (1 - p))
  expect(logit(known.high) - logit(known.value)).toBeCloseTo(1.959963984540054 * spread, 9)
})

test('nineteen of twenty intervals hold the truth', () => {
  const stream = createStream('test', seed(5))
  const normal = () => Math.sqrt(-2 * Math.log(1 - stream.real())) * Math.cos(2 * Math.PI * stream.real())
  const draw = (rows: number) => {
    const truth = Array.from({ length: rows }, normal)
    const hazards = Float64Array.from(truth)
    const died = truth.map((one) => -Math.log(1 - stream.real()) / Math.exp(one))
    const left = truth.map(() => 3 * stream.real())
    const labels = Float32Array.from(died, (one, row) => Math.min(one, left[row]!))
    const events = Uint8Array.from(died, (one, row) => Number(one < left[row]!))
    const stay = Float32Array.from(truth, (one) => one + normal())
    return {
      survival: { scores: hazards, labels, survival: { hazards, events } },
      regression: { scores: hazards, labels: stay },
    }
  }
  const cIndex = figuresOf(outcomes.survival, draw(40_000).survival).cIndex!
  // Of a standard normal around its middle: the mean miss is the square root of 2/pi, and half of the variance is explained.
  const truths = { cIndex, mae: Math.sqrt(2 / Math.PI), mse: 1, r2: 0.5 }
  const hits = { cIndex: 0, mae: 0, mse: 0, r2: 0 }
  const runs = 500
  for (let run = 0; run < runs; run++) {
    const { survival, regression } = draw(120)
    const found = { ...spreadsOf(outcomes.survival, survival), ...spreadsOf(outcomes.regression, regression) }
    for (const measure of ['cIndex', 'mae', 'mse', 'r2'] as const) {
      const { low, high } = found[measure]!.interval
      if (low <= truths[measure] && truths[measure] <= high) hits[measure]++
    }
  }
  for (const share of Object.values(hits).map((one) => one / runs)) {
    expect(share).toBeGreaterThan(0.91)
    expect(share).toBeLessThan(0.985)
  }
})

test('groups of patients are judged by the first figure of their outcome, and those of a few are not there', () => {
  const scored = times(3, 1.2)
  const table = {
    ...toTable([[...scored.scores]], [...scored.labels], () => true),
    subgroups: [
      { name: 'sex', labels: ['f', 'm'], codes: Uint8Array.from(scored.labels, (_, i) => Number(i > 14)) },
    ],
  }
  const rows = Uint32Array.from(scored.labels, (_, i) => i)
  const both = { shared: scored, alone: times(4, 2) }
  const { subgroups, difference } = judgementOf(outcomes.survival, table, rows, both, 20)
  expect(subgroups.map(({ label, rows: count }) => [label, count])).toEqual([['m', 45]])
  expect(subgroups[0]!.shared!.value).toBeGreaterThan(0.5)
  expect(difference!.value).toBeCloseTo(0.01940928270042197, 9)
})

test('of a sum over hospitals the intervals are known that it shows, and no others', () => {
  const { scores, labels } = numbers(5, 5)
  // Misses are summed within the declared range.
  const within = { labels, scores: scores.map((one) => Math.min(10, Math.max(0, one))) }
  for (const [outcome, scored] of [
    [outcomes.multiclass, classes()],
    [outcomes.regression, within],
  ] as const) {
    const task = { ...aTask([numberVariable('v', -9, 9)], aPlan()), outcome }
    const table = toTable([u[3]!], [...scored.labels], () => false)
    const rows = Uint32Array.from(scored.labels, (_, i) => i)
    const statistics = concludeStatistics(task, contributeStatistics(task, table, rows))
    const scales = scalesOf(readStatistics(task, statistics), 0.9)
    const sum = contributeEvaluation(task, scales, { shared: scored, alone: scored }, 1e7)
    const evaluation = concludeEvaluation(task, { statistics, base: statistics }, sum)
    const exact = spreadsOf(outcome, scored)
    const found = Object.entries(overallIntervals(task, evaluation, 'alone')).filter(([, one]) => one)
    expect(found.map(([measure]) => measure)).toEqual(
      outcome.task === 'multiclass' ? ['logLoss', 'brier', 'accuracy'] : ['mae'],
    )
    for (const [measure, one] of found) {
      const known = exact[measure as 'mae']!.interval
      expect(one!.low).toBeCloseTo(known.low, 6)
      expect(one!.high).toBeCloseTo(known.high, 6)
    }
  }
})
