import type { Stream } from '@libp2p/interface'
import * as v from 'valibot'
import { MAX_DOCUMENT_BYTES } from '#domain/documents.ts'
import { Count, Hash } from '#domain/values.ts'
import { createFrames, type Frames, fromJson, toJson } from './frames.ts'

export const DOCUMENTS = '/murmuration/documents/1'

/** The largest message: one largest document and what stands around it. */
const MAX_MESSAGE_BYTES = MAX_DOCUMENT_BYTES + 64 * 1024
/** Documents are sent in batches of about this size. */
export const BATCH_BYTES = 1024 * 1024
export const MAX_IDS = 1000
/** Contributions that travel with the documents that name them: so many with one message, each so large at most. */
export const MAX_ATTACHED = 64
export const MAX_ATTACHED_BYTES = 128 * 1024
export const MAX_STUDIES = 200
const TIMEOUT_MS = 30_000

const Digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))
const Ids = v.pipe(v.array(Hash), v.maxLength(MAX_IDS))
const Buckets = v.pipe(v.array(Count(0, 255)), v.maxLength(256))
/** Each is opened, and refused, by itself. */
const Documents = v.pipe(v.array(v.unknown()), v.maxLength(2 * MAX_IDS))
/** How many bytes of each contribution follow in a frame of their own. */
const Sizes = v.pipe(v.array(Count(1, MAX_ATTACHED_BYTES)), v.maxLength(MAX_ATTACHED))
const Root = v.strictObject({ study: Hash, root: Hash })

/** What one institution asks another about documents. */
export const Question = v.variant('ask', [
  /** Are our sets the same? */
  v.strictObject({ ask: v.literal('roots'), roots: v.pipe(v.array(Root), v.maxLength(MAX_STUDIES)) }),
  /** Which ids are in these parts of yours? */
  v.strictObject({ ask: v.literal('list'), study: Hash, buckets: Buckets, after: v.nullable(Hash) }),
  /** Give me these; as many as fit come back. */
  v.strictObject({ ask: v.literal('want'), study: Hash, ids: Ids }),
  /** I have these: which do you lack? */
  v.strictObject({ ask: v.literal('have'), study: Hash, ids: Ids }),
  /** Take these, and the contributions that some of them name. */
  v.strictObject({ ask: v.literal('give'), documents: Documents, sizes: v.exactOptional(Sizes) }),
])
export type Question = v.InferOutput<typeof Question>

const Difference = v.strictObject({
  study: Hash,
  /** The digest of each bucket; null when the study is not known to the one who answers, or not the asker's to know. */
  buckets: v.nullable(v.pipe(v.array(Digest), v.length(256))),
})

const answers = {
  roots: v.strictObject({ differ: v.pipe(v.array(Difference), v.maxLength(MAX_STUDIES)) }),
  list: v.strictObject({ ids: Ids, more: v.boolean() }),
  want: v.strictObject({ documents: Documents }),
  have: v.strictObject({ want: Ids }),
  give: v.strictObject({ taken: Count(0, 2 * MAX_IDS) }),
}
type Answers = typeof answers
export type Answer<A extends Question['ask']> = v.InferOutput<Answers[A]>

interface Line {
  readonly stream: Stream
  readonly frames: Frames
}

/**
 * The asking side: questions over one long-lived stream, opened when needed. They are answered in their order, and the
 * next may be on its way before an answer has come: over a slow connection that is what takes the time.
 */
export function createAsker(open: () => Promise<Stream>) {
  let line: Line | null = null
  let writing: Promise<unknown> = Promise.resolve()
  let reading: Promise<unknown> = Promise.resolve()
  let asked = 0
  let answered = 0

  async function lineNow(): Promise<Line> {
    if (line?.stream.status === 'open') return line
    const stream = await open()
    line = { stream, frames: createFrames(stream, MAX_MESSAGE_BYTES) }
    return line
  }

  function drop(broken: Line, error: unknown): void {
    if (line === broken) line = null
    broken.stream.abort(error instanceof Error ? error : new Error('No answer'))
  }

  async function send(question: Question, attached: readonly Uint8Array[]): Promise<Line> {
    const now = await lineNow()
    try {
      await now.frames.write(toJson(question), TIMEOUT_MS)
      if (attached.length > 0) await now.frames.write(Buffer.concat(attached), TIMEOUT_MS)
      return now
    } catch (error) {
      drop(now, error)
      throw error
    }
  }

  async function receive(now: Line): Promise<Uint8Array> {
    try {
      const answer = await now.frames.read({ within: TIMEOUT_MS })
      if (!answer) throw new Error('The other side closed')
      return answer
    } catch (error) {
      drop(now, error)
      throw error
    }
  }

  return {
    /** Rejects when no answer comes in time, or one that is no answer to this. What is attached has the sizes that the question names. */
    async ask<A extends Question['ask']>(
      question: Extract<Question, { ask: A }>,
      attached: readonly Uint8Array[] = [],
    ): Promise<Answer<A>> {
      asked++
      const sent = writing.then(() => send(question, attached))
      writing = sent.catch(() => {})
      const answer = reading.then(async () => receive(await sent)).finally(() => answered++)
      reading = answer.catch(() => {})
      return fromJson<Answers[A]>(answers[question.ask], await answer)
    },
    /** Questions so far, and those that were answered or failed. */
    count: () => ({ asked, answered }),
    close() {
      line?.stream.abort(new Error('Closed'))
      line = null
    },
  }
}

export type Asker = ReturnType<typeof createAsker>

/** How each question is answered. */
export type Answering<From> = {
  [A in Question['ask']]: (
    question: Extract<Question, { ask: A }>,
    from: From,
    attached: readonly Uint8Array[],
  ) => Answer<A> | Promise<Answer<A>>
}

/** The answering side of one stream: one question after the other until the asker closes. Rejects on a malformed one. */
export async function answerAll<From>(stream: Stream, from: From, answering: Answering<From>): Promise<void> {
  const frames = createFrames(stream, MAX_MESSAGE_BYTES)
  for (;;) {
    const bytes = await frames.read({ within: TIMEOUT_MS, idle: true })
    if (!bytes) break
    const question = fromJson(Question, bytes)
    // Safe: the table holds for each question the function of this very question.
    const answer = answering[question.ask] as (
      question: Question,
      from: From,
      attached: readonly Uint8Array[],
    ) => unknown
    const attached = await readAttached(frames, question)
    await frames.write(toJson(await answer(question, from, attached)), TIMEOUT_MS)
  }
  await stream.close({ signal: AbortSignal.timeout(TIMEOUT_MS) })
}

/** What follows a question in a frame of its own, in pieces. */
async function readAttached(frames: Frames, question: Question): Promise<Uint8Array[]> {
  const sizes = question.ask === 'give' ? (question.sizes ?? []) : []
  const total = sizes.reduce((sum, one) => sum + one, 0)
  if (total === 0) return []
  const bytes = await frames.read({ within: TIMEOUT_MS, max: Math.min(total, MAX_MESSAGE_BYTES) })
  if (bytes?.length !== total) throw new RangeError('What was announced did not come')
  let at = 0
  return sizes.map((size) => bytes.slice(at, (at += size)))
}
