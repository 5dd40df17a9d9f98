import { expect, test } from 'vitest'
import { artefactHash } from '#trainer/artefact.ts'
import { createDirectTrainer } from '#trainer/direct.ts'
import type { Table, Task } from '#trainer/jobs.ts'
import { createStream } from '#trainer/random.ts'
import { readTrained } from '#trainer/training/artefact.ts'
import { batchSize } from '#trainer/training/batches.ts'
import { averageTraining, concludeTraining } from '#trainer/training/conclude.ts'
import { batchesOf } from '#trainer/training/round.ts'
import { usableRows } from '#trainer/variables/rows.ts'
import { add, federate } from './federation.ts'
import { aPlan, aTask, numberVariable, pool, seed, toTable } from './kit.ts'

const WIDTH = 4

/** A hospital whose outcome depends on its variables and on the hospital. */
function hospital(byte: number, rows: number): Table {
  const stream = createStream('test', seed(byte))
  const columns = Array.from({ length: WIDTH }, () => Array.from({ length: rows }, () => stream.real() * 10))
  const outcome = Array.from({ length: rows }, (_, i) => {
    const z = columns[0]![i]! - 0.5 * columns[1]![i]! - 2 + byte / 2
    return Number(stream.real() < 1 / (1 + Math.exp(-z)))
  })
  return toTable(columns, outcome, (row) => row % 5 === 0)
}

const hospitals = [hospital(1, 60), hospital(2, 130), hospital(3, 90), hospital(4, 300)]
// No missing indicators: the reference below has one feature for each variable.
const variables = Array.from({ length: WIDTH }, (_, i): Task['variables'][number] => ({
  ...numberVariable(`v${i}`, 0, 10),
  missing: 'mean',
}))

interface Client {
  readonly x: number[][]
  readonly y: number[]
  readonly seed: Uint8Array
  readonly weight: number
}

/** Central FedAvg of logistic regression, written down again from its definition: plain loops over numbers, no code of the trainer's. */
function centralRound(
  task: Task,
  clients: Client[],
  start: number[],
  batches: (client: Client) => () => Uint32Array,
) {
  const { l2, local, intercept } = task.plan
  const total = clients.reduce((sum, { weight }) => sum + weight, 0)
  const average = start.map(() => 0)
  for (const client of clients) {
    const w = start.slice(0, WIDTH)
    let b = intercept === 'shared' ? start[WIDTH]! : privateIntercept(client, w, clients)
    const next = batches(client)
    for (let step = 0; step < Number(local.steps); step++) {
      const rows = next()
      const slopes = w.map((value) => l2 * value)
      let slope = 0
      for (const row of rows) {
        const z = b + w.reduce((sum, value, i) => sum + value * client.x[row]![i]!, 0)
        const error = (1 / (1 + Math.exp(-z)) - client.y[row]!) / rows.length
        client.x[row]!.forEach((value, i) => (slopes[i]! += error * value))
        slope += error
      }
      w.forEach((value, i) => (w[i] = value - local.learningRate * slopes[i]!))
      b -= local.learningRate * slope
    }
    const moved = intercept === 'shared' ? [...w, b] : w
    moved.forEach((value, i) => (average[i]! += (client.weight / total) * value))
  }
  return average
}

/** The intercept that fits a client's rows best with a prior N(log-odds over all, 1), by halving an interval. */
function privateIntercept(client: Client, w: number[], all: Client[]): number {
  const outcomes = all.flatMap(({ y }) => y)
  const rate = outcomes.reduce((sum, y) => sum + y, 0) / outcomes.length
  const slope = (b: number) =>
    client.x.reduce(
      (sum, x, row) => {
        const z = b + w.reduce((dot, value, i) => dot + value * x[i]!, 0)
        return sum + 1 / (1 + Math.exp(-z)) - client.y[row]!
      },
      b - Math.log(rate / (1 - rate)),
    )
  let [low, high] = [-30, 30]
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2
    if (slope(middle) > 0) high = middle
    else low = middle
  }
  return (low + high) / 2
}

/** Rows of a hospital, scaled by plain arithmetic over the pooled training rows. */
function clientsOf(task: Task, weights: readonly number[]): Client[] {
  const all = pool(hospitals)
  const train = [...usableRows(task, all).train]
  const scale = all.columns.map((column) => {
    const values = train.map((row) => column[row]!)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return [
      mean,
      Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length),
    ] as const
  })
  return hospitals.map((table, i) => {
    const rows = [...usableRows(task, table).train]
    const x = rows.map((row) =>
      table.columns.map((column, j) => Math.fround((column[row]! - scale[j]![0]) / scale[j]![1])),
    )
    return { x, y: rows.map((row) => table.outcome[row]!), seed: seed(i + 101), weight: weights[i]! }
  })
}

test.each(['shared', 'private'] as const)(
  'rounds of separate hospitals equal a central FedAvg to 1e-9 before rounding, %s intercept',
  async (intercept) => {
    const task = aTask(variables, aPlan({ intercept, l2: 0.01 }, { learningRate: 0.3, batch: 24, steps: 7 }))
    const federation = await federate(createDirectTrainer('fused'), task, hospitals)
    const { trainer, keys, weights, statistics } = federation
    const clients = clientsOf(task, weights)
    let base: Uint8Array | null = null
    for (let round = 0; round < 6; round++) {
      const shared = { statistics, base, initialSeed: seed(1) }
      const sums: Float64Array[] = []
      for (const [i, key] of keys.entries()) {
        const input = { key, ...shared, weight: weights[i]!, batchSeed: clients[i]!.seed, privateState: null }
        sums.push((await trainer.call('train', input)).values)
      }
      const opened = { task, ...shared, sum: add(sums), weight: weights.reduce((sum, one) => sum + one, 0) }
      const start: number[] = base
        ? [...readTrained(task, base).params]
        : Array.from({ length: WIDTH + 1 }, () => 0)
      const central = centralRound(
        task,
        clients,
        intercept === 'shared' ? start : start.slice(0, WIDTH),
        (client) =>
          batchesOf({ ...shared, batchSeed: client.seed }, client.y.length, batchSize(24, client.y.length)),
      )
      const { params } = averageTraining(opened)
      expect(params).toHaveLength(central.length)
      expect(Math.max(...params.map((value, i) => Math.abs(value - central[i]!)))).toBeLessThan(1e-9)
      base = concludeTraining(opened)
    }
    expect(Math.max(...readTrained(task, base!).params.map(Math.abs))).toBeGreaterThan(0.5)
  },
)

test('what a hospital contributes is its weight times its update; a private intercept is not in it', async () => {
  const task = aTask(variables, aPlan({ intercept: 'private' }))
  const { trainer, statistics } = await federate(createDirectTrainer('fused'), task, hospitals)
  const input = {
    key: 'hospital 1',
    statistics,
    base: null,
    initialSeed: seed(1),
    batchSeed: seed(2),
    privateState: null,
  }
  const once = await trainer.call('train', { ...input, weight: 1 })
  const hundred = await trainer.call('train', { ...input, weight: 100 })
  expect(once.values).toHaveLength(WIDTH + 1)
  expect([...hundred.values]).toEqual([...once.values].map((value) => expect.closeTo(100 * value, 9)))
  expect(hundred.loss).toBeGreaterThan(0)
  expect(hundred.values.at(-1)).toBeCloseTo(100 * once.loss!, 9)
  const other = await trainer.call('train', { ...input, weight: 1, batchSeed: seed(3) })
  expect([...other.values]).not.toEqual([...once.values])
})

test('updates beyond the declared bound are clipped to it, and counted', async () => {
  const task = aTask(variables, aPlan({ updateBound: 0.01 }, { learningRate: 1 }))
  const { trainer, statistics } = await federate(createDirectTrainer('fused'), task, hospitals)
  const input = { statistics, base: null, initialSeed: seed(1), batchSeed: seed(2), privateState: null }
  const { values, clipped } = await trainer.call('train', { key: 'hospital 0', weight: 7, ...input })
  expect(clipped).toBeGreaterThan(0)
  expect(Math.max(...values.subarray(0, -1).map(Math.abs))).toBe(7 * 0.01)
  expect(Math.abs(values.at(-1)!)).toBeLessThanOrEqual(7)
})

test('the same sums give the same bytes on every machine', () => {
  const layers = [{ units: 3, activation: 'tanh' as const }]
  const task = aTask(variables, aPlan({ model: { kind: 'mlp', layers, dropout: 0, normalisation: 'none' } }))
  const statistics = new TextEncoder().encode('statistics')
  const sum = Float64Array.from({ length: 20 }, (_, i) => Math.sqrt(i) / 3)
  const opened = { task, statistics, initialSeed: seed(5), sum, weight: 7 }
  const first = concludeTraining({ ...opened, base: null })
  const second = concludeTraining({ ...opened, base: first })
  expect(artefactHash(second)).toBe('6f67ccb23f78c786490eb4c59a1fb550f6c8c3ece1635eb9c767bf96bdccc5be')
})
