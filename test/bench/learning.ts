import { add, decode, encode } from '#network/averaging/fixed-point.ts'
import type { Trainer } from '#trainer/direct.ts'
import type { Figures, Held, Table, Task } from '#trainer/jobs.ts'
import { binaryFigures } from '#trainer/metrics/binary.ts'
import { isFitOver, readFitted } from '#trainer/exact/artefact.ts'
import { shapeOf } from '#trainer/shape.ts'
import { concludeStatistics } from '#trainer/statistics/artefact.ts'
import { concludeTraining } from '#trainer/training/conclude.ts'
import { seed } from '../trainer/kit.ts'

/** Hospitals that run the trainer's own jobs and add up in fixed point as real rounds do; only sockets and masks are absent. */
export interface Members {
  readonly trainer: Trainer
  readonly task: Task
  readonly keys: readonly string[]
  readonly weights: readonly number[]
  readonly statistics: Uint8Array
}

/** Adds contributions up as a round does: rounded to multiples of 2^-32 within the shape's bound, modulo 2^64. */
export function addUp(
  task: Task,
  kind: 'statistics' | 'training' | 'evaluation',
  parts: readonly Float64Array[],
) {
  const { length, bound } = shapeOf(task, kind)
  const sum = encode(new Float64Array(length), bound)
  for (const values of parts) add(sum, encode(values, bound))
  return decode(sum)
}

/** Loads the tables and runs the statistics round. A weight is the largest band that the training rows reach. */
export async function gather(
  trainer: Trainer,
  name: string,
  task: Task,
  tables: readonly Table[],
): Promise<Members> {
  const keys = tables.map((_, i) => `${name} ${i}`)
  const weights: number[] = []
  const parts: Float64Array[] = []
  for (const [i, key] of keys.entries()) {
    const { train } = await trainer.call('load', { key, task, table: tables[i]! })
    weights.push(Math.max(...task.rules.weightBands.filter((band) => band <= train)))
    parts.push((await trainer.call('statistics', { key })).values)
  }
  return {
    trainer,
    task,
    keys,
    weights,
    statistics: concludeStatistics(task, addUp(task, 'statistics', parts)),
  }
}

/** Trains the plan's rounds, an exact fit to its end; after each, figures over all held-out rows, each scored at home. */
export async function train(
  members: Members,
  seeds: number,
): Promise<{ curve: Figures[]; base: Uint8Array }> {
  const { trainer, task, keys, weights, statistics } = members
  const initialSeed = seed(seeds)
  const states: (Uint8Array | null)[] = keys.map(() => null)
  const weight = weights.reduce((sum, one) => sum + one, 0)
  const curve: Figures[] = []
  let base: Uint8Array | null = null
  for (let round = 0; round < task.plan.rounds; round++) {
    const parts: Float64Array[] = []
    for (const [i, key] of keys.entries()) {
      const batchSeed = new Uint8Array(32).fill(seeds, 0, 16).fill(i, 16)
      const input = {
        key,
        weight: weights[i]!,
        statistics,
        base,
        initialSeed,
        batchSeed,
        privateState: states[i]!,
      }
      const made = await trainer.call('train', input)
      states[i] = made.privateState
      parts.push(made.values)
    }
    base = concludeTraining({
      task,
      statistics,
      base,
      initialSeed,
      sum: addUp(task, 'training', parts),
      weight,
    })
    curve.push(await judgeAll(members, base, states))
    if (task.plan.fit && isFitOver(readFitted(task, base))) break
  }
  if (!base) throw new Error('A plan has rounds')
  return { curve, base }
}

export async function judgeAll(
  { trainer, keys, statistics }: Members,
  base: Uint8Array,
  states: (Uint8Array | null)[],
) {
  const held: Held[] = []
  for (const [i, key] of keys.entries()) {
    held.push(await trainer.call('score', { key, statistics, base, privateState: states[i]! }))
  }
  return together(held)
}

/** Every hospital's own model from its own rows alone, on all held-out rows. */
export async function trainAllAlone({ trainer, keys }: Members, seeds: number): Promise<Figures> {
  const held: Held[] = []
  for (const [i, key] of keys.entries()) {
    const batchSeed = new Uint8Array(32).fill(seeds, 0, 16).fill(i, 16)
    held.push(await trainer.call('alone', { key, initialSeed: seed(seeds), batchSeed }))
  }
  return together(held)
}

/** Gives the tables back. */
export async function forget({ trainer, keys }: Members): Promise<void> {
  for (const key of keys) await trainer.call('forget', { key })
}

function together(held: readonly Held[]): Figures {
  return binaryFigures(
    held.flatMap(({ scores }) => [...scores]),
    held.flatMap(({ labels }) => [...labels]),
  )
}

/** Mean and standard deviation of figures, as text. */
export function spread(values: readonly number[]): string {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length
  if (values.length < 2) return mean.toFixed(4)
  const sd = Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1))
  return `${mean.toFixed(4)} (sd ${sd.toFixed(4)})`
}
