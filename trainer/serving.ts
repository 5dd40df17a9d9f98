import { AppError } from '#domain/errors.ts'
import * as v from 'valibot'
import { createChooser } from './compute/choose.ts'
import { Request } from './schemas.ts'
import { createJobs, type Progress } from './serve.ts'

/** What a trainer says: progress while a job runs, then its output or its error. */
export type Reply =
  | { readonly id: number; readonly progress: Progress }
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } }

/** A trainer that hears messages, whatever carries them, and answers by `send`. What is not a request is dropped. */
export function createServing(send: (reply: Reply) => void): (message: unknown) => void {
  const run = createJobs({ chooser: createChooser(), ticks: () => performance.now() })
  const running = new Map<number, AbortController>()

  async function serve({ id, job, input }: { id: number; job: string; input?: unknown }): Promise<void> {
    const controller = new AbortController()
    running.set(id, controller)
    try {
      const around = { signal: controller.signal, report: (progress: Progress) => send({ id, progress }) }
      send({ id, output: await run(job, input, around) })
    } catch (error) {
      send({ id, error: describe(error) })
    } finally {
      running.delete(id)
    }
  }

  return (message) => {
    const parsed = v.safeParse(Request, message)
    if (!parsed.success) return
    if (parsed.output.do === 'cancel') running.get(parsed.output.id)?.abort()
    else void serve(parsed.output)
  }
}

/** Messages of our own errors carry counts only; those of libraries stay here. */
function describe(error: unknown) {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  const name = error instanceof Error ? error.name : 'unknown'
  return { code: 'trainer-failed', message: `The trainer stopped at an unexpected ${name}.` }
}
