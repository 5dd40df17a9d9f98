/** The thread that reads one file: bytes in, raw parts aside and back, typed columns and a report out. */
import { parentPort, type Transferable } from 'node:worker_threads'
import { AppError } from '#domain/errors.ts'
import { createJob } from './job.ts'
import type { Reply, Request } from './messages.ts'

const port = parentPort
if (!port) throw new Error('This file runs as a worker thread')

const waiting = new Map<number, (bytes: Uint8Array | null) => void>()
let turn = Promise.resolve()

const job = createJob({
  stage: (part, bytes) => say({ did: 'stage', part, bytes }),
  take: (part) =>
    new Promise((resolve) => {
      waiting.set(part, resolve)
      say({ did: 'want', part })
    }),
  write: (chunk, first, columns) => {
    const moved = columns.map((one) => (one.kind === 'numbers' ? one.values : one.codes).buffer)
    say({ did: 'write', chunk, first, columns }, moved)
  },
})

function say(reply: Reply, moved: ArrayBufferLike[] = []): void {
  // The cast: our typed arrays own plain buffers, none of them shared.
  port?.postMessage(reply, moved as Transferable[])
}

async function answer(request: Exclude<Request, { do: 'staged' }>): Promise<void> {
  try {
    if (request.do === 'chunk') say({ did: 'chunk', counts: await job.chunk(request.bytes) })
    else say({ did: 'finish', report: await job.finish() })
  } catch (error) {
    if (error instanceof AppError) say({ did: 'fail', code: error.code, message: error.message })
    // Only the kind of a foreign error: its message may quote the file.
    else say({ did: 'fail', code: 'file-unreadable', message: `The file cannot be read (${nameOf(error)})` })
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown'
}

port.on('message', (request: Request) => {
  if (request.do === 'staged') {
    waiting.get(request.part)?.(request.bytes)
    waiting.delete(request.part)
    return
  }
  turn = turn.then(() => answer(request))
})
