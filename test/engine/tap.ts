import { forkTrainer } from '#trainer/fork.ts'
import type { Channel } from '#trainer/client.ts'
import type { JobName, Jobs } from '#trainer/jobs.ts'

/** A real trainer process whose training jobs are written down, may be held back, and whose updates may be changed. */
export interface Tap {
  /** Tables by key, as the engine loaded them, and its training jobs in order. */
  readonly loads: Map<string, Jobs['load']['input']>
  readonly train: Jobs['train']['input'][]
  /** Training jobs of a table beyond so many wait until `release`. */
  limit: number
  release(): void
  /** Changes the update of a training job (first 0) before the engine sees it. */
  change: ((values: Float64Array, job: number) => Float64Array) | null
  /** Changes a training job before the trainer sees it. */
  base: ((input: Jobs['train']['input']) => Jobs['train']['input']) | null
  start(): Channel
}

interface Message {
  readonly id: number
  readonly job: JobName
  readonly input: unknown
}

export function createTap(): Tap {
  const held: (() => void)[] = []
  const tap: Tap = {
    loads: new Map(),
    train: [],
    limit: Infinity,
    release() {
      tap.limit = Infinity
      for (const send of held.splice(0)) send()
    },
    change: null,
    base: null,
    start,
  }

  function start(): Channel {
    const channel = forkTrainer()
    const training = new Map<number, number>()
    return {
      ...channel,
      send(message) {
        const { id, job, input } = message as Message // what the engine's own client sends
        if (job === 'load') {
          const load = input as Jobs['load']['input']
          tap.loads.set(load.key, load)
        }
        if (job !== 'train') return channel.send(message)
        const asked = input as Jobs['train']['input']
        training.set(id, tap.train.length)
        tap.train.push(asked)
        const before = tap.train.filter((one) => one.key === asked.key).length
        const sent = { ...(message as Message), input: tap.base?.(asked) ?? asked } // what was sent, changed or not
        if (before > tap.limit) held.push(() => channel.send(sent))
        else channel.send(sent)
      },
      onMessage(listen) {
        channel.onMessage((message) => {
          const { id, output } = message as { id: number; output?: Jobs['train']['output'] }
          const job = training.get(id)
          if (!tap.change || job === undefined || !output) return listen(message)
          listen({ id, output: { ...output, values: tap.change(output.values, job) } })
        })
      },
    }
  }
  return tap
}
