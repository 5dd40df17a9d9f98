import { AppError } from '#domain/errors.ts'
import * as v from 'valibot'
import { createChooser } from './compute/choose.ts'
import { Request } from './schemas.ts'
import { createJobs, type Progress } from './serve.ts'

/** What this process says: progress while a job runs, then its output or its error. */
export type Reply =
  | { readonly id: number; readonly progress: Progress }
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } }

/** Electron's half of a utility process's channel, as far as we use it. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

const run = createJobs({ chooser: createChooser(), ticks: () => performance.now() })
const running = new Map<number, AbortController>()
const send = connect((message) => {
  const parsed = v.safeParse(Request, message)
  if (!parsed.success) return
  if (parsed.output.do === 'cancel') running.get(parsed.output.id)?.abort()
  else void serve(parsed.output)
})

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

/** Messages of our own errors carry counts only; those of libraries stay here. */
function describe(error: unknown) {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  const name = error instanceof Error ? error.name : 'unknown'
  return { code: 'trainer-failed', message: `The trainer stopped at an unexpected ${name}.` }
}

/** Listens to whoever started this process: Electron by its port, Node by its channel, whose end is ours. */
function connect(listen: (message: unknown) => void): (reply: Reply) => void {
  const { parentPort } = process as { parentPort?: ParentPort } // Electron adds it to utility processes
  if (parentPort) {
    parentPort.on('message', ({ data }) => listen(data))
    const post = parentPort.postMessage.bind(parentPort)
    return (reply) => post(reply)
  }
  process.on('message', listen)
  process.on('disconnect', () => process.exit(0))
  return (reply) => void process.send?.(reply)
}
