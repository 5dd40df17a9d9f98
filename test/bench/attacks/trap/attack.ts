import { AppError } from '#domain/errors.ts'
import { boundOf } from '#domain/plan.ts'
import { fusedEngine } from '#trainer/compute/fused.ts'
import { createDirectTrainer, type Trainer } from '#trainer/direct.ts'
import type { Task } from '#trainer/jobs.ts'
import { type Layout, layoutOf } from '#trainer/models/layout.ts'
import { createStream } from '#trainer/random.ts'
import { createSite } from '#trainer/site.ts'
import { concludeStatistics } from '#trainer/statistics/artefact.ts'
import { firstTrained, readTrained, writeTrained } from '#trainer/training/artefact.ts'
import { concludeTraining } from '#trainer/training/conclude.ts'
import { trainLocally } from '#trainer/training/local.ts'
import { batchesOf, contributeTraining, leftOutOf, sizeOf, type TrainInput } from '#trainer/training/round.ts'
import { aPlan, aTask, seed } from '../../../trainer/kit.ts'
import { add } from '../../../trainer/federation.ts'
import { type Harvest, readOff } from './read.ts'
import { countRead, patients, type Scene } from './scene.ts'
import { build, type Trap } from './traps.ts'

const weightBands = [20, 32, 64, 96, 128, 160, 192, 256]
/** A band may be claimed: nobody can check it. */
const MALLORY = 256
const RATE = 0.1
const L2 = 0.01
const FEWEST = 3

/** What stands in the way: everything, what covers the rows without the refusal, or nothing. */
export type Guard = 'product' | 'cover' | 'nothing'

/** One run of one attack. */
export interface Run {
  readonly trap: Trap
  readonly units: number
  readonly steps: number
  readonly batch: number
  /** Rounds in which the attacker moves the model there within the limit; 0: it may set the model at will, as if after many. */
  readonly poisoned: number
  /** Sums that are harvested while the attacker holds the trap. */
  readonly rounds: number
  readonly number: number
}

/** What came of it: patients read beyond chance, and how many hospitals refused the model. */
export interface Ending {
  readonly read: number
  readonly refused: number
  /** Why the plan itself was refused, before anything was computed. */
  readonly plan: string | null
}

/** Hospitals under attack, and what is public of them. */
interface Target {
  readonly trainer: Trainer
  readonly scene: Scene
  readonly task: Task
  readonly layout: Layout
  readonly run: Run
  readonly by: Guard
  readonly statistics: Uint8Array
  readonly weights: readonly number[]
  /** Hospitals that take no part any more, since they refused a model. */
  readonly away: Set<number>
}

/** Attacks a federation: builds the trap, opens honest sums, and reads what they show. */
export async function attackModel(scene: Scene, run: Run, by: Guard = 'product'): Promise<Ending> {
  const trainer = createDirectTrainer('fused')
  try {
    const target = await gather(trainer, scene, run, by)
    return { read: await attack(target), refused: target.away.size, plan: null }
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-available')
      return { read: 0, refused: 0, plan: error.message }
    throw error
  } finally {
    await trainer.close()
  }
}

async function gather(trainer: Trainer, scene: Scene, run: Run, by: Guard): Promise<Target> {
  const { trap, units, steps, batch } = run
  const layers = Array.from({ length: trap.layers }, (_, i) => ({
    units,
    activation: trap.layers === 2 && i === 0 ? ('relu' as const) : trap.activation,
  }))
  const model: Task['plan']['model'] = { kind: 'mlp', layers, dropout: 0, normalisation: 'none' }
  const plan = aPlan({ model, intercept: 'private', l2: L2 }, { learningRate: RATE, steps, batch })
  const task = aTask(scene.variables, plan, { minimumRows: 20, weightBands })
  const weights: number[] = []
  const parts: Float64Array[] = []
  for (const [i, table] of scene.tables.entries()) {
    const { train } = await trainer.call('load', { key: `${i}`, task, table })
    weights.push(weightBands.filter((band) => band <= train).at(-1)!)
    parts.push((await trainer.call('statistics', { key: `${i}` })).values)
  }
  const statistics = concludeStatistics(task, add(parts))
  const layout = layoutOf(task)
  return { trainer, scene, task, layout, run, by, statistics, weights, away: new Set() }
}

async function attack(target: Target): Promise<number> {
  const { task, layout, run, statistics, scene, weights } = target
  const { trap, number, poisoned } = run
  const built = (round: number) => build(trap, layout, createStream('test', seed(number)), round)
  let base: Uint8Array | null = null
  for (let round = 0; round < poisoned; round++) {
    const sum = await honestSum(target, base, round)
    if (sum) base = poison(target, base, sum, built(0).params)
  }
  const harvests: Harvest[] = []
  for (let round = 0; round < run.rounds; round++) {
    const trapped = built(round)
    const held = poisoned > 0 ? base : setAtWill(target, trapped.params)
    const sum = await honestSum(target, held, poisoned + round)
    if (!sum) break
    const params = held ? readTrained(task, held).params : trapped.params
    harvests.push({ sum, built: { ...trapped, params } })
    if (poisoned > 0) base = poison(target, base, sum, trapped.params)
  }
  if (harvests.length === 0) return 0
  const weight = weights.reduce((total, one, i) => total + (target.away.has(i) ? 0 : one), 0)
  const readings = readOff(layout, harvests, { rate: RATE, l2: L2, weight, steps: run.steps })
  return countRead(task, statistics, readings, patients(task, scene))
}

/** The sum of all who take part still; null where they are too few for one. */
async function honestSum(
  target: Target,
  base: Uint8Array | null,
  round: number,
): Promise<Float64Array | null> {
  const parts: Float64Array[] = []
  for (const i of target.weights.keys()) {
    if (target.away.has(i)) continue
    try {
      parts.push(await contribution(target, i, base, round))
    } catch (error) {
      const isRefusal =
        error instanceof AppError && (error.code === 'model-refused' || error.code === 'rows-too-few')
      if (!isRefusal) throw error
      target.away.add(i)
    }
  }
  return parts.length < FEWEST ? null : add(parts)
}

async function contribution(
  { trainer, scene, task, run, by, statistics, weights }: Target,
  i: number,
  base: Uint8Array | null,
  round: number,
): Promise<Float64Array> {
  const batchSeed = new Uint8Array(32).fill(run.number, 0, 16).fill(i + 16 * round, 16)
  const input: TrainInput = {
    ...{ weight: weights[i]!, statistics, base, initialSeed: seed(1), batchSeed },
    privateState: null,
  }
  if (by === 'product') return (await trainer.call('train', { key: `${i}`, ...input })).values
  const site = createSite(task, scene.tables[i]!, fusedEngine)
  try {
    if (by === 'cover') return (await contributeTraining(site, input, () => undefined)).values
    const model = site.under(statistics)
    const before = base ? readTrained(task, base).params : firstTrained(task, seed(1)).params
    const nextBatch = batchesOf(input, site.counts.train, sizeOf(task, site.counts.train), leftOutOf(task))
    const shape = model.layout
    const local = { plan: task.plan, shape, compute: model.train, steps: run.steps, nextBatch }
    const { params } = await trainLocally({ ...local, pause: () => undefined }, await model.complete(before))
    return Float64Array.from(before, (value, at) => input.weight * (params[at]! - value))
  } finally {
    site.close()
  }
}

/** The model after a round in which Mallory pulls to the trap as far as the ring and the limit let it. */
function poison(
  { task, layout, statistics, weights, away, by }: Target,
  base: Uint8Array | null,
  honest: Float64Array,
  trap: Float32Array,
): Uint8Array {
  const from = base ? readTrained(task, base).params : firstTrained(task, seed(1)).params
  const weight = weights.reduce((total, one, i) => total + (away.has(i) ? 0 : one), MALLORY)
  const most = by === 'nothing' ? 10 : boundOf(task.plan)
  const sum = honest.map((value, i) => {
    if (i >= layout.shared) return value
    const wanted = ((trap[i]! - from[i]!) * weight - value) / MALLORY
    return value + MALLORY * Math.min(most, Math.max(-most, wanted))
  })
  return concludeTraining({ task, statistics, base, initialSeed: seed(1), sum: padded(task, sum), weight })
}

/** What unguarded hospitals send lacks what travels beside the update. */
function padded(task: Task, sum: Float64Array): Float64Array {
  const whole = new Float64Array(layoutOf(task).shared + 1)
  whole.set(sum.subarray(0, whole.length))
  return whole
}

function setAtWill({ statistics, weights }: Target, params: Float32Array): Uint8Array {
  const state = { sums: 1, params, outer: new Float64Array(0), rates: new Float64Array(0), loss: 0.5 }
  const weight = weights.reduce((total, one) => total + one, 0)
  return writeTrained(state, { statistics, previous: statistics, weight })
}
