import { expect, test } from 'vitest'
import type { OuterOptimizer } from '#domain/plan.ts'
import { artefactHash } from '#trainer/artefact.ts'
import { createDirectTrainer } from '#trainer/direct.ts'
import type { Task } from '#trainer/jobs.ts'
import { createStream } from '#trainer/random.ts'
import { readTrained } from '#trainer/training/artefact.ts'
import { averageTraining, concludeTraining, trainingLength } from '#trainer/training/conclude.ts'
import { trainLocally } from '#trainer/training/local.ts'
import { normaliserOf } from '#trainer/training/normaliser.ts'
import { firstOuterState, stepOuter } from '#trainer/training/outer.ts'
import { trainingParts } from '#trainer/training/parts.ts'
import { controlOf, readKept, writeKept } from '#trainer/training/private.ts'
import { makeUpdate } from '#trainer/training/update.ts'
import { add, federate, trainTogether } from './federation.ts'
import { furthest, reference, rules, survival, tables, variables } from './fixture-tables.ts'
import { aPlan, aTask, numberVariable, seed } from './kit.ts'

/** Of a standard deviation: in small steps, as models on standardised inputs take them. */
const UNIT = 0.05
/** Hospitals whose losses are sums of a (x - b)^2 / 2 over two parameters, with public weights. */
const hospitals = [
  { a: [1, 3], b: [-2 * UNIT, 1 * UNIT], weight: 10 },
  { a: [4, 0.5], b: [1 * UNIT, -3 * UNIT], weight: 20 },
  { a: [0.5, 1], b: [6 * UNIT, 2 * UNIT], weight: 10 },
  { a: [2, 2], b: [0, 5 * UNIT], weight: 50 },
]
const RATE = 0.1
const optimum = [0, 1].map((d) => {
  const sum = (of: (one: (typeof hospitals)[number]) => number) =>
    hospitals.reduce((total, one) => total + one.weight * of(one), 0)
  return sum(({ a, b }) => a[d]! * b[d]!) / sum(({ a }) => a[d]!)
})
const oneNumber: Task['variables'] = [{ ...numberVariable('v', 0, 1), missing: 'mean' }]
const statistics = new TextEncoder().encode('statistics')

/** What a hospital keeps, and the model that its last round led to. */
interface Own {
  readonly kept: Uint8Array | null
  readonly after: Uint8Array | null
}

/** Local steps of one hospital on its quadratics, as an update and the state that it keeps. */
async function stepOn(task: Task, i: number, steps: number, { kept, after }: Own, base: Uint8Array | null) {
  const { a, b, weight } = hospitals[i]!
  const { plan } = task
  const before: Float32Array = base ? readTrained(task, base).params : new Float32Array(2)
  const models = [after, base]
  const control = plan.local.controlVariates ? controlOf(task, kept && readKept(task, kept), models) : null
  const compute = {
    lossAndGradient(at: Float64Array, _: Uint32Array, gradient: Float64Array) {
      gradient.set(a.map((value, d) => value * (at[d]! - b[d]!)))
      return 0
    },
  }
  const shape = { slices: [], shared: 2, length: 2 }
  const nextBatch = () => new Uint32Array(16)
  const run = { plan, shape, compute, steps, control, nextBatch, pause: () => undefined }
  const { params } = await trainLocally(run, Float64Array.from(before))
  const result = {
    before,
    after: params,
    loss: 0,
    normaliser: normaliserOf(plan.local, steps),
    exposure: null,
  }
  const { values, own } = makeUpdate(trainingParts(task), result, { weight, bound: plan.updateBound })
  const state = {
    base: artefactHash(base ?? statistics),
    head: new Float64Array(0),
    own,
    reach: steps * RATE,
  }
  return { values, weight, kept: control && writeKept({ ...state, control }) }
}

/** Rounds of local steps on the quadratics, with the product's own states, updates, sums and artefacts. */
async function descend(task: Task, rounds: number, stepsOf: (hospital: number) => number, dropped = 0) {
  const stream = createStream('test', seed(6))
  const states: Own[] = hospitals.map(() => ({ kept: null, after: null }))
  let base: Uint8Array | null = null
  for (let round = 0; round < rounds; round++) {
    const present = [...hospitals.keys()].filter(() => stream.real() >= dropped)
    if (present.length === 0) continue
    const made: Awaited<ReturnType<typeof stepOn>>[] = []
    for (const i of present) made.push(await stepOn(task, i, stepsOf(i), states[i]!, base))
    const weight = made.reduce((total, one) => total + one.weight, 0)
    const sum = add(made.map(({ values }) => values))
    base = concludeTraining({ task, statistics, base, initialSeed: seed(1), sum, weight })
    for (const [at, i] of present.entries()) states[i] = { kept: made[at]!.kept, after: base }
  }
  const controls = states.map(({ kept, after }) => controlOf(task, kept && readKept(task, kept), [after]))
  return { params: readTrained(task, base!).params, controls }
}

const variates = aTask(oneNumber, aPlan({}, { learningRate: RATE, controlVariates: true }))

test('control variates reach the common optimum, also with a tenth of the hospitals missing; their weighted sum stays 0', async () => {
  for (const dropped of [0, 0.1, 0.4]) {
    const { params, controls } = await descend(variates, 400, () => 5, dropped)
    expect(furthest(params, optimum)).toBeLessThan(1e-5)
    for (const d of [0, 1]) {
      const sum = controls.reduce((total, control, i) => total + hospitals[i]!.weight * control[d]!, 0)
      expect(Math.abs(sum)).toBeLessThan(1e-3)
      expect(Math.max(...controls.map((control) => Math.abs(control[d]!)))).toBeGreaterThan(UNIT)
    }
  }
})

test('plain averaging of the same steps settles elsewhere', async () => {
  const plain = aTask(oneNumber, aPlan({}, { learningRate: RATE }))
  const { params } = await descend(plain, 400, () => 5)
  expect(furthest(params, optimum)).toBeGreaterThan(0.05 * UNIT)
})

test('a private state is refused without the model that followed it, and in another study', async () => {
  const kept = {
    base: artefactHash(statistics),
    head: new Float64Array(0),
    control: new Float64Array(2),
    own: new Float64Array(2),
    reach: 1,
  }
  expect(() => controlOf(variates, kept, [null])).toThrow(expect.objectContaining({ code: 'bad-request' }))
  const bytes = writeKept(kept)
  expect(readKept(variates, bytes).reach).toBe(1)
  const refused = expect.objectContaining({ code: 'document-refused' })
  expect(() => readKept(aTask(oneNumber, aPlan()), bytes)).toThrow(refused)
  expect(() => readKept(variates, bytes.slice(0, -1))).toThrow(refused)
})

test('with control variates hospitals that miss rounds still reach the pooled stratified Cox of lifelines', async () => {
  const { time, event, weights } = reference.survival
  const fit = async (controlVariates: boolean) => {
    const plan = aPlan({ rounds: 120 }, { learningRate: 0.5, steps: 5, controlVariates })
    const task: Task = { ...aTask(variables, plan, rules), outcome: survival }
    const federation = await federate(createDirectTrainer('fused'), task, tables(time, event))
    const { base } = await trainTogether(federation, 120, (round, i) => (round * 7 + i * 3) % 10 === 0)
    return furthest(readTrained(task, base).params.subarray(0, 4), weights)
  }
  expect(await fit(true)).toBeLessThan(1e-3)
  expect(await fit(false)).toBeGreaterThan(2e-3)
})

test('where hospitals take unequal numbers of steps, updates count by their length: FedNova', async () => {
  const steps = (i: number) => [1, 40, 3, 8][i]!
  const small = 0.002
  const epoch = aTask(oneNumber, aPlan({ updateBound: 100 }, { learningRate: small, steps: 'epoch' }))
  const { params } = await descend(epoch, 3000, steps)
  expect(furthest(params, optimum)).toBeLessThan(0.06 * UNIT)
  // Without it hospitals would count by weight times steps.
  const sum = (of: (one: (typeof hospitals)[number], i: number) => number) =>
    hospitals.reduce((total, one, i) => total + one.weight * steps(i) * of(one, i), 0)
  const wrong = [0, 1].map((d) => sum(({ a, b }) => a[d]! * b[d]!) / sum(({ a }) => a[d]!))
  expect(furthest(wrong, optimum)).toBeGreaterThan(0.3 * UNIT)
})

test('normalisers are the summed weights of gradients that the local optimiser gives', () => {
  const plain = { optimizer: 'sgd' as const, proximal: 0, learningRate: 0.1 }
  expect(normaliserOf(plain, 7)).toBe(7)
  let [speed, sum] = [0, 0]
  for (let i = 0; i < 7; i++) {
    speed = 0.9 * speed + 1
    sum += speed
  }
  expect(normaliserOf({ ...plain, optimizer: 'momentum' }, 7)).toBeCloseTo(sum, 9)
  let moved = 0
  for (let i = 0; i < 7; i++) moved += 1 - 0.1 * 2 * moved
  expect(normaliserOf({ ...plain, proximal: 2 }, 7)).toBeCloseTo(moved, 9)
})

const outers: Readonly<Record<string, OuterOptimizer>> = {
  momentum: { kind: 'momentum', learningRate: 0.7, momentum: 0.9 },
  nesterov: { kind: 'nesterov', learningRate: 0.7, momentum: 0.9 },
  adam: { kind: 'adam', learningRate: 0.05, beta1: 0.9, beta2: 0.99, epsilon: 1e-3 },
  yogi: { kind: 'yogi', learningRate: 0.05, beta1: 0.9, beta2: 0.99, epsilon: 1e-3 },
}

/** SHA-256 of the third artefact: the same bits at every member, on every machine. */
const golden: Readonly<Record<string, string>> = {
  momentum: '328d589927859c4375c5497e7e7027b24afee07f36e1424e506a759953b56981',
  nesterov: 'b5d6861a07195106a614e706229161d433f202e2fd05e34d702b42afdab67dee',
  adam: 'c49cc766f798a5ef1c77c59a8bcaf829e8b3d05e9057b2e47f941a4f37fe60dd',
  yogi: 'ca295dd13befebb31f012e33fb578fec389fa21bfb89d353a3b948ed60e35bbc',
}

test.each(Object.entries(outers))(
  'the outer optimiser %s makes the same bytes on every machine',
  (name, outer) => {
    const task = aTask([numberVariable('a', 0, 1), numberVariable('b', 0, 1)], aPlan({ outer }))
    let base: Uint8Array | null = null
    for (let round = 0; round < 3; round++) {
      const sum = Float64Array.from(
        { length: trainingLength(task) },
        (_, i) => (Math.sqrt(i + 2) - 2 + round) / 3,
      )
      base = concludeTraining({ task, statistics, base, initialSeed: seed(5), sum, weight: 7 })
    }
    expect(artefactHash(base!)).toBe(golden[name])
  },
)

test('an outer rate of 1 without momentum is FedAvg; Adam and Yogi take their defining steps', () => {
  const params = Float32Array.of(1, -2)
  const update = Float64Array.of(0.5, -0.25)
  for (const kind of ['momentum', 'nesterov'] as const) {
    const outer = { kind, learningRate: 1, momentum: 0 }
    expect([...stepOuter(outer, params, new Float64Array(2), update).params]).toEqual([1.5, -2.25])
  }
  const first = stepOuter(outers['momentum']!, params, Float64Array.of(1, 1), update)
  expect([...first.state]).toEqual([1.4, 0.65].map((value) => expect.closeTo(value, 12)))
  expect(first.params[0]).toBeCloseTo(1 + 0.7 * 1.4, 12)
  const ahead = stepOuter(outers['nesterov']!, params, Float64Array.of(1, 1), update)
  expect(ahead.params[0]).toBeCloseTo(1 + 0.7 * (0.5 + 0.9 * 1.4), 12)
  for (const kind of ['adam', 'yogi'] as const) {
    const outer = outers[kind]!
    const { params: moved, state } = stepOuter(outer, params, firstOuterState(outer, 2), update)
    const second = kind === 'adam' ? 0.99e-6 + 0.01 * 0.25 : 1e-6 + 0.01 * 0.25
    expect([state[0], state[2]]).toEqual([0.05, second].map((value) => expect.closeTo(value, 12)))
    expect(moved[0]).toBeCloseTo(1 + (0.05 * 0.05) / (Math.sqrt(second) + 1e-3), 9)
  }
  // Yogi forgets large moments slowly: by the square of the update, whatever they are.
  const yogi = stepOuter(outers['yogi']!, params, Float64Array.of(0, 0, 9, 9), update)
  expect(yogi.state[2]).toBeCloseTo(9 - 0.01 * 0.25, 12)
})

test('a sum that is not one of the study is refused', () => {
  const sum = new Float64Array(trainingLength(variates) + 1)
  const opened = { task: variates, statistics, base: null, initialSeed: seed(1), sum, weight: 3 }
  expect(() => averageTraining(opened)).toThrow(expect.objectContaining({ code: 'bad-request' }))
})
