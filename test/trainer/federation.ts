import type { Trainer } from '#trainer/direct.ts'
import type { Figures, Table, Task } from '#trainer/jobs.ts'
import { binaryFigures } from '#trainer/metrics/binary.ts'
import { concludeStatistics } from '#trainer/statistics/artefact.ts'
import { concludeTraining } from '#trainer/training/conclude.ts'
import { seed } from './kit.ts'

/** Hospitals whose contributions are added in the open: the trainer's jobs without a network. */
export interface Federation {
  readonly trainer: Trainer
  readonly task: Task
  readonly keys: readonly string[]
  readonly weights: readonly number[]
  readonly statistics: Uint8Array
}

/** Loads the tables and runs the statistics round. A weight is the largest band that the training rows reach. */
export async function federate(trainer: Trainer, task: Task, tables: readonly Table[]): Promise<Federation> {
  const keys = tables.map((_, i) => `hospital ${i}`)
  const weights: number[] = []
  const sums: Float64Array[] = []
  for (const [i, key] of keys.entries()) {
    const { train } = await trainer.call('load', { key, task, table: tables[i]! })
    weights.push(Math.max(...task.rules.weightBands.filter((band) => band <= train)))
    sums.push((await trainer.call('statistics', { key })).values)
  }
  return { trainer, task, keys, weights, statistics: concludeStatistics(task, add(sums)) }
}

/** Trains so many rounds, or until a model is the last one, and returns the artefact of each. */
export async function trainRounds(
  federation: Federation,
  rounds: number,
  seeds = 1,
  isLast: (model: Uint8Array) => boolean = () => false,
): Promise<Uint8Array[]> {
  const { trainer, task, keys, weights, statistics } = federation
  const initialSeed = seed(seeds)
  const made: Uint8Array[] = []
  for (let round = 0; round < rounds; round++) {
    const base = made.at(-1) ?? null
    const sums: Float64Array[] = []
    for (const [i, key] of keys.entries()) {
      const batchSeed = seed(seeds + i + 100)
      const input = { key, weight: weights[i]!, statistics, base, initialSeed, batchSeed, privateState: null }
      sums.push((await trainer.call('train', input)).values)
    }
    const weight = weights.reduce((sum, one) => sum + one, 0)
    const model = concludeTraining({ task, statistics, base, initialSeed, sum: add(sums), weight })
    made.push(model)
    if (isLast(model)) break
  }
  return made
}

/** Exact figures over all held-out rows of all hospitals, each scored at home. */
export async function figuresOverAll(federation: Federation, base: Uint8Array): Promise<Figures> {
  const { trainer, keys, statistics } = federation
  const held = []
  for (const key of keys)
    held.push(await trainer.call('score', { key, statistics, base, privateState: null }))
  return together(held)
}

/** The same for the models that the hospitals train alone. */
export async function aloneOverAll({ trainer, keys }: Federation, seeds = 1): Promise<Figures> {
  const held = []
  for (const [i, key] of keys.entries()) {
    held.push(
      await trainer.call('alone', {
        key,
        initialSeed: seed(seeds),
        batchSeed: seed(seeds + i + 100),
      }),
    )
  }
  return together(held)
}

function together(held: readonly { scores: Float32Array; labels: Float32Array }[]): Figures {
  return binaryFigures(
    held.flatMap(({ scores }) => [...scores]),
    held.flatMap(({ labels }) => [...labels]),
  )
}

/** The sum of vectors, value by value. */
export function add(vectors: readonly Float64Array[]): Float64Array {
  return vectors[0]!.map((_, i) => vectors.reduce((sum, vector) => sum + vector[i]!, 0))
}

/** What a hospital keeps between rounds, and the model that the round of it led to. */
export interface Own {
  readonly privateState: Uint8Array | null
  readonly after: Uint8Array | null
}

/** Trains so many rounds with what hospitals keep to themselves; `absent` says who is not in a round. */
export async function trainTogether(
  { trainer, task, keys, weights, statistics }: Federation,
  rounds: number,
  absent: (round: number, hospital: number) => boolean = () => false,
): Promise<{ base: Uint8Array; own: readonly Own[] }> {
  const initialSeed = seed(1)
  const own: Own[] = keys.map(() => ({ privateState: null, after: null }))
  let base: Uint8Array | null = null
  for (let round = 0; round < rounds; round++) {
    const present = [...keys.keys()].filter((i) => !absent(round, i))
    const made = new Map<number, Uint8Array | null>()
    const sums: Float64Array[] = []
    for (const i of present) {
      const input = {
        key: keys[i]!,
        weight: weights[i]!,
        statistics,
        base,
        initialSeed,
        batchSeed: seed(i + 101),
      }
      const result = await trainer.call('train', { ...input, ...own[i]! })
      made.set(i, result.privateState)
      sums.push(result.values)
    }
    const weight = present.reduce((sum, i) => sum + weights[i]!, 0)
    base = concludeTraining({ task, statistics, base, initialSeed, sum: add(sums), weight })
    for (const [i, privateState] of made) own[i] = { privateState, after: base }
  }
  return { base: base!, own }
}
