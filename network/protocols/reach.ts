import type { Stream } from '@libp2p/interface'
import * as v from 'valibot'
import { createFrames, fromJson, toJson } from './frames.ts'
import { closeSoon } from './hello.ts'

export const REACH = '/murmuration/reach/1'

const MAX_BYTES = 1024
/** The other side dials before it answers. */
const ANSWER_MS = 15_000

export const ReachQuestion = v.strictObject({ ask: v.literal('dial-me') })
const Answer = v.strictObject({ reached: v.boolean() })

/** Asks a member to dial us at the addresses that we announced to it. Rejects when no answer comes. */
export async function askToDial(stream: Stream): Promise<boolean> {
  const frames = createFrames(stream, MAX_BYTES)
  await frames.write(toJson({ ask: 'dial-me' }), ANSWER_MS)
  const answer = await frames.read({ within: ANSWER_MS })
  if (!answer) throw new Error('The other side closed')
  closeSoon(stream)
  return fromJson(Answer, answer).reached
}

/** Answers one such question. */
export async function answerReach(stream: Stream, dial: () => Promise<boolean>): Promise<void> {
  const frames = createFrames(stream, MAX_BYTES)
  const question = await frames.read({ within: ANSWER_MS })
  if (!question) throw new Error('No question came')
  fromJson(ReachQuestion, question)
  await frames.write(toJson({ reached: await dial() }), ANSWER_MS)
  closeSoon(stream)
}
