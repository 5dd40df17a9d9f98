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

/** The engine's way to the trainer: starts its process when first needed, and again after a crash with the same tables loaded. */
export function createTrainer({ spawn }: { spawn: () => Channel }): Trainer {
  const tables = new Map<string, Jobs['load']['input']>()
  const calls = createCalls()
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

  async function call<J extends JobName>(job: J, input: Jobs[J]['input'], options: CallOptions = {}) {
    if (onGone) throw closed()
    options.signal?.throwIfAborted()
    if (isForget(job, input)) tables.delete(input.key)
    const message = { do: 'job' as const, id: nextId++, job, input }
    const to = channel ?? start()
    const answer = calls.wait(message, options, () => channel?.send({ do: 'cancel', id: message.id }))
    to.send(message)
    const output = await answer
    if (isLoad(job, input)) tables.set(input.key, input)
    return output as Jobs[J]['output'] // safe: our own process answers a job with its output
  }

  /** Ends the process. Jobs that still wait are rejected with 'not-available'. */
  async function close(): Promise<void> {
    const ending = channel
    const gone = Promise.withResolvers<void>()
    onGone = gone.resolve
    calls.rejectAll(closed())
    if (!ending) return
    const limit = setTimeout(gone.resolve, CLOSE_LIMIT_MS)
    ending.kill()
    await gone.promise
    clearTimeout(limit)
  }

  function renew(): void {
    isOld = true
    isCareful = false
    endOld()
  }

  return { call, renew, close }
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
