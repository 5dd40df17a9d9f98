import type { Worker } from 'node:worker_threads'
import type { ColumnValues } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import type { ImportEdits, Preview, ReadOptions } from '#domain/importing.ts'
import type { Counts, Earlier, FilePart, Reply, Report, Request } from './messages.ts'

/** Talk with the thread that reads one file. */
export interface Conversation {
  /** Hands over bytes; resolves when the thread is at most a few chunks behind. Rejects with what ended the reading. */
  send(bytes: Uint8Array, file: FilePart | null): Promise<void>
  /** What would be made of the file; null where it is read only as a whole and `whole` is false. */
  preview(edits: ImportEdits, whole: boolean): Promise<Preview | null>
  finish(edits: ImportEdits, earlier: Earlier | null): Promise<Report>
  counts(): Counts
  /** Stops the thread at once. What waits is rejected. */
  close(): Promise<void>
}

/** What the thread needs of the store while it reads. */
export interface Shelves {
  stage(part: number, bytes: Uint8Array): void
  take(part: number): Uint8Array | null
  write(chunk: number, first: number, columns: readonly ColumnValues[]): void
  /** The cells of chunk n of the version that grows; null behind its last. */
  earlier(chunk: number): readonly ColumnValues[] | null
}

/** Chunks that may be on their way: enough that the thread never waits, few enough to bound memory. */
const MAX_AHEAD = 3

export function createConversation(
  worker: Worker,
  shelves: Shelves,
  file: { readonly options: ReadOptions; readonly secret: Uint8Array },
): Conversation {
  const line = createLine()
  let counts: Counts = { rows: 0, rejected: 0 }
  let ahead = 0
  let report: Report | null = null
  let preview: Preview | null = null

  const ask = (request: Request) => post(worker, request)
  function hear(reply: Reply) {
    if (reply.did === 'stage') shelves.stage(reply.part, reply.bytes)
    else if (reply.did === 'want') ask({ do: 'staged', part: reply.part, bytes: shelves.take(reply.part) })
    else if (reply.did === 'want-earlier')
      ask({ do: 'earlier', chunk: reply.chunk, columns: shelves.earlier(reply.chunk) })
    else if (reply.did === 'write') shelves.write(reply.chunk, reply.first, reply.columns)
    else if (reply.did === 'fail') line.fail(new AppError(reply.code, reply.message))
    else {
      note(reply)
      ahead -= 1
      line.turn()
    }
  }
  function note(reply: Extract<Reply, { did: 'chunk' | 'finish' | 'preview' | 'no-preview' }>) {
    if (reply.did === 'finish') report = reply.report
    else if (reply.did === 'chunk') counts = reply.counts
    else preview = reply.did === 'preview' ? reply.preview : null
  }
  const heard = createTurns((reply: Reply) => line.guard(() => hear(reply)))
  worker.on('message', heard.add)
  watchEnd(worker, line.fail)
  ask({ do: 'open', ...file })
  return {
    counts: () => counts,
    send(bytes, part) {
      ask({ do: 'chunk', bytes, file: part })
      ahead += 1
      return line.until(() => ahead < MAX_AHEAD)
    },
    async preview(edits, whole) {
      ask({ do: 'preview', edits, whole })
      ahead += 1
      await line.until(() => ahead === 0)
      return preview
    },
    async finish(edits, earlier) {
      ask({ do: 'finish', edits, earlier })
      ahead += 1
      await line.until(() => ahead === 0)
      if (!report) throw new AppError('internal', 'A file was read without a report')
      return report
    },
    async close() {
      heard.clear()
      await worker.terminate()
    },
  }
}

function watchEnd(worker: Worker, fail: (error: AppError) => void) {
  worker.once('error', (cause) => {
    fail(new AppError('file-unreadable', 'The reading thread ended early', { cause }))
  })
  worker.once('exit', () => fail(new AppError('not-found', 'The import was ended')))
}

function post(worker: Worker, request: Request) {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  worker.postMessage(request)
}

/** One at a time, each in a turn of its own: a thread that says much at once must not hold up everybody else here. */
function createTurns<Item>(take: (item: Item) => void) {
  const waiting: Item[] = []
  function next() {
    const item = waiting.shift()
    if (item === undefined) return
    take(item)
    if (waiting.length > 0) setImmediate(next)
  }
  return {
    add(item: Item) {
      if (waiting.push(item) === 1) setImmediate(next)
    },
    clear: () => void waiting.splice(0),
  }
}

/** Those who wait for the thread. The first failure is everybody's, for ever. */
function createLine() {
  let failure: AppError | null = null
  let waiting: { done: () => boolean; resolve: () => void; reject: (error: AppError) => void }[] = []

  function fail(error: AppError) {
    failure ??= error
    for (const one of waiting.splice(0)) one.reject(failure)
  }
  return {
    fail,
    /** Runs `work` unless all has failed; what it throws is a failure. */
    guard(work: () => void) {
      if (failure) return
      try {
        work()
      } catch (error) {
        fail(
          error instanceof AppError ? error : new AppError('internal', 'An import failed', { cause: error }),
        )
      }
    },
    /** Something moved: who waited for it goes on. */
    turn() {
      for (const one of waiting.filter(({ done }) => done())) one.resolve()
      waiting = waiting.filter(({ done }) => !done())
    },
    until(done: () => boolean): Promise<void> {
      if (failure) return Promise.reject(failure)
      if (done()) return Promise.resolve()
      return new Promise((resolve, reject) => waiting.push({ done, resolve, reject }))
    },
  }
}
