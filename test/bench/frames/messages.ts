import { Body, type Document } from '#domain/documents.ts'
import { canonical } from '#domain/canonical.ts'
import { base64urlnopad } from '@scure/base'
import type * as v from 'valibot'
import type { Identity } from '#network/identity/identity.ts'
import { BLOBS, BlobRequest } from '#network/protocols/blobs.ts'
import { DOCUMENTS, Question } from '#network/protocols/documents.ts'
import { toJson } from '#network/protocols/frames.ts'
import { HELLO, Hello } from '#network/protocols/hello.ts'
import { Commit, PAIRING, Reveal, Verdict } from '#network/protocols/pairing.ts'
import { REACH, ReachQuestion } from '#network/protocols/reach.ts'
import { framed } from '../../network/hostile-frames.ts'
import type { Dice } from '../../simulation/clock.ts'
import { generate, type Names, spoil } from './grammar.ts'

/** What each protocol of ours understands. */
const understood = {
  [HELLO]: [Hello],
  [DOCUMENTS]: [Question],
  [BLOBS]: [BlobRequest],
  [PAIRING]: [Commit, Reveal, Verdict],
  [REACH]: [ReachQuestion],
}
export type Protocol = keyof typeof understood
export const protocols = [HELLO, DOCUMENTS, BLOBS, PAIRING, REACH] as const satisfies readonly Protocol[]

/** One hostile frame for a protocol: by its grammar with something wrong, rightly signed nonsense, or bytes at random. */
export function hostileFrame(protocol: Protocol, author: Identity, names: Names, dice: Dice): Uint8Array {
  const way = dice.unit()
  if (way < 0.15) return dice.bytes(1 + dice.below(300))
  const schemas: readonly v.GenericSchema[] = understood[protocol]
  const schema = dice.pick(schemas)
  const message = generate(schema, names, dice)
  if (protocol === DOCUMENTS && way < 0.5) return framed(toJson(gift(author, names, dice)))
  const text = toJson(dice.chance(0.8) ? spoil(message, dice) : message)
  return way < 0.85 ? framed(text) : lying(text, dice)
}

/** Documents that a member may well sign, of every kind, with fields that mean nothing; some spoilt after signing. */
function gift(author: Identity, names: Names, dice: Dice) {
  const documents = Array.from({ length: 1 + dice.below(3) }, () => {
    const signed = sign(author, generate(Body, names, dice))
    return dice.chance(0.3) ? spoil(signed, dice) : signed
  })
  return { ask: 'give', documents }
}

function sign(author: Identity, body: unknown): Omit<Document, 'id' | 'body'> & { body: unknown } {
  const message = Buffer.from(canonical({ author: author.id, body }), 'utf8')
  return { author: author.id, body, signature: base64urlnopad.encode(author.sign('document', message)) }
}

/** A frame that lies about its length, ends in the middle, or holds a flipped bit. */
function lying(text: Uint8Array, dice: Dice): Uint8Array {
  const flipped = flip(text, dice)
  const makers = [
    () => framed(text, 0xffffffff),
    () => framed(text, text.length + 1 + dice.below(1e6)),
    () => framed(text, dice.below(text.length + 1)),
    () => framed(text.subarray(0, dice.below(text.length + 1))),
    () => framed(flipped),
    () => framed(Buffer.concat([text, text])),
  ]
  return dice.pick(makers)()
}

/** The same bytes with a bit or a few turned over. */
export function flip(bytes: Uint8Array, dice: Dice): Uint8Array {
  const copy = Uint8Array.from(bytes)
  for (let i = 0; i <= dice.below(4) && copy.length > 0; i++) {
    const at = dice.below(copy.length)
    copy[at] = (copy[at] ?? 0) ^ (1 << dice.below(8))
  }
  return copy
}
