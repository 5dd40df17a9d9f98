import { describe, expect, test } from 'vitest'
import { dealFolds } from '#trainer/exact/folds.ts'
import { fitOwn, rateAlone } from '#trainer/exact/own.ts'
import { fitRidge } from '#trainer/exact/ridge.ts'
import { createStream } from '#trainer/random.ts'
import { drawRows, lossOn, outcomes, wordsOf } from './own.ts'
import { seed } from './kit.ts'

const still = () => undefined
const allOf = (rows: number) => Uint32Array.from({ length: rows }, (_, i) => i)
const some = [1, 0.2, -0.6, 0.1, 0, 0, 0.4, 0]
const nothing = some.map(() => 0)

describe.each(Object.entries(outcomes))('a model of own rows alone: %s', (task, outcome) => {
  test('is hardly ever worse than the rate alone on patients that nobody saw, and better where there is something to learn', async () => {
    let worse = 0
    let tried = 0
    for (const [at, [weights, place]] of [
      [nothing, -2] as const,
      [some.map((one) => one / 4), 0] as const,
      [some, -1] as const,
    ].entries()) {
      const fresh = drawRows({ outcome, weights, place }, 1500, wordsOf(at, 200))
      for (const rows of [12, 30, 80, 200]) {
        for (let draw = 0; draw < 3; draw++) {
          const own = drawRows({ outcome, weights, place }, rows, wordsOf(at, rows, draw))
          const { params } = await fitOwn(own, createStream('folds', seed(draw)), still)
          const gain = lossOn(fresh, rateAlone(own, allOf(rows))) - lossOn(fresh, params)
          tried += 1
          if (gain < -0.005) worse += 1
          if (weights === some && rows === 200) expect(gain).toBeGreaterThan(0.05)
        }
      }
    }
    console.log(`${task}: worse than the rate alone by more than .005 on ${worse} of ${tried}`)
    expect(worse / tried).toBeLessThanOrEqual(0.05)
  })

  test('has converged: what is added to any of its numbers makes its own penalised loss larger', async () => {
    const own = drawRows({ outcome, weights: some, place: -1 }, 300, wordsOf(7))
    const { params, penalty } = await fitOwn(own, createStream('folds', seed(1)), still)
    expect(penalty).not.toBeNull()
    const rate = rateAlone(own, allOf(300))
    const bias = own.inputs.width * own.outputs
    const loss = (at: Float64Array) =>
      300 * lossSum(own, at) +
      at.reduce(
        (sum, one, i) => sum + (i < bias ? penalty! / 2 : 0.05) * (one - (i < bias ? 0 : rate[i]!)) ** 2,
        0,
      )
    const least = loss(params)
    for (let i = 0; i < (task === 'survival' ? bias : params.length); i++) {
      for (const by of [-0.003, 0.003]) {
        const moved = params.slice()
        moved[i] = moved[i]! + by
        expect(loss(moved)).toBeGreaterThan(least)
      }
    }
  })
})

/** The loss that a fit lowers: over all rows, those without an event too. */
function lossSum(own: ReturnType<typeof drawRows>, params: Float64Array): number {
  const happened = own.targets.events?.reduce((sum, one) => sum + one, 0) ?? own.inputs.height
  return (lossOn(own, params) * happened) / own.inputs.height
}

test('with one outcome alone, few of the other, or one patient, the rate alone is taken, and stays finite', async () => {
  const own = drawRows({ outcome: outcomes.binary, weights: some, place: -9 }, 40, wordsOf(3))
  expect(own.targets.values.every((one) => one === 0)).toBe(true)
  const { params, penalty } = await fitOwn(own, createStream('folds', seed(1)), still)
  expect(penalty).toBeNull()
  expect(params.every(Number.isFinite)).toBe(true)
  const mixed = drawRows({ outcome: outcomes.binary, weights: some, place: 0 }, 40, wordsOf(4))
  const ofOne = { ...mixed, patients: new Float64Array(40).fill(1) }
  expect((await fitOwn(ofOne, createStream('folds', seed(1)), still)).penalty).toBeNull()
})

test('more features than rows: the fit ends, and is the same for the same seed', async () => {
  const wide = Array.from({ length: 120 }, (_, i) => Number(i < 3))
  const own = drawRows({ outcome: outcomes.binary, weights: wide, place: 0 }, 60, wordsOf(5))
  const fits = [1, 1, 2].map((byte) => fitOwn(own, createStream('folds', seed(byte)), still))
  const [first, again] = await Promise.all(fits)
  expect(first).toEqual(again)
  const tight = fitRidge(own, allOf(60), { penalty: 1e-3, rate: rateAlone(own, allOf(60)) })
  expect(tight.every(Number.isFinite)).toBe(true)
})

test('rows of one patient are in one fold, and outcomes are dealt evenly', () => {
  const patients = Float64Array.from({ length: 90 }, (_, row) => Math.floor(row / 3))
  const labels = Float32Array.from({ length: 90 }, (_, row) => Number(row < 30))
  const folds = dealFolds(patients, labels, createStream('folds', seed(1)), 1000)
  expect(folds).toHaveLength(10)
  const homes = folds.map((fold) => new Set([...fold].map((row) => patients[row])))
  for (const fold of folds) expect([...fold].reduce((sum, row) => sum + labels[row]!, 0)).toBe(3)
  expect(homes.reduce((sum, home) => sum + home.size, 0)).toBe(30)
  expect(folds.flatMap((fold) => [...fold]).toSorted((a, b) => a - b)).toEqual([...allOf(90)])
})
