import type { ColumnValues } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import type { Staging } from './columns.ts'
import { createJob } from './job.ts'
import type { Reply, Request } from './messages.ts'

type Answer = Exclude<Request, { do: 'staged' | 'earlier' }>

/** Parts that stay here instead of being put aside: so many bytes, and only while this process takes little memory. */
const MAX_KEPT = 32 * 1024 * 1024
const LITTLE = 256 * 1024 * 1024

/** The reader of one file, apart from how it is reached: bytes in, raw parts aside and back, typed columns and a report out. */
export function createReading(say: (reply: Reply) => void): (request: Request) => void {
  const waiting = new Map<number, (bytes: Uint8Array | null) => void>()
  const waitingEarlier = new Map<number, (columns: readonly ColumnValues[] | null) => void>()
  let turn = Promise.resolve()
  let job: ReturnType<typeof createJob> | null = null

  const kept = createKept()
  const staging: Staging = {
    stage: (part, bytes) =>
      say(kept.keeps(part, bytes) ? { did: 'keep', size: bytes.length } : { did: 'stage', part, bytes }),
    // Asked for in either case: the answer says that what was typed before has been written, so that no more waits than may.
    take: (part) =>
      new Promise((resolve) => {
        waiting.set(part, (bytes) => resolve(kept.get(part) ?? bytes))
        say({ did: 'want', part })
      }),
    earlier: (chunk) =>
      new Promise((resolve) => {
        waitingEarlier.set(chunk, resolve)
        say({ did: 'want-earlier', chunk })
      }),
    write: (chunk, first, columns) => say({ did: 'write', chunk, first, columns }),
  }

  async function answer(request: Answer): Promise<void> {
    try {
      await obey(request)
    } catch (error) {
      if (error instanceof AppError) say({ did: 'fail', code: error.code, message: error.message })
      // Only the kind of a foreign error: its message may quote the file.
      else
        say({ did: 'fail', code: 'file-unreadable', message: `The file cannot be read (${nameOf(error)})` })
    }
  }

  async function obey(request: Answer): Promise<void> {
    if (request.do === 'open') {
      job = createJob(staging, request.options, request.secret)
      return
    }
    job ??= createJob(staging)
    if (request.do === 'chunk') say({ did: 'chunk', counts: await job.chunk(request.bytes, request.file) })
    else if (request.do === 'finish')
      say({ did: 'finish', report: await job.finish(request.edits, request.earlier) })
    else {
      const preview = await job.preview(request.edits, request.whole)
      say(
        preview
          ? { did: 'preview', preview }
          : { did: 'no-preview', message: 'This kind of file is read only as a whole' },
      )
    }
  }

  return (request) => {
    if (request.do === 'staged') {
      waiting.get(request.part)?.(request.bytes)
      waiting.delete(request.part)
    } else if (request.do === 'earlier') {
      waitingEarlier.get(request.chunk)?.(request.columns)
      waitingEarlier.delete(request.chunk)
    } else turn = turn.then(() => answer(request))
  }
}

/** The first parts of a file. */
function createKept() {
  const parts = new Map<number, Uint8Array>()
  let size = 0
  return {
    /** Whether a part has room here; then it is kept. */
    keeps(part: number, bytes: Uint8Array): boolean {
      if (size + bytes.length > MAX_KEPT || process.memoryUsage.rss() > LITTLE) return false
      parts.set(part, bytes)
      size += bytes.length
      return true
    },
    get: (part: number) => parts.get(part) ?? null,
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown'
}
