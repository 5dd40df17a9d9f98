import type { Hash } from '#domain/values.ts'
import type { CallOptions, Trainer as TrainerClient } from '#trainer/direct.ts'
import type { Jobs, RowCounts, Table, Task } from '#trainer/jobs.ts'
import type { Computing } from './computing.ts'
import type { DataChoice } from './choices.ts'
import { taskOf, type Data } from './data.ts'

/** The trainer with our data in it. Jobs reject with AppError, 'trainer-failed' when its process died twice. */
export interface Trainer {
  /** Gives a table to the trainer unless it has it, and returns what of it can be used. */
  load(choice: DataChoice): Promise<RowCounts>
  /** Runs a job on a choice, loaded first where it is not. */
  run<N extends KeyedJob>(
    name: N,
    choice: DataChoice,
    input: Rest<N>,
    signal?: AbortSignal,
    onProgress?: CallOptions['onProgress'],
  ): Promise<Jobs[N]['output']>
  /** Loads every table anew before it is used next. */
  renew(): void
  /** Scores the held-out rows of a table that the trainer forgets at once. */
  scoreOnce(task: Task, table: Table, model: ScoredModel): Promise<Jobs['score']['output']>
}

/** A model of a study, as the trainer scores by it. */
type ScoredModel = Omit<Jobs['score']['input'], 'key'>

type KeyedJob =
  'statistics' | 'train' | 'evaluate' | 'alone' | 'score' | 'judge' | 'vote' | 'drift' | 'search' | 'tune'
type Rest<N extends KeyedJob> = Omit<Jobs[N]['input'], 'key'>

/** The most tables that the trainer holds at a time. */
const MAX_LOADED = 4

/** Loads each dataset version into the trainer once and runs jobs on it. */
export function createTrainer(
  client: Pick<TrainerClient, 'call'>,
  data: Data,
  computing: Pick<Computing, 'wish' | 'used'>,
): Trainer {
  const loaded = new Map<Hash, Promise<RowCounts>>()
  let single = 0

  async function send(choice: DataChoice): Promise<RowCounts> {
    const table = await data.table(choice)
    const counts = await client.call('load', {
      ...{ key: choice.key, task: taskOf(choice.plan), table },
      compute: computing.wish(),
    })
    computing.used(choice.key)
    return counts
  }

  function load(choice: DataChoice): Promise<RowCounts> {
    const known = loaded.get(choice.key)
    if (known) return known
    const made = send(choice)
    loaded.set(choice.key, made)
    made.catch(() => loaded.delete(choice.key))
    forgetOldest()
    return made
  }

  function forgetOldest(): void {
    const [oldest] = loaded.keys()
    if (loaded.size <= MAX_LOADED || oldest === undefined) return
    loaded.delete(oldest)
    // A process that is gone has forgotten it already.
    client.call('forget', { key: oldest }).catch(() => undefined)
  }

  return {
    load,
    async run(name, choice, input, signal, onProgress) {
      await load(choice)
      // Safe: `key` is the one field that Rest leaves out.
      const whole = { ...input, key: choice.key } as unknown as Jobs[typeof name]['input']
      const around = { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) }
      const output = await client.call(name, whole, around)
      computing.used(choice.key)
      return output
    },
    renew: () => loaded.clear(),
    async scoreOnce(task, table, model) {
      const key = `once ${++single}`
      await client.call('load', { key, task, table, compute: computing.wish() })
      try {
        return await client.call('score', { ...model, key })
      } finally {
        client.call('forget', { key }).catch(() => undefined)
      }
    },
  }
}
