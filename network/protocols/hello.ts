import type { Stream } from '@libp2p/interface'
import * as v from 'valibot'
import { Bytes32, Count, Line, Time } from '#domain/values.ts'
import type { Clock } from '../ports.ts'
import { createFrames, fromJson, toJson } from './frames.ts'

export const HELLO = '/murmuration/hello/1'

/** Institutions with another number do not understand each other. */
export const PROTOCOL_VERSION = 2

const MAX_BYTES = 8 * 1024
const TIMEOUT_MS = 8000

/** What institutions tell each other whenever they connect. */
export const Hello = v.strictObject({
  name: Line(120),
  protocol: Count(1, 1000),
  time: Time,
  addresses: v.pipe(v.array(Line(300)), v.maxLength(16)),
  /** Drawn afresh at each start: two at once under one key are two institutions with the same key. */
  instance: Bytes32,
  /** The one who is greeted has a twin: another institution with the same key is here, too. */
  twin: v.optional(v.boolean()),
})
export type Hello = v.InferOutput<typeof Hello>

/** The other side runs another version: it said which, or does not know our hello. */
export class OtherVersionError extends Error {
  readonly theirs: number | null
  constructor(theirs: number | null) {
    super('Another protocol version')
    this.name = 'OtherVersionError'
    this.theirs = theirs
  }
}

const AnyHello = v.looseObject({ protocol: Count(1, 1000) })

export interface Greeting {
  readonly hello: Hello
  /** The other's clock minus ours in milliseconds, off by at most half the time the answer took. */
  readonly skewMs: number
}

/** Says hello on a fresh stream and waits for the answer. Only then is an institution connected. Rejects with OtherVersionError. */
export async function sayHello(stream: Stream, own: Hello, clock: Clock): Promise<Greeting> {
  const frames = createFrames(stream, MAX_BYTES)
  const start = clock.ticks()
  await frames.write(toJson(own), TIMEOUT_MS)
  const answer = await frames.read({ within: TIMEOUT_MS })
  if (!answer) throw new Error('The hello was not answered')
  const took = clock.ticks() - start
  closeSoon(stream)
  const hello = readHello(answer)
  return { hello, skewMs: Math.round(hello.time + took / 2 - clock.now()) }
}

/** A hello of any version says which it is; what else it holds is known of ours alone. Throws OtherVersionError. */
function readHello(bytes: Uint8Array): Hello {
  const { protocol } = fromJson(AnyHello, bytes)
  if (protocol !== PROTOCOL_VERSION) throw new OtherVersionError(protocol)
  return fromJson(Hello, bytes)
}

/** Answers a hello with ours. One of another version gets ours, too, so that both sides know; then throws OtherVersionError. */
export async function answerHello(stream: Stream, own: () => Hello): Promise<Hello> {
  const frames = createFrames(stream, MAX_BYTES)
  const question = await frames.read({ within: TIMEOUT_MS })
  if (!question) throw new Error('No hello came')
  const reply = async () => {
    await frames.write(toJson(own()), TIMEOUT_MS)
    closeSoon(stream)
  }
  try {
    const hello = readHello(question)
    await reply()
    return hello
  } catch (error) {
    if (error instanceof OtherVersionError) await reply()
    throw error
  }
}

/** Closes our side of a stream; one that does not close in time is dropped. */
export function closeSoon(stream: Stream): void {
  stream
    .close({ signal: AbortSignal.timeout(TIMEOUT_MS) })
    .catch(() => stream.abort(new Error('Not closed in time')))
}
