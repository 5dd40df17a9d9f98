import { AppError } from '#domain/errors.ts'
import { createCalls } from './calls.ts'
import type { CallOptions, Trainer } from './direct.ts'
import type { JobName, Jobs } from './jobs.ts'

const CLOSE_LIMIT_MS = 3000

/** A started trainer process, as the operating system or Electron gives it. */
export interface Channel {
  send(message: object): void
  onMessage(listen: (message: unknown) => void): void
  /** Called once when the process is gone, whatever the reason. */
  onExit(listen: () => void): void
  kill(): void
}

/** The trainer's process: started when first needed, and again after a crash with the same tables loaded. */
function createLife(spawn: () => Channel, calls: ReturnType<typeof createCalls>) {
  const tables = new Map<string, Jobs['load']['input']>()
  let channel: Channel | null = null
  let nextId = 1
  let onGone: (() => void) | null = null
  let isOld = false
  let isCareful = false

  /** A new process, in which every table is loaded again before anything else is asked. */
  function start(): Channel {
    const started = spawn()
    channel = started
    isOld = false
    started.onMessage((message) => {
      calls.receive(message)
      endOld()
    })
    started.onExit(() => {
      if (channel === started) recover()
    })
    for (const table of tables.values()) {
      const input = isCareful ? { ...table, compute: { ...table.compute, isCareful } } : table
      started.send({ do: 'job', id: nextId++, job: 'load', input })
    }
    return started
  }

  /** A process that is to be another one leaves when nobody waits for it. */
  function endOld(): void {
    if (!isOld || !channel || !calls.isIdle()) return
    const leaving = channel
    channel = null
    leaving.kill()
  }

  function recover(): void {
    channel = null
    if (onGone) return onGone()
    isCareful = true
    const again = calls.afterCrash()
    if (again.length === 0) return
    const to = start()
    for (const message of again) to.send(message)
  }

  return {
    tables,
    newId: () => nextId++,
    current: () => channel,
    start,
    /** Another process takes over once this one is idle, without the care that a crash asked for. */
    renew(): void {
      isOld = true
      isCareful = false
      endOld()
    },
    /** Ends it for good and calls back when it is gone. */
    end(gone: () => void): void {
      onGone = gone
      channel?.kill()
    },
    isEnded: () => onGone !== null,
  }
}

/** The engine's way to the trainer, through a process of its own. */
export function createTrainer({ spawn }: { spawn: () => Channel }): Trainer {
  const calls = createCalls()
  const life = createLife(spawn, calls)
  const { tables } = life

  async function call<J extends JobName>(job: J, input: Jobs[J]['input'], options: CallOptions = {}) {
    if (life.isEnded()) throw closed()
    options.signal?.throwIfAborted()
    if (isForget(job, input)) tables.delete(input.key)
    const message = { do: 'job' as const, id: life.newId(), job, input }
    const to = life.current() ?? life.start()
    const answer = calls.wait(message, options, () => life.current()?.send({ do: 'cancel', id: message.id }))
    to.send(message)
    const output = await answer
    if (isLoad(job, input)) tables.set(input.key, input)
    return output as Jobs[J]['output'] // safe: our own process answers a job with its output
  }

  /** Ends the process. Jobs that still wait are rejected with 'not-available'. */
  async function close(): Promise<void> {
    const isRunning = life.current() !== null
    const gone = Promise.withResolvers<void>()
    life.end(gone.resolve)
    calls.rejectAll(closed())
    if (!isRunning) return
    const limit = setTimeout(gone.resolve, CLOSE_LIMIT_MS)
    await gone.promise
    clearTimeout(limit)
  }

  return { call, renew: life.renew, close }
}

/** Only tables that were loaded well are remembered. */
function isLoad(job: JobName, _input: unknown): _input is Jobs['load']['input'] {
  return job === 'load'
}

function isForget(job: JobName, _input: unknown): _input is Jobs['forget']['input'] {
  return job === 'forget'
}

function closed() {
  return new AppError('not-available', 'The trainer is closed')
}
