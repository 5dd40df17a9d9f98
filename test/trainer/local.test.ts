import { expect, test } from 'vitest'
import { trainLocally } from '#trainer/training/local.ts'

const STEPS = 5
const RATE = 0.1

/** A hospital whose loss is a (x - b)^2 / 2: everything about FedAvg on it can be written down. */
interface Quadratic {
  readonly a: number
  readonly b: number
  readonly p: number
}
const hospitals: Quadratic[] = [
  { a: 1, b: -2, p: 0.5 },
  { a: 4, b: 1, p: 0.3 },
  { a: 0.5, b: 6, p: 0.2 },
]

async function localSteps(
  { a, b }: Quadratic,
  start: number,
  changes: { proximal?: number; optimizer?: 'adam' | 'momentum' } = {},
) {
  const { params } = await trainLocally(
    {
      plan: {
        l2: 0,
        local: {
          optimizer: 'sgd',
          learningRate: RATE,
          batch: 16,
          steps: STEPS,
          proximal: 0,
          controlVariates: false,
          ...changes,
        },
      },
      shape: { slices: [{ offset: 0, length: 1, decays: true }], shared: 1, length: 1 },
      compute: {
        lossAndGradient(at, _, gradient) {
          gradient[0] = a * (at[0]! - b)
          return (a * (at[0]! - b) ** 2) / 2
        },
      },
      steps: STEPS,
      nextBatch: () => new Uint32Array(16),
      pause: () => undefined,
    },
    Float64Array.of(start),
  )
  return params[0]!
}

async function fedAvg(rounds: number, changes = {}) {
  let x = 0
  for (let round = 0; round < rounds; round++) {
    let next = 0
    for (const one of hospitals) next += one.p * (await localSteps(one, x, changes))
    x = next
  }
  return x
}

test('on quadratics, rounds of local steps settle where theory says, which is not the common optimum', async () => {
  const c = hospitals.map(({ a }) => 1 - (1 - RATE * a) ** STEPS)
  const sum = (of: (one: Quadratic, c: number) => number) =>
    hospitals.reduce((s, one, i) => s + of(one, c[i]!), 0)
  const settled = sum(({ p, b }, ci) => p * ci * b) / sum(({ p }, ci) => p * ci)
  const optimum = sum(({ p, a, b }) => p * a * b) / sum(({ p, a }) => p * a)
  expect(await fedAvg(300)).toBeCloseTo(settled, 12)
  expect(Math.abs(settled - optimum)).toBeGreaterThan(0.1)
})

test('a proximal term of 0 is plain FedAvg; a strong one keeps local steps near their start', async () => {
  expect(await fedAvg(20, { proximal: 0 })).toBe(await fedAvg(20))
  const far = await localSteps(hospitals[1]!, 0)
  const near = await localSteps(hospitals[1]!, 0, { proximal: 5 })
  expect(Math.abs(near)).toBeLessThan(Math.abs(far) * 0.7)
  // K steps on a (x - b)^2 / 2 + mu x^2 / 2 from 0, in closed form.
  const { a, b } = hospitals[1]!
  expect(near).toBeCloseTo(((a * b) / (a + 5)) * (1 - (1 - RATE * (a + 5)) ** STEPS), 12)
})

test('momentum and Adam take their defining first steps', async () => {
  const one = { a: 1, b: 1, p: 1 }
  let [x, v] = [0, 0]
  for (let i = 0; i < STEPS; i++) {
    v = 0.9 * v + (x - 1)
    x -= RATE * v
  }
  expect(await localSteps(one, 0, { optimizer: 'momentum' })).toBeCloseTo(x, 12)
  // Adam's steps have the length of the rate while the gradient keeps its sign and hardly changes.
  const far = { a: 1e-3, b: 1e6, p: 1 }
  expect(await localSteps(far, 0, { optimizer: 'adam' })).toBeCloseTo(RATE * STEPS, 6)
})

test('a learning rate that is too high ends in a sentence, not in a silent NaN', async () => {
  const run = {
    plan: {
      l2: 0,
      local: {
        optimizer: 'sgd',
        learningRate: 1e10,
        batch: 16,
        steps: 60,
        proximal: 0,
        controlVariates: false,
      },
    },
    shape: { slices: [], shared: 1, length: 1 },
    compute: {
      lossAndGradient: (at: Float64Array, _: Uint32Array, gradient: Float64Array) => {
        gradient[0] = at[0]!
        return at[0]! ** 2
      },
    },
    steps: 60,
    nextBatch: () => new Uint32Array(16),
    pause: () => undefined,
  } as const
  await expect(trainLocally(run, Float64Array.of(1))).rejects.toMatchObject({
    code: 'training-diverged',
    message: expect.stringContaining('learning rate is too high'),
  })
})
