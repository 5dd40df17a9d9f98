import type { Stream } from '@libp2p/interface'
import * as v from 'valibot'
import { Bytes32, Line, Title } from '#domain/values.ts'
import { createFrames, type Frames, fromJson, toJson } from './frames.ts'

export const PAIRING = '/murmuration/pairing/1'

const MAX_BYTES = 8 * 1024
/** A machine answers within seconds; a person compares words for a while. */
const MACHINE_MS = 10_000

/** First the one who was given the code: proves that it has it, and commits itself to its random number. */
export const Commit = v.strictObject({
  say: v.literal('commit'),
  proof: Bytes32,
  commit: Bytes32,
  name: Title(120),
  addresses: v.pipe(v.array(Line(300)), v.maxLength(16)),
})
export type Commit = v.InferOutput<typeof Commit>

/** Each opens its random number: the inviting side after the commitment, the other after that. */
export const Reveal = v.strictObject({ say: v.literal('reveal'), random: Bytes32 })

/** Why the inviting side says no more. */
export const Refused = v.strictObject({
  say: v.literal('refused'),
  why: v.picklist(['code-not-open', 'promise-broken']),
})
/** The inviting side's number, or why there is none. */
export const RevealOrNot = v.variant('say', [Reveal, Refused])

/** What a person said about the words, on either side: the same, others, or nothing any more. Or why there are no words. */
export const Verdict = v.variant('say', [
  v.strictObject({ say: v.literal('yes') }),
  v.strictObject({ say: v.literal('no') }),
  v.strictObject({ say: v.literal('stopped') }),
  Refused,
])
export type Verdict = v.InferOutput<typeof Verdict>

/** A conversation of institutions that get to know each other: each message by its schema, with limits in size and time. */
export function converse(stream: Stream, maxBytes = MAX_BYTES) {
  const frames: Frames = createFrames(stream, maxBytes)
  return {
    say: (message: unknown) => frames.write(toJson(message), MACHINE_MS),
    /** The next message. Rejects when none comes within the time, or another one than allowed. */
    async hear<S extends v.GenericSchema>(schema: S, within = MACHINE_MS): Promise<v.InferOutput<S>> {
      const bytes = await frames.read({ within })
      if (!bytes) throw new Error('The other side closed')
      return fromJson(schema, bytes)
    },
    /** Ends it at once. */
    drop: (reason: string) => stream.abort(new Error(reason)),
  }
}

export type Conversation = ReturnType<typeof converse>
