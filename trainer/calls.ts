import { AppError, type ErrorCode, errorCodes } from '#domain/errors.ts'
import * as v from 'valibot'
import type { CallOptions } from './direct.ts'
import type { JobName } from './jobs.ts'
import type { Progress } from './serve.ts'

/** A job is begun again once after the process went away under it. */
const MOST_CRASHES = 2

const Count = v.pipe(v.number(), v.integer())
const Reply = v.union([
  v.object({ id: Count, progress: v.object({ done: v.number(), of: v.number() }) }),
  v.object({ id: Count, error: v.object({ code: v.string(), message: v.string() }) }),
  v.object({ id: Count, output: v.unknown() }),
])

/** A job as it goes to the process. */
export interface JobMessage {
  readonly do: 'job'
  readonly id: number
  readonly job: JobName
  readonly input: unknown
}

interface Waiting {
  readonly message: JobMessage
  readonly resolve: (output: unknown) => void
  readonly reject: (error: unknown) => void
  readonly onProgress: (progress: Progress) => void
  crashes: number
}

/** The jobs that wait for their answer. */
export function createCalls() {
  const waiting = new Map<number, Waiting>()

  /** Waits for the answer to a message, or until the signal; `cancel` then tells the process. */
  function wait(message: JobMessage, options: CallOptions, cancel: () => void): Promise<unknown> {
    const { signal, onProgress = () => undefined } = options
    const answer = Promise.withResolvers<unknown>()
    const stop = () => {
      if (waiting.delete(message.id)) cancel()
      answer.reject(signal?.reason)
    }
    signal?.addEventListener('abort', stop, { once: true })
    waiting.set(message.id, {
      message,
      resolve: answer.resolve,
      reject: answer.reject,
      onProgress,
      crashes: 0,
    })
    return answer.promise.finally(() => signal?.removeEventListener('abort', stop))
  }

  /** Takes what the process says. Anything that is no reply to a waiting job is dropped. */
  function receive(raw: unknown): void {
    const parsed = v.safeParse(Reply, raw)
    const one = parsed.success ? waiting.get(parsed.output.id) : undefined
    if (!parsed.success || !one) return
    const reply = parsed.output
    if ('progress' in reply) return one.onProgress(reply.progress)
    waiting.delete(reply.id)
    if ('error' in reply) one.reject(new AppError(codeOf(reply.error.code), reply.error.message))
    else one.resolve(reply.output)
  }

  /** After a crash: the messages to send again. Those that met their second crash are rejected. */
  function afterCrash(): readonly JobMessage[] {
    for (const [id, one] of waiting) {
      one.crashes += 1
      if (one.crashes < MOST_CRASHES) continue
      waiting.delete(id)
      const message = 'The process that trains stopped twice at the same job. Nothing was sent.'
      one.reject(new AppError('trainer-failed', message))
    }
    return [...waiting.values()].map(({ message }) => message)
  }

  function rejectAll(error: AppError): void {
    const all = [...waiting.values()]
    waiting.clear()
    for (const one of all) one.reject(error)
  }

  return { wait, receive, afterCrash, rejectAll, isIdle: () => waiting.size === 0 }
}

function codeOf(text: string): ErrorCode {
  return errorCodes.find((code) => code === text) ?? 'trainer-failed'
}
