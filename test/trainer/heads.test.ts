import { expect, test } from 'vitest'
import { softmaxHead } from '#trainer/models/softmax.ts'
import { squaredHead } from '#trainer/models/squared.ts'
import { solvePositive } from '#trainer/models/solve.ts'
import { createStream } from '#trainer/random.ts'
import { countPairs } from '#trainer/metrics/survival.ts'
import { exposureOf, frailtyOf, hazardOf, ratesOf } from '#trainer/survival/baseline.ts'
import { seed } from './kit.ts'

const stream = createStream('test', seed(14))
const reals = (size: number) => Float64Array.from({ length: size }, () => 2 * stream.real() - 1)

test('private intercepts of three classes are where likelihood and prior balance, and near the prior with few rows', () => {
  const head = softmaxHead(3)
  const prior = head.prior([{ mean: 0.6 }, { mean: 0.3 }, { mean: 0.1 }])
  expect(prior.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 12)
  expect(prior[0]! - prior[2]!).toBeCloseTo(Math.log(6), 12)
  const outputs = reals(3 * 50)
  const values = Float32Array.from({ length: 50 }, (_, i) => i % 2)
  const shift = head.shift(outputs, { values }, prior)
  const moved = outputs.map((z, i) => z + shift[i % 3]!)
  const delta = new Float64Array(150)
  head.loss(
    moved,
    { values },
    Uint32Array.from({ length: 50 }, (_, i) => i),
    delta,
  )
  for (const k of [0, 1, 2]) {
    const slope = 50 * delta.reduce((sum, one, i) => (i % 3 === k ? sum + one : sum), 0)
    expect(slope + shift[k]! - prior[k]!).toBeCloseTo(0, 8)
  }
  expect(head.shift(new Float64Array(0), { values: new Float32Array(0) }, prior)).toEqual(prior)
  expect(
    squaredHead.shift(Float64Array.of(0, 0, 0), { values: Float32Array.of(2, 2, 2) }, Float64Array.of(0))[0],
  ).toBe(1.5)
})

test('a positive definite system is solved', () => {
  const a = reals(16)
  const matrix = Float64Array.from({ length: 16 }, (_, at) => {
    const [i, j] = [Math.floor(at / 4), at % 4]
    return [0, 1, 2, 3].reduce((sum, k) => sum + a[i * 4 + k]! * a[j * 4 + k]!, Number(i === j))
  })
  const wanted = reals(4)
  const right = Float64Array.from({ length: 4 }, (_, i) =>
    wanted.reduce((sum, x, j) => sum + matrix[i * 4 + j]! * x, 0),
  )
  expect([...solvePositive(matrix, right)]).toEqual([...wanted].map((one) => expect.closeTo(one, 9)))
})

test('pairs are counted as their definition says, ties in time and in score included', () => {
  const rows = 60
  const scores = Float64Array.from({ length: rows }, () => stream.below(8))
  const times = Float32Array.from({ length: rows }, () => stream.below(10))
  const events = Uint8Array.from({ length: rows }, () => Number(stream.real() < 0.6))
  let [comparable, concordant, tied] = [0, 0, 0]
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      if (!events[i] || !(times[i]! < times[j]! || (times[i] === times[j] && !events[j]))) continue
      comparable += 1
      if (scores[i]! > scores[j]!) concordant += 1
      if (scores[i] === scores[j]) tied += 1
    }
  }
  expect(countPairs(scores, times, events)).toEqual({ comparable, concordant, tied })
  expect(comparable).toBeGreaterThan(500)
})

test('constant hazards are found again from times and events, and a hospital with twice as many has a factor near 2', () => {
  const rows = 20_000
  const horizon = 10
  const hazard = 0.15
  const draw = (rate: number) =>
    Float32Array.from({ length: rows }, () => -Math.log(1 - stream.real()) / rate)
  const of = (rate: number) => {
    const values = draw(rate)
    return exposureOf(new Float64Array(rows), { values, events: new Uint8Array(rows).fill(1) }, horizon)
  }
  const once = of(hazard)
  const rates = ratesOf(once.events, once.exposure)
  for (const rate of rates) expect(Math.abs(rate / (hazard * horizon) - 1)).toBeLessThan(0.12)
  expect(Math.abs(hazardOf(rates) / (hazard * horizon) - 1)).toBeLessThan(0.03)
  expect(Math.abs(frailtyOf(of(2 * hazard), rates) / 2 - 1)).toBeLessThan(0.03)
  const nobody = { events: new Float64Array(10), exposure: new Float64Array(10) }
  expect(frailtyOf(nobody, rates)).toBe(1)
  expect(hazardOf(ratesOf(nobody.events, nobody.exposure))).toBe(0)
})
