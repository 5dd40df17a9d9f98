import type { ColumnValues } from '#domain/dataset.ts'
import { AppError } from '#domain/errors.ts'
import type { ImportEdits, Preview, ReadOptions } from '#domain/importing.ts'
import type { NarrowValues } from '#domain/narrow.ts'
import type { Allowance } from './allowance.ts'
import type { Channel, Counts, Earlier, FilePart, Reply, Report, Request } from './messages.ts'

/** Talk with the process that reads one file. */
export interface Conversation {
  /** Hands over bytes; resolves when the process is at most a few chunks behind. Rejects with what ended the reading. */
  send(bytes: Uint8Array, file: FilePart | null): Promise<void>
  /** What would be made of the file; null where it is read only as a whole and `whole` is false. */
  preview(edits: ImportEdits, whole: boolean): Promise<Preview | null>
  finish(edits: ImportEdits, earlier: Earlier | null): Promise<Report>
  counts(): Counts
  /** Ends the process at once. What waits is rejected. */
  close(): void
}

/** What the process needs of the store while it reads. */
export interface Shelves {
  stage(part: number, bytes: Uint8Array): void
  take(part: number): Uint8Array | null
  write(chunk: number, first: number, columns: readonly NarrowValues[]): void
  /** The cells of chunk n of the version that grows; null behind its last. */
  earlier(chunk: number): readonly ColumnValues[] | null
}

/** Chunks that may be on their way: enough that the process never waits, few enough to bound memory. */
const MAX_AHEAD = 3
/** A process that says nothing for so long, while it is asked something, is given up. */
const SILENCE_MS = 120_000
const DIED =
  'Reading the file took more memory than a file may, or it is damaged in a way that ends the reader. Save the table as CSV, or split it.'
const SILENT = 'Reading the file took too long. Save the table as CSV, or split it.'

/** What is read, and how much of it may be unpacked. */
export interface Coming {
  readonly options: ReadOptions
  readonly secret: Uint8Array
  readonly allowance: Allowance
}

export function createConversation(
  channel: Channel,
  shelves: Shelves,
  { options, secret, allowance }: Coming,
): Conversation {
  const line = createLine(() => channel.kill())
  const silence = createSilence(() => line.fail(new AppError('file-unreadable', SILENT)))
  const found: Found = { counts: { rows: 0, rejected: 0 }, report: null, preview: null }
  let ahead = 0

  const ask = (request: Request) => channel.send(request)
  function hear(reply: Reply) {
    if (reply.did === 'fail') line.fail(new AppError(reply.code, reply.message))
    else if (isAnswer(reply)) {
      note(found, reply)
      ahead -= 1
      if (ahead === 0) silence.end()
      line.turn()
    } else serve(shelves, reply, ask)
  }
  function begin(request: Request) {
    ask(request)
    ahead += 1
    silence.begin()
  }
  const heard = createTurns((reply: Reply) => line.guard(() => hear(reply)))
  channel.onMessage((message) => {
    const reply = message as Reply // whoever answers is a process of this product
    if (ahead > 0) silence.begin()
    // Counted as it comes: what waits for its turn here takes up memory, too.
    line.guard(() => allowance.spend(reply))
    heard.add(reply)
  })
  channel.onExit(() => line.fail(new AppError('file-unreadable', DIED)))
  ask({ do: 'open', options, secret })
  return {
    counts: () => found.counts,
    send(bytes, part) {
      begin({ do: 'chunk', bytes, file: part })
      return line.until(() => ahead < MAX_AHEAD)
    },
    async preview(edits, whole) {
      begin({ do: 'preview', edits, whole })
      await line.until(() => ahead === 0)
      return found.preview
    },
    async finish(edits, earlier) {
      begin({ do: 'finish', edits, earlier })
      await line.until(() => ahead === 0)
      if (!found.report) throw new AppError('internal', 'A file was read without a report')
      return found.report
    },
    close() {
      heard.clear()
      silence.end()
      line.fail(new AppError('not-found', 'The import was ended'))
    },
  }
}

type Finished = Extract<Reply, { did: 'chunk' | 'finish' | 'preview' | 'no-preview' }>
type Asking = Exclude<Reply, Finished | { did: 'fail' }>

/** What the process has found so far. */
interface Found {
  counts: Counts
  report: Report | null
  preview: Preview | null
}

function note(found: Found, reply: Finished): void {
  if (reply.did === 'finish') found.report = reply.report
  else if (reply.did === 'chunk') found.counts = reply.counts
  else found.preview = reply.did === 'preview' ? reply.preview : null
}

function isAnswer(reply: Finished | Asking): reply is Finished {
  return ['chunk', 'finish', 'preview', 'no-preview'].includes(reply.did)
}

/** Does what the process asks of the store. */
function serve(shelves: Shelves, reply: Asking, ask: (request: Request) => void): void {
  if (reply.did === 'keep') return
  if (reply.did === 'stage') shelves.stage(reply.part, reply.bytes)
  else if (reply.did === 'want') ask({ do: 'staged', part: reply.part, bytes: shelves.take(reply.part) })
  else if (reply.did === 'write') shelves.write(reply.chunk, reply.first, reply.columns)
  else ask({ do: 'earlier', chunk: reply.chunk, columns: shelves.earlier(reply.chunk) })
}

/** Calls back once it was silent for too long. */
function createSilence(call: () => void) {
  let timer: NodeJS.Timeout | undefined
  const end = () => clearTimeout(timer)
  return {
    begin() {
      end()
      timer = setTimeout(call, SILENCE_MS).unref()
    },
    end,
  }
}

/** One at a time, each in a turn of its own: a process that says much at once must not hold up everybody else here. */
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

/** Those who wait for the process. The first failure is everybody's, for ever, and ends it. */
function createLine(ended: () => void) {
  let failure: AppError | null = null
  let waiting: { done: () => boolean; resolve: () => void; reject: (error: AppError) => void }[] = []

  function fail(error: AppError) {
    if (!failure) ended()
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
