import { AppError } from '#domain/errors.ts'
import * as v from 'valibot'
import type { Choice, createChooser } from './compute/choose.ts'
import { createHospital, type Hospital } from './hospital.ts'
import type { JobName, Jobs } from './jobs.ts'
import { layoutOf } from './models/layout.ts'
import type { Pace } from './pace.ts'
import { inputs } from './schemas.ts'

/** The longest that a job computes before it lets messages in. */
const TURN_MS = 25

/** How far a job is. */
export interface Progress {
  readonly done: number
  readonly of: number
}

/** What surrounds a job while it runs. */
export interface Surroundings {
  readonly signal: AbortSignal
  readonly report: (progress: Progress) => void
}

type Handlers = { [J in JobName]: (input: Jobs[J]['input'], pace: Pace) => Promise<Jobs[J]['output']> }

/** Serves the trainer's jobs, one at a time in the order asked, on tables that it keeps. `ticks` is monotonic milliseconds. */
export function createJobs(ports: { chooser: ReturnType<typeof createChooser>; ticks: () => number }) {
  const hospitals = new Map<string, Hospital>()
  const choices = new Map<string, Choice>()
  let last: Promise<unknown> = Promise.resolve()

  function loaded(key: string): Hospital {
    const hospital = hospitals.get(key)
    if (!hospital) throw new AppError('not-found', 'No table is loaded under this key')
    return hospital
  }

  const handlers: Handlers = {
    async describe(input) {
      const available = await ports.chooser.available(input?.compute?.threads)
      const choice = input?.key ? choices.get(input.key) : undefined
      return ports.chooser.report(choice ?? (await ports.chooser.choose(null, 0, input?.compute)), available)
    },
    async load({ key, task, table, compute }) {
      const choice = await ports.chooser.choose(layoutOf(task), task.plan.local.batch, compute)
      const hospital = createHospital(task, table, choice.engine)
      hospitals.get(key)?.close()
      hospitals.set(key, hospital)
      choices.set(key, choice)
      return hospital.counts
    },
    forget({ key }) {
      hospitals.get(key)?.close()
      hospitals.delete(key)
      choices.delete(key)
      return Promise.resolve(null)
    },
    statistics: async ({ key }) => loaded(key).statistics(),
    train: async ({ key, ...input }, pace) => loaded(key).train(input, pace),
    evaluate: async ({ key, ...input }, pace) => loaded(key).evaluate(input, pace),
    alone: async ({ key, ...input }, pace) => loaded(key).alone(input, pace),
    score: async ({ key, ...input }) => loaded(key).score(input),
    vote: async ({ key, ...input }) => loaded(key).vote(input),
    tune: async ({ key, ...input }, pace) => loaded(key).tune(input, pace),
    drift: async ({ key, statistics }) => loaded(key).drift(statistics),
    search: async ({ key, ...input }, pace) => loaded(key).search(input, { pace, ticks: ports.ticks }),
    judge: async ({ key, ...input }) => loaded(key).judge(input),
  }

  async function answer(job: string, input: unknown, around: Surroundings): Promise<unknown> {
    if (!isJob(job)) throw new AppError('bad-request', 'The trainer does not know this job')
    const parsed = v.safeParse<(typeof inputs)[JobName]>(inputs[job], input)
    if (!parsed.success) throw new AppError('bad-request', `Bad input for the job ${job}`)
    const handle: (input: never, pace: Pace) => Promise<unknown> = handlers[job]
    around.signal.throwIfAborted()
    return handle(parsed.output as never, createPace(around, ports.ticks)) // safe: parsed by this job's own schema
  }

  /** Runs a job after those asked before. Rejects with AppError, or with the signal's reason. */
  return function run(job: string, input: unknown, around: Surroundings): Promise<unknown> {
    const mine = last.then(() => answer(job, input, around))
    last = mine.catch(() => undefined)
    return mine
  }
}

function isJob(name: string): name is JobName {
  return Object.hasOwn(inputs, name)
}

function createPace({ signal, report }: Surroundings, ticks: () => number): Pace {
  let turn = ticks()
  async function takeTurn(progress: Progress): Promise<void> {
    report(progress)
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    if (signal.aborted) throw new AppError('not-available', 'The job was cancelled')
    turn = ticks()
  }
  return (done, of) => (done === of || ticks() - turn >= TURN_MS ? takeTurn({ done, of }) : undefined)
}
